"""What a supervisor asks of one process, over HTTP on this machine: is it at work, and how late is it?

Never « is the process there »: a frozen worker is there, answers nothing and polls nothing (reference: docs/exploitation.md).
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, Protocol

from application.services import Services
from bootstrap.lectures import Lectures
from kernel.instants import Instant
from kernel.refus import Refus
from kernel.systeme import raison_du_systeme
from workers.relay import BAIL, VOIES
from workflows.registry import FILES

HOTE: Final = "127.0.0.1"
SILENCE_S: Final = 90.0
"""A poller asks again at least every 70 s, when there is nothing to do."""
IMMOBILE_S: Final = 60.0
"""A position that has not moved for that long, though there is something to read, is stuck."""
REPONSE_S: Final = 5.0

Sonde = Callable[[], Awaitable[dict[str, Any]]]
"""Returns what is measured; `sain` tells whether it is as it should be."""
Metriques = Callable[[], Awaitable[bytes]]
"""Returns every measure, in the text format of Prometheus."""
JSON: Final = "application/json"
TEXTE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Demandeurs(Protocol):
    """Who knows when a process last asked for work."""

    async def dernieres_demandes(self, task_queue: str, identite: str) -> dict[str, Instant | None]: ...


class PortDeSantePris(Refus):
    """Another program already listens there."""

    code = "port_pris"


class Mouvement:
    """Since when a value has not moved, on this process's own clock: those of the servers are not compared with it."""

    def __init__(self) -> None:
        self._vus: dict[str, tuple[object, float]] = {}

    def immobile_s(self, nom: str, valeur: object, *, au_bout: bool = False) -> float:
        """Return for how long; 0 when it has just moved, or has nowhere to go."""
        maintenant = time.monotonic()
        avant, depuis = self._vus.get(nom, (None, maintenant))
        if au_bout or valeur != avant:
            depuis = maintenant
        self._vus[nom] = (valeur, depuis)
        return round(maintenant - depuis, 1)


class SondeWorker:
    """Are our pollers alive, as the Temporal server sees them, on every task queue and for both kinds of work?"""

    def __init__(self, suivis: Demandeurs, identite: str) -> None:
        self._suivis, self._identite = suivis, identite
        self._mouvement = Mouvement()

    async def __call__(self) -> dict[str, Any]:
        """Ask the server when this process last polled."""
        files: dict[str, dict[str, Any]] = {}
        for task_queue in FILES:
            for travail, vu in (await self._suivis.dernieres_demandes(task_queue, self._identite)).items():
                muet = self._mouvement.immobile_s(f"{task_queue}/{travail}", vu)
                files[f"{task_queue}/{travail}"] = {"connu": vu is not None, "muet_depuis_s": muet}
        sain = all(f["connu"] and f["muet_depuis_s"] < SILENCE_S for f in files.values())
        return {"sain": sain, "processus": "worker", "identite": self._identite, "files": files}


class SondeRelais:
    """Do both lanes come to the head of the store, and is somebody relaying?"""

    def __init__(self, services: Services) -> None:
        self._enregistreur = services.store.enregistreur
        self._mouvement = Mouvement()

    async def __call__(self) -> dict[str, Any]:
        """Read the stored positions."""
        return await asyncio.to_thread(self._lire)

    def _lire(self) -> dict[str, Any]:
        curseurs = {voie: self._enregistreur.curseur(f"relais:{voie}") for voie in VOIES}
        tete, bail = self._enregistreur.derniere_position(), self._enregistreur.bail_vivant(BAIL)
        voies = {voie: _retard(self._mouvement, voie, position, tete) for voie, position in curseurs.items()}
        return {"sain": bail and _sains(voies), "processus": "relais", "store": tete, "bail": bail, "voies": voies}


class SondeProjecteur:
    """Is every projection at the head of the store, or going there?"""

    def __init__(self, lectures: Lectures) -> None:
        self._lectures = lectures
        self._mouvement = Mouvement()

    async def __call__(self) -> dict[str, Any]:
        """Read the positions."""
        return await asyncio.to_thread(self._lire)

    def _lire(self) -> dict[str, Any]:
        positions = {nom: self._lectures.position(nom) for nom in self._lectures.projections}
        tete = self._lectures.source.derniere_position()
        lues = {nom: _retard(self._mouvement, nom, position, tete) for nom, position in positions.items()}
        return {"sain": _sains(lues), "processus": "projecteur", "store": tete, "projections": lues}


class SondeWeb:
    """Does the store answer the process that answers people?"""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def __call__(self) -> dict[str, Any]:
        """Read the head of the store in a thread, as a page would."""
        tete = await asyncio.to_thread(self._services.store.enregistreur.derniere_position)
        return {"sain": True, "processus": "web", "store": tete}


class SondeEnsemble:
    """Every part of a process that runs several."""

    def __init__(self, **sondes: Sonde) -> None:
        self._sondes = sondes

    async def __call__(self) -> dict[str, Any]:
        """Ask each of them; one that cannot say is not well."""
        dits = await asyncio.gather(*(mesurer(sonde) for sonde in self._sondes.values()))
        parties = dict(zip(self._sondes, dits, strict=True))
        return {"sain": all(dit["sain"] for dit in dits), "processus": "servir", "parties": parties}


def _retard(mouvement: Mouvement, nom: str, position: int, tete: int) -> dict[str, Any]:
    immobile = mouvement.immobile_s(nom, position, au_bout=position == tete)
    return {"position": position, "retard": tete - position, "immobile_depuis_s": immobile}


def _sains(positions: dict[str, dict[str, Any]]) -> bool:
    return all(p["immobile_depuis_s"] < IMMOBILE_S for p in positions.values())


@asynccontextmanager
async def servir(sonde: Sonde, port: int | None, metriques: Metriques | None = None) -> AsyncIterator[str | None]:
    """Answer `GET /sante` on this machine until the block ends: 200 when all is well, else 503; no port, no answer.

    With `metriques`, `GET /metriques` answers what they measure, for Prometheus.

    Raises:
        PortDeSantePris: another program listens on that port.
    """
    if port is None:
        yield None
        return
    try:
        serveur = await asyncio.start_server(lambda lu, ecrit: _repondre(sonde, metriques, lu, ecrit), HOTE, port)
    except OSError as erreur:
        raise PortDeSantePris(
            f"Le port de santé {port} n’est pas libre ({raison_du_systeme(erreur)}).", port=port
        ) from None
    try:
        yield f"http://{HOTE}:{serveur.sockets[0].getsockname()[1]}/sante"
    finally:
        serveur.close()


async def mesurer(sonde: Sonde) -> dict[str, Any]:
    """Return what the probe says, or why it could say nothing in time."""
    try:
        return await asyncio.wait_for(sonde(), REPONSE_S)
    except Exception as erreur:
        return {"sain": False, "erreur": type(erreur).__name__}


async def _corps(sonde: Sonde, metriques: Metriques | None, demande: list[str]) -> tuple[str, str, bytes]:
    """Return the status, the type and the body of an answer."""
    if demande == ["GET", "/metriques"] and metriques is not None:
        try:
            return "200 OK", TEXTE, await asyncio.wait_for(metriques(), REPONSE_S)
        except Exception as erreur:
            return "503 Service Unavailable", JSON, json.dumps({"erreur": type(erreur).__name__}).encode()
    if demande == ["GET", "/sante"]:
        document = await mesurer(sonde)
        code = "200 OK" if document["sain"] else "503 Service Unavailable"
        return code, JSON, json.dumps(document).encode()
    return "404 Not Found", JSON, json.dumps({"erreur": "GET /sante" + ", GET /metriques" * bool(metriques)}).encode()


async def _repondre(
    sonde: Sonde, metriques: Metriques | None, lu: asyncio.StreamReader, ecrit: asyncio.StreamWriter
) -> None:
    with suppress(OSError, ValueError, TimeoutError):
        demande = (await asyncio.wait_for(lu.readline(), REPONSE_S)).decode("ascii", "replace").split()
        while await asyncio.wait_for(lu.readline(), REPONSE_S) not in {b"\r\n", b"\n", b""}:
            pass
        code, genre, corps = await _corps(sonde, metriques, demande[:2])
        entete = f"HTTP/1.1 {code}\r\nContent-Type: {genre}\r\nContent-Length: {len(corps)}\r\n"
        ecrit.write(entete.encode() + b"Cache-Control: no-store\r\nConnection: close\r\n\r\n" + corps)
        await ecrit.drain()
    ecrit.close()
