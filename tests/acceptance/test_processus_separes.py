"""The commands of docker-compose.yml as separate processes, on a real PostgreSQL and a real Temporal server."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from temporalio.client import Client

from adapters.horloge import HorlogeReelle
from adapters.temporal import SuivisTemporal, declarer_attributs
from application.consultations.totaux import totaux
from bootstrap.cablage import services as ouvrir_services
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.reglages import Reglages
from bootstrap.site import site as ouvrir_site
from cli.demo import choisir
from kernel.instants import jour_de
from readmodels.file import requetes
from scenarios.annee_2026 import DEBUT
from scenarios.jeu import Jeu, Scene
from tests.acceptance.compose import DILIGENCE, SANTE, Guichet, Processus, demarrer, guichet, services
from tests.acceptance.conftest import Annee
from tests.conftest import Dire
from tests.parcours import Parcours
from workers.horloge import HorlogeDeRepetition, prochains

pytestmark = [pytest.mark.temporal, pytest.mark.postgres]
ARRET_S = 30.0


def en_tete(console: Guichet) -> dict[str, Any]:
    """Return what `etat` says once relay and projections are at the head of the store; its exit code must be 0."""
    fin = time.monotonic() + 20
    while True:
        document: dict[str, Any] = console.faire("etat")
        positions = document["positions"]
        tous = {positions["store"], *positions["relais"].values(), *positions["projections"].values()}
        if len(tous) == 1:
            return document
        assert time.monotonic() < fin, positions
        time.sleep(0.2)


async def test_le_parcours_entier_par_des_processus_separes(
    env: dict[str, str], temporal_client: Client, tmp_path: Path
) -> None:
    await declarer_attributs(temporal_client)
    migrer(env, tmp_path)
    with ExitStack() as pile:
        noms = [("worker", 1), ("worker", 2), ("relais", 1), ("projecteur", 1)]
        tous = {f"{n}-{r}": pile.enter_context(demarrer(n, env, tmp_path, r)) for n, r in noms}
        console = pile.enter_context(guichet(env, tmp_path))
        for processus in tous.values():
            assert processus.attendre_sain()["sain"], processus.nom
        verifier_la_sante(tous)
        assert refus_de_servir(env, tmp_path) >= {"son nom", "aucun mandataire", "personne n’a de compte"}

        def servir_le_site() -> Processus:
            derriere = env | {"DILIGENCE_HOTES": "subventions.invalid", "DILIGENCE_MANDATAIRES": "127.0.0.1"}
            web = pile.enter_context(demarrer("web", derriere, tmp_path))
            tous[web.nom] = web
            assert web.attendre_sain()["sain"]
            return web

        recus = jouer(console, tous, tmp_path, servir_le_site)
        document = en_tete(console)
        assert document["automatismes"]["par"]["workflow"] >= 10, document
        assert (document["automatismes"]["par"]["cli"], document["automatismes"]["par"]["filet"]) == (0, 0), document
        assert document["derive"] == document["parques"] == document["sans_attente"] == []
        suivis = SuivisTemporal(temporal_client)
        assert [w async for w, _ in suivis.en_cours() if w.startswith(("dossier-", "subvention-", "bordereau-"))] == []
        arreter(tous)
        verifier_les_journaux(tmp_path, recus)


def migrer(env: dict[str, str], dossier: Path, *options: str) -> None:
    ordre = [DILIGENCE, *services()["migrer"]["command"], *options]
    migre = subprocess.run(ordre, env=env, cwd=dossier, capture_output=True, text=True, check=False)
    assert migre.returncode == 0, migre.stderr


async def test_le_parcours_de_la_demonstration_par_des_processus_separes(
    env: dict[str, str],
    temporal_client: Client,
    tmp_path: Path,
    postgres_url: str,
    annee: Annee,
    monkeypatch: pytest.MonkeyPatch,
    dire: Dire,
) -> None:
    """The year of the demo, on PostgreSQL, by two workers: exactly what one process on SQLite did."""
    monkeypatch.setattr("scenarios.reprises.EXEMPLES", annee.exemples)
    piece, seul = choisir(annee.jusqu_au), annee.document
    await declarer_attributs(temporal_client)
    migrer(env, tmp_path, "--repetition", "--debut", DEBUT)
    reglages = Reglages(base=postgres_url, cle_maitresse=tmp_path / "cle", fichiers=tmp_path / "fichiers")
    with ExitStack() as pile:
        for nom, rang in (("worker", 1), ("worker", 2), ("relais", 1), ("projecteur", 1)):
            pile.enter_context(demarrer(nom, env, tmp_path, rang)).attendre_sain()
        ouverts = pile.enter_context(ouvrir_services(reglages))
        lectures = pile.enter_context(ouvrir_lectures(reglages, ouverts))
        horloge = HorlogeDeRepetition(ouverts, SuivisTemporal(temporal_client), lambda: prochains(lectures))
        site = pile.enter_context(ouvrir_site(reglages, ouverts.coffre, a_preparer=True))
        reprises = await piece.jouer(Jeu(ouverts, site, horloge.avancer, Scene(piece.debut, piece.fin)))
        par = {"filet": 0, "cli": 0, **ouverts.store.enregistreur.compter_par_pilote()}
        joue = {**totaux(ouverts), "reprises": reprises, "par": par}
        lues = {"dossiers": {"par_etat": requetes.par_etat(lectures)}, "montants": requetes.totaux(lectures)}
    assert joue == {cle: seul[cle] for cle in ("faits", "dossiers", "montants", "reprises")} | {
        "par": seul["automatismes"]["par"]
    }
    assert lues == {cle: seul[cle] for cle in lues}
    assert joue["faits"] > 600
    dire(f"{joue['faits']} facts, played up to {annee.jusqu_au}")


def verifier_les_journaux(dossier: Path, recus: set[str]) -> None:
    """Everything is JSON; the command of a person is the cause of what another process did, by way of Temporal."""
    lignes: dict[str, list[dict[str, Any]]] = {}
    for journal in dossier.glob("*-[12].log"):
        textes = [t for t in journal.read_text(encoding="utf-8").splitlines() if not t.startswith("Site : ")]
        lignes[journal.stem] = [json.loads(texte) for texte in textes]
        assert all({"event", "level", "timestamp"} <= ligne.keys() for ligne in lignes[journal.stem]), journal
    faites = [li for nom in lignes if nom.startswith("worker") for li in lignes[nom] if li["event"] == "commande.faite"]
    assert len(faites) >= 10
    assert all(li["commande_id"] and li["cause"] for li in faites)
    causes = {li["commande_id"]: li["cause"] for li in faites}
    origines = {_origine(commande, causes) for commande in causes}
    assert origines <= recus, "every command of the engine goes back to a person's geste"
    assert len(origines) >= 5


def _origine(commande: str, causes: dict[str, str]) -> str:
    """Go up from cause to cause."""
    for _ in causes:
        if (cause := causes.get(commande)) is None:
            break
        commande = cause
    return commande


def verifier_la_sante(tous: dict[str, Processus]) -> None:
    """The probe of the containers agrees, and the two workers are told apart by the server."""
    sonde = subprocess.run(
        [sys.executable, SANTE, str(tous["relais-1"].sante)], capture_output=True, text=True, check=False
    )
    assert (sonde.returncode, json.loads(sonde.stdout)["bail"]) == (0, True), sonde.stdout
    assert subprocess.run([sys.executable, SANTE, "1"], capture_output=True, check=False).returncode == 1
    vus = [tous[nom].etat_de_sante()[1] for nom in ("worker-1", "worker-2")]
    assert len({vu["identite"] for vu in vus}) == 2
    assert all(len(vu["files"]) == 4 and all(f["connu"] for f in vu["files"].values()) for vu in vus)


def refus_de_servir(env: dict[str, str], dossier: Path) -> set[str]:
    """Return the beginning of each reason why the command of the container does not serve yet."""
    ordre = [str(DILIGENCE), *map(str, services()["web"]["command"])]
    fini = subprocess.run(ordre, env=env, cwd=dossier, capture_output=True, text=True, check=False, timeout=60)
    assert fini.returncode == 3, fini.stderr
    message = json.loads(fini.stderr.splitlines()[-1])["message"]
    return {raison for raison in ("son nom", "aucun mandataire", "personne n’a de compte") if raison in message}


def lire_le_site(web: Processus, lien: str, ref: str) -> None:
    """As through the proxy: the link opens the account, whose session reads the dossier; nothing else does."""
    adresse = f"http://127.0.0.1:{web.port}"
    par_mandataire = {"Host": "subventions.invalid", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    du_site = par_mandataire | {"Origin": "https://subventions.invalid", "Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=adresse, timeout=30) as client:
        assert client.get("/", headers={"Host": "ailleurs.invalid"}).status_code == 400
        assert client.get("/", headers={"Host": "subventions.invalid"}).status_code == 400, "no TLS in front"
        page = client.get(f"/dossiers/{ref}", headers=par_mandataire)
        assert page.headers["location"] == f"/connexion?vers=/dossiers/{ref}"
        assert page.headers["strict-transport-security"]
        secret, mot_de_passe = lien.rpartition("/")[2], "trois tilleuls sous la pluie"
        choix = {"secret": secret, "mot_de_passe": mot_de_passe, "encore": mot_de_passe}
        ouverte = client.post("/invitation", data=choix, headers=du_site)
        assert ouverte.status_code == 303, ouverte.text
        cookie = ouverte.headers["set-cookie"]
        assert cookie.startswith("__Host-diligence_")
        assert "; Secure" in cookie
        lue = client.get(f"/dossiers/{ref}", headers=par_mandataire | {"Cookie": cookie.partition(";")[0]})
        assert ref in lue.text
        assert lue.status_code == 200


def jouer(
    console: Guichet, tous: dict[str, Processus], dossier: Path, servir_le_site: Callable[[], Processus]
) -> set[str]:
    """A dossier from dépôt to clôture; on the way one worker is asked to leave, and the other does its work.

    Returns the ids of the commands that people sent.
    """
    debut, recus = time.monotonic(), set[str]()

    def faire(*arguments: object, acteur: str | None = None) -> Any:
        document = console.faire(*arguments, acteur=acteur)
        recus.update([document["commande_id"]] if acteur and "commande_id" in document else [])
        return document

    parcours = Parcours(faire, jour_de(HorlogeReelle().maintenant()).isoformat(), dossier=dossier)
    parcours.installer()
    parcours.deposer()
    parcours.instruire()
    parcours.voter()
    code, duree = tous.pop("worker-2").finir()
    assert (code, duree < ARRET_S) == (0, True), (code, duree)
    sys.stdout.write(f"\nworker-2 : arrêté en {duree:.1f} s, au travail\n")
    parcours.executer()
    parcours.payer()
    lien = console.faire("agent", "inviter", "ines", "--courriel", "ines@exemple.fr", acteur="admin")["lien"]
    assert lien.startswith("/invitation/")
    lire_le_site(servir_le_site(), lien, parcours.ref)
    fin = time.monotonic() + 20
    while (vu := parcours.voir())["etat"] != "clos":
        assert time.monotonic() < fin, vu
        time.sleep(0.1)
    assert vu["montants"]["paye_centimes"] == vu["montants"]["vote_centimes"] > 0
    sys.stdout.write(f"\n{console.nombre} commandes, {time.monotonic() - debut:.1f} s\n")
    return recus


def arreter(tous: dict[str, Processus]) -> None:
    """All are asked at once; each leaves by itself, in time, and leaves nobody behind."""
    debut = time.monotonic()
    for processus in tous.values():
        processus.popen.terminate()
    for processus in tous.values():
        code = processus.popen.wait(max(1.0, ARRET_S - (time.monotonic() - debut)))
        duree = time.monotonic() - debut
        sys.stdout.write(f"{processus.nom} : arrêté en moins de {duree:.1f} s\n")
        assert code == 0, (processus.nom, code, processus.journal.read_text())
        assert not processus.laisse_quelqu_un, processus.nom
