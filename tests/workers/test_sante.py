"""What a supervisor is told: pollers and positions, never the mere presence of a process."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from temporalio.client import Client

from adapters.serveur import PortPris
from adapters.temporal import SuivisTemporal
from application.services import Services
from bootstrap.lectures import lectures
from bootstrap.reglages import Reglages
from kernel.identifiants import BAIL_DU_RELAIS
from kernel.instants import Instant
from tests.exploitation.test_sauvegardes import peupler
from tests.moteur import attendre, ouvrir_moteur, ouvrir_store
from workers import horloges, sante
from workflows.suivis import FILES


async def demander(url: str, chemin: str = "/sante") -> tuple[int, dict[str, Any]]:
    """Send one request, and return the status and the document."""
    hote, _, port = url.split("/")[2].partition(":")
    lu, ecrit = await asyncio.open_connection(hote, int(port))
    ecrit.write(f"GET {chemin} HTTP/1.1\r\nHost: {hote}\r\nConnection: close\r\n\r\n".encode())
    reponse = (await lu.read()).decode()
    ecrit.close()
    entete, _, corps = reponse.partition("\r\n\r\n")
    statut = int(entete.split()[1])
    return statut, json.loads(corps) if statut != 404 else {}


async def test_une_reponse_200_quand_tout_va_503_sinon(tmp_path: Path) -> None:
    sain: dict[str, Any] = {"sain": True}

    async def sonde() -> dict[str, Any]:
        if sain["sain"] is None:
            raise OSError("gone")
        return sain

    async with sante.servir(sonde, 0) as url:
        assert url is not None
        assert await demander(url) == (200, {"sain": True})
        sain["sain"] = False
        assert await demander(url) == (503, {"sain": False})
        sain["sain"] = None
        assert await demander(url) == (503, {"sain": False, "erreur": "OSError"})
        assert (await demander(url, "/autre"))[0] == 404
        async with httpx.AsyncClient() as client:  # a page met elsewhere, whose name leads here, reads nothing
            for adresse in (url, url.replace("/sante", "/metriques")):
                reponse = await client.get(adresse, headers={"host": "ailleurs.example"})
                assert (reponse.status_code, "sain" in reponse.text) == (400, False)
        assert await demander(url.replace("127.0.0.1", "localhost")) == (503, {"sain": False, "erreur": "OSError"})
        with pytest.raises(PortPris):
            async with sante.servir(sonde, int(url.split("/")[2].partition(":")[2])):
                pass
    async with sante.servir(sonde, None) as aucune:
        assert aucune is None


async def test_une_sonde_qui_ne_repond_pas_n_est_pas_saine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sante, "REPONSE_S", 0.05)

    async def muette() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {"sain": True}

    assert await sante.mesurer(muette) == {"sain": False, "erreur": "TimeoutError"}


class Demandes:
    """A server that remembers when somebody last polled."""

    def __init__(self) -> None:
        self.vus: dict[str, Instant | None] = {}

    async def dernieres_demandes(self, task_queue: str, identite: str) -> dict[str, Instant | None]:
        return {"workflows": self.vus.get(task_queue), "activites": self.vus.get(task_queue)}


async def test_un_worker_qui_ne_demande_plus_rien_n_est_pas_sain(
    services_horloge: Instant, monkeypatch: pytest.MonkeyPatch
) -> None:
    demandes = Demandes()
    sonde = sante.sonde_worker(demandes.dernieres_demandes, "moi")
    assert not (await sonde())["sain"], "the server does not know it"
    demandes.vus = dict.fromkeys(FILES, services_horloge)
    assert (await sonde())["sain"]
    monkeypatch.setattr(sante, "SILENCE_S", 0.05)
    vu = await attendre(sonde, lambda vu: all(f["muet_depuis_s"] >= 0.1 for f in vu["files"].values()))
    assert not vu["sain"]


@pytest.fixture
def services_horloge(tmp_path: Path) -> Instant:
    with ouvrir_store(tmp_path) as (services, _):
        return services.maintenant()


async def test_temporal_et_la_base_n_ont_pas_la_meme_heure(tmp_path: Path, services_horloge: Instant) -> None:
    """Five minutes apart, on either side, a worker is not healthy; a rehearsal has its own clock."""
    demandes = Demandes()
    demandes.vus = dict.fromkeys(FILES, services_horloge)
    for nom in ("reel", "repetition"):
        (tmp_path / nom).mkdir()
    with (
        ouvrir_store(tmp_path / "reel") as (reel, _),
        ouvrir_store(tmp_path / "repetition", repetition=True) as (repetition, _),
    ):

        async def lire(services: Services, ecart: timedelta) -> dict[str, Any]:
            async def heure() -> Instant:
                return datetime.now(UTC) + ecart

            return await sante.sonde_worker(
                demandes.dernieres_demandes, "moi", partial(horloges.desaccord, services, heure)
            )()

        for minutes, sain in ((4, True), (-4, True), (6, False), (-6, False)):
            vu = await lire(reel, timedelta(minutes=minutes))
            assert (vu["sain"], [d["genre"] for d in vu["horloges"]]) == (
                sain,
                [] if sain else ["horloges_desaccordees"],
            )
        assert (await lire(repetition, timedelta(days=1)))["sain"]


@pytest.mark.temporal
async def test_le_serveur_dit_son_heure(temporal_client: Client) -> None:
    avant = datetime.now(UTC)
    for _ in range(5):  # each asks anew: nothing of the answer is kept by the server
        assert avant <= await SuivisTemporal(temporal_client).heure() <= datetime.now(UTC), "the same machine"


@pytest.mark.temporal
async def test_le_serveur_distingue_les_demandeurs(temporal_client: Client, tmp_path: Path) -> None:
    """On the real server: every kind of work of every queue, and nobody else's polls."""
    identite = temporal_client.service_client.config.identity
    async with ouvrir_moteur(temporal_client, tmp_path) as moteur:
        vu = await attendre(
            lambda: sante.sonde_worker(moteur.suivis.dernieres_demandes, identite)(), lambda vu: vu["sain"]
        )
        assert len(vu["files"]) == 2 * len(FILES)
        autre = await sante.sonde_worker(SuivisTemporal(temporal_client).dernieres_demandes, "un autre")()
        assert not autre["sain"]
        assert not any(f["connu"] for f in autre["files"].values())


async def test_un_relais_et_un_projecteur_immobiles_sont_dits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ouvrir_store(tmp_path) as (services, base), lectures(Reglages(base=base), services) as lues:
        enregistreur, relais, projecteur = (
            services.store.enregistreur,
            sante.sonde_relais(services),
            sante.sonde_projecteur(lues),
        )
        assert not (await relais())["sain"], "nobody holds the lease"
        enregistreur.prendre_bail(BAIL_DU_RELAIS, "quelqu’un", 60)
        tete = enregistreur.derniere_position()
        for voie in ("vif", "lot"):
            enregistreur.avancer_curseur(f"relais:{voie}", tete)
        for nom in lues.projections:
            lues.rattraper(nom)
        assert (await relais())["sain"]
        assert (await projecteur())["sain"]
        peupler(services, 1)
        vu = await relais()
        assert (vu["sain"], vu["voies"]["vif"]["retard"]) == (True, enregistreur.derniere_position() - tete)
        await projecteur()
        monkeypatch.setattr(sante, "IMMOBILE_S", 0.05)
        await attendre(relais, lambda vu: not vu["sain"])
        await attendre(projecteur, lambda vu: not vu["sain"])
        enregistreur.avancer_curseur("relais:vif", tete + 1)
        enregistreur.avancer_curseur("relais:lot", enregistreur.derniere_position())
        assert (await relais())["sain"], "late, and moving"
