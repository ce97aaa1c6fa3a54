"""What a supervisor reads and what `etat` says are the same figures; a part that fails hides nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families
from temporalio.client import Client

from adapters.temporal import SuivisTemporal, connecter
from adapters.temporal_local import ServeurLocal
from application import automatismes
from application.automatisme import Ordre
from application.commandes import Recu
from application.services import Services
from bootstrap.lectures import Lectures, lectures
from bootstrap.reglages import Reglages
from kernel.refus import GesteImpossible, Refus
from tests.cli.conftest import Reponse, lancer  # noqa: F401 - a fixture
from tests.moteur import Moteur, ouvrir_moteur
from workers import sante
from workers.metriques import Metriques
from workers.worker import construire

pytestmark = pytest.mark.temporal
Lancer = Callable[[list[str]], Reponse]
PATIENCE_S = 60.0


def lire(texte: bytes) -> dict[str, float]:
    """Return every sample, by its name and its labels."""
    return {
        " ".join([s.name, *(f"{nom}={valeur}" for nom, valeur in sorted(s.labels.items()))]): s.value
        for famille in text_string_to_metric_families(texte.decode())
        for s in famille.samples
    }


@asynccontextmanager
async def mesure(moteur: Moteur) -> AsyncIterator[tuple[Metriques, Lectures]]:
    with lectures(Reglages(base=moteur.base), moteur.services) as ouvertes:
        metriques = Metriques(moteur.services, ouvertes, relais=True)
        metriques.reconciliation = moteur.reconciliation()
        yield metriques, ouvertes


async def etat(moteur: Moteur, lancer: Lancer, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:  # noqa: F811
    """Return what the command says, on the same store and the same Temporal."""
    client = moteur.client
    monkeypatch.setenv("DILIGENCE_CLE_MAITRESSE", str(Path(moteur.base.removeprefix("sqlite:///")).with_name("cle")))
    monkeypatch.setenv("DILIGENCE_TEMPORAL", client.service_client.config.target_host)
    monkeypatch.setenv("DILIGENCE_TEMPORAL_NAMESPACE", client.namespace)
    reponse = await asyncio.to_thread(lancer, ["etat", "--base", moteur.base, "--json"])
    document: dict[str, Any] = reponse.document
    return document


def comparer(document: dict[str, Any], mesures: dict[str, float]) -> None:
    """Each figure of the document is a sample, and the same."""
    attendu: dict[str, float] = {
        "diligence_store_position": document["positions"]["store"],
        "diligence_automatismes_dus": document["automatismes"]["dus"],
        "diligence_automatismes_en_retard": document["automatismes"]["en_retard"],
        "diligence_parques": len(document["parques"]),
        "diligence_sans_attente": len(document["sans_attente"]),
        "diligence_retards_humains": document["retards_humains"],
        "diligence_au_dela_de_l_usage": document["au_dela_de_l_usage"],
    }
    for pilote, nombre in document["automatismes"]["par"].items():
        attendu[f"diligence_automatismes_total pilote={pilote}"] = nombre
    for code, nombre in document["refus"].items():
        attendu[f"diligence_refus_total code={code}"] = nombre
    for lecteur, etiquette in (("relais", "voie"), ("projections", "projection")):
        for nom, retard in document["retards"][lecteur].items():
            cle = f"diligence_{lecteur.removesuffix('s') if lecteur == 'projections' else lecteur}_retard"
            attendu[f"{cle}_faits {etiquette}={nom}"] = retard["faits"]
            assert mesures[f"{cle}_seconds {etiquette}={nom}"] == pytest.approx(retard["secondes"], abs=5)
    assert {nom: mesures.get(nom) for nom in attendu} == attendu


async def test_etat_et_metriques_disent_les_memes_chiffres(
    moteur: Moteur,
    lancer: Lancer,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recu = moteur.deposer()
    await moteur.au_repos(recu.id)
    await moteur.relais.un_tour()  # past what the engine has just written
    for _ in range(3):
        with pytest.raises(Refus):
            moteur.faire("dossier viser", "rene", dossier=recu.ref)
    vrai = automatismes.AUTOMATISMES["rattacher_tiers"]

    def refuser(_: Ordre, __: Services) -> Recu:
        raise GesteImpossible("Refusé pour l’essai.")

    async with mesure(moteur) as (metriques, ouvertes):
        await asyncio.to_thread(ouvertes.rattraper, "file")
        await asyncio.to_thread(ouvertes.rattraper, "chronologie")
        au_repos = lire(await metriques.texte())
        comparer(await etat(moteur, lancer, monkeypatch), au_repos)
        assert au_repos["diligence_refus_total code=geste_impossible"] == 3
        assert au_repos["diligence_relais_retard_faits voie=vif"] == 0
        monkeypatch.setitem(automatismes.AUTOMATISMES, "rattacher_tiers", replace(vrai, handler=refuser))
        parque = moteur.deposer()
        await moteur.parques(parque.id)
        moteur.deposer()  # nobody relays, nobody projects it
        avant = lire(await metriques.texte())["diligence_relais_retard_seconds voie=vif"]
        derriere = lire(await metriques.texte())
        assert derriere["diligence_relais_retard_faits voie=vif"] > 0
        assert derriere["diligence_relais_retard_seconds voie=vif"] > avant > 0
        assert derriere["diligence_projection_retard_faits projection=file"] > 0
        assert derriere["diligence_automatismes_dus"] == 0, "the supervisor does not catch up: it would hide the lag"
        document = await etat(moteur, lancer, monkeypatch)
        assert document["automatismes"]["dus"] > 0, "the person reads the queue up to date, and the lag as it was found"
        retards = document["retards"]
        assert len(document["parques"]) == 1
        comparer({**document, "retards": {**retards, "projections": {}}}, lire(await metriques.texte()))
        assert retards["projections"]["file"]["faits"] == derriere["diligence_projection_retard_faits projection=file"]


async def test_les_automatismes_en_retard_se_comptent(
    temporal_client: Client,
    tmp_path: Path,
    lancer: Lancer,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("workers.chiffres.FILET_S", 0.0)
    async with ouvrir_moteur(temporal_client, tmp_path, travailleurs=False) as moteur, mesure(moteur) as (m, ouvertes):
        moteur.deposer()
        await asyncio.to_thread(ouvertes.rattraper, "file")
        mesures = lire(await m.texte())
        assert mesures["diligence_automatismes_en_retard"] == mesures["diligence_automatismes_dus"] == 2
        document = await etat(moteur, lancer, monkeypatch)
        comparer({**document, "retards": {**document["retards"], "projections": {}}}, mesures)
        await m.reconciliation.passer(seuil_s=0)  # type: ignore[union-attr]
        apres = lire(await m.texte())
        assert (apres["diligence_derive"], apres["diligence_suivis"]) == (1, 0)
        assert apres["diligence_reconciliation_age_seconds"] < 10


async def test_le_sdk_et_les_commandes_sont_dans_le_meme_registre(
    temporal_server: ServeurLocal, temporal_client: Client, tmp_path: Path
) -> None:
    client = await connecter(temporal_server.adresse, temporal_client.namespace, mesure=True)
    async with ouvrir_moteur(client, tmp_path, travailleurs=False) as moteur:
        metriques = Metriques(moteur.services, temporal=True)
        async with _travailleurs(client, metriques.services):
            recu = moteur.deposer()
            await moteur.au_repos(recu.id)
            mesures = lire(await metriques.texte())
    attente = [
        nom for nom in mesures if nom.startswith("temporal_workflow_task_schedule_to_start_latency_seconds_count")
    ]
    assert sum(mesures[nom] for nom in attente) >= 1
    assert any("task_queue=suivi" in nom for nom in attente)
    assert any(nom.startswith("temporal_activity_schedule_to_start_latency_seconds_bucket") for nom in mesures)
    assert any(nom.startswith("temporal_worker_task_slots_available") for nom in mesures)
    assert mesures["diligence_commande_seconds_count geste=dossier enregistrer"] == 1
    assert mesures["diligence_commande_seconds_count geste=dossier rattacher_tiers"] == 1


@asynccontextmanager
async def _travailleurs(client: Client, services: Services) -> AsyncIterator[None]:
    suivi, paiement = construire(client, services)
    async with suivi, paiement:
        yield


async def test_la_sante_et_les_metriques_au_meme_port(moteur: Moteur, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sante, "REPONSE_S", PATIENCE_S)  # what is said is meant here, not how soon on a busy machine
    async with mesure(moteur) as (metriques, _), metriques.servir(sante.sonde_web(moteur.services), 0) as url:
        assert url is not None
        racine = url.removesuffix("/sante")
        assert json.loads((await _obtenir(url))[1])["sain"] is True
        genre, corps = await _obtenir(f"{racine}/metriques")
        assert genre == "text/plain; version=0.0.4; charset=utf-8"
        assert lire(corps)["diligence_releve_reussi partie=store"] == 1
        assert lire(corps)["diligence_releve_reussi partie=temporal"] == 1
        with pytest.raises(HTTPError, match="404"):
            await _obtenir(f"{racine}/autre")

        def absente() -> int:
            raise OSError("la base ne répond pas")

        monkeypatch.setattr(moteur.services.store.enregistreur, "derniere_position", absente)
        casse = lire((await _obtenir(f"{racine}/metriques"))[1])
        assert casse["diligence_releve_reussi partie=store"] == 0
        assert casse["diligence_releve_reussi partie=temporal"] == 1
        assert "diligence_store_position" not in casse
        assert "diligence_parques" in casse


async def _obtenir(url: str) -> tuple[str, bytes]:
    def demander() -> tuple[str, bytes]:
        with urlopen(url, timeout=2 * PATIENCE_S) as reponse:  # noqa: S310 - our own port
            return str(reponse.headers["Content-Type"]), reponse.read()

    return await asyncio.to_thread(demander)


async def test_sans_temporal_le_reste_se_lit(moteur: Moteur) -> None:
    async with mesure(moteur) as (metriques, ouvertes):
        await asyncio.to_thread(ouvertes.rattraper, "file")
        muet = SuivisTemporal(moteur.client)

        def personne(*_: object, **__: object) -> AsyncIterator[tuple[str, int]]:
            raise TimeoutError

        object.__setattr__(muet, "en_cours", personne)
        assert metriques.reconciliation is not None
        metriques.reconciliation._suivis = muet
        mesures = lire(await metriques.texte())
        assert mesures["diligence_releve_reussi partie=temporal"] == 0
        assert "diligence_parques" not in mesures
        assert mesures["diligence_releve_reussi partie=lectures"] == 1
