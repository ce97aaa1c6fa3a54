"""The processes, composed once: each alone, or all in one. One that holds several stops in order: site, loops, worker, server."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog
from starlette.types import ASGIApp

from adapters.annonce import annoncer, fichier_temporal
from adapters.serveur import HOTE, PortPris, exiger_libre
from adapters.serveur import servir as servir_site
from adapters.temporal import SuivisTemporal, connecter, declarer_attributs
from adapters.temporal_local import ServeurLocal, demarrer_local
from application.services import Services
from application.site import Site
from bootstrap.cablage import adresse_temporal, preparer, remettre_les_gardes, source_des_evenements
from bootstrap.cablage import services as ouvrir_services
from bootstrap.lectures import Lectures
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.reglages import Reglages
from bootstrap.site import envoi
from bootstrap.site import site as ouvrir_site
from kernel.instants import Instant
from kernel.refus import Refus
from web.exposition import Exposition, exposer
from workers import horloge, horloges, importateur, livreurs, sante, worker
from workers.attente import attendue
from workers.metriques import Metriques
from workers.projecteur import Projecteur
from workers.reconciliation import Reconciliation
from workers.relais import Relais
from workers.vie import Boucle, dormir, ensemble, jusqu_au_signal, tenir

if TYPE_CHECKING:
    from web.portes import Avancer

VEILLE_S: Final = 0.5
Dire = Callable[[str], None]
"""Is told the address of the site, once it answers."""
log = structlog.get_logger()


class MoteurAbsent(Refus, code="moteur_absent"):
    """No engine is known for this store."""

    def __init__(self) -> None:
        super().__init__(
            "Aucun moteur n’est connu pour cette base : lancez « diligence servir », ou donnez DILIGENCE_TEMPORAL."
        )


class TemporalArrete(Exception):
    """The local server ended by itself: this process is no engine any more; what supervises it starts it again."""


def servir(reglages: Reglages, dire: Dire, *, port: int = 0, sante_port: int | None = None) -> None:
    """Run everything in this process, with a Temporal server of its own unless an address is set.

    Raises:
        TemporalArrete: that server ended by itself.
    """
    preparer(reglages)
    with (
        attendue(lambda: _ouvrir_gardee(reglages)) as services,
        attendue(lambda: ouvrir_lectures(reglages, services)) as lectures,
        temporal_local(reglages, fichier_temporal(reglages.base)) as serveur,
    ):
        metriques = Metriques(services, lectures, relais=True, temporal=True)

        async def tourner(arret: asyncio.Event) -> None:
            async with moteur(reglages, metriques.services, lectures, serveur, mesure=sante_port is not None) as m:
                metriques.reconciliation = m.reconciliation
                sonde = sante.sonde_ensemble(
                    web=sante.sonde_web(services),
                    relais=sante.sonde_relais(services),
                    projecteur=sante.sonde_projecteur(lectures),
                    worker=_sonde_worker(services, m.suivis),
                )
                async with metriques.servir(sonde, sante_port):
                    await m.servir_site(reglages, arret, dire, port)

        jusqu_au_signal(tourner)


@contextmanager
def _ouvrir_gardee(reglages: Reglages) -> Iterator[Services]:
    """Open the store, what keeps it append-only being put back if somebody took it away, and said: he had a reason."""
    with ouvrir_services(reglages) as services:
        for garde in remettre_les_gardes(reglages, services):
            log.warning("base.garde_remise", message=f"Remis en place, car absent ou changé : {garde}.")
        yield services


def site(
    reglages: Reglages,
    dire: Dire,
    *,
    port: int = 0,
    hote: str = HOTE,
    noms: Sequence[str] = (),
    sante_port: int | None = None,
) -> None:
    """Run the site alone; `noms` are public names it has besides those declared, or refuse as `exposer` does."""
    with (
        attendue(lambda: ouvrir_services(reglages)) as services,
        attendue(lambda: ouvrir_lectures(reglages, services)) as lectures,
        attendue(lambda: ouvrir_site(reglages, services.coffre)) as du_site,
    ):
        metriques, exposition = Metriques(services), exposer(reglages, du_site, hote, noms)

        async def tourner(arret: asyncio.Event) -> None:
            avancer = _horloge(reglages, services, lectures, adresse_temporal(reglages)) if exposition.locale else None
            application = _application(reglages, metriques.services, lectures, du_site, exposition, avancer)
            async with (
                servir_site(application, port, hote) as servi,
                metriques.servir(sante.sonde_web(services), sante_port),
            ):
                dire(servi.url)
                await tenir(arret, [servi.tache])

        jusqu_au_signal(tourner)


def travailler(reglages: Reglages, *, sante_port: int | None = None) -> None:
    """Run the workers alone."""
    with attendue(lambda: ouvrir_services(reglages)) as services:
        adresse, metriques = _exiger_adresse(reglages), Metriques(services, temporal=True)

        async def tourner(arret: asyncio.Event) -> None:
            suivis = await joindre(reglages, adresse, mesure=sante_port is not None)
            async with (
                metriques.servir(_sonde_worker(services, suivis), sante_port),
                ensemble(
                    partial(_livrer, reglages, services, suivis), partial(importateur.importer, reglages, services)
                ) as taches,
                ensemble(partial(worker.servir, suivis.client, metriques.services), fin_s=None) as travail,
            ):
                await tenir(arret, [*travail, *taches])

        jusqu_au_signal(tourner)


async def _livrer(reglages: Reglages, services: Services, suivis: SuivisTemporal, arret: asyncio.Event) -> None:
    """Tell the webhooks; a store whose site was not prepared has none."""
    source = source_des_evenements(reglages.base)
    try:
        with ouvrir_site(reglages, services.coffre) as du_site:
            await livreurs.servir(suivis.client, services, du_site, source, envoi(services), arret)
    except Refus as refus:
        log.warning("webhook.sans_site", code=refus.code)
        await arret.wait()


def _sonde_worker(services: Services, suivis: SuivisTemporal) -> sante.Sonde:
    return sante.sonde_worker(
        suivis.dernieres_demandes, suivis.identite, partial(horloges.desaccord, services, suivis.heure)
    )


def relayer(reglages: Reglages, *, sante_port: int | None = None) -> None:
    """Run the relay and the reconciliation alone."""
    with attendue(lambda: ouvrir_services(reglages)) as services:
        adresse, metriques = _exiger_adresse(reglages), Metriques(services, relais=True)

        async def tourner(arret: asyncio.Event) -> None:
            suivis = await joindre(reglages, adresse)
            metriques.reconciliation = reconciliation = Reconciliation(metriques.services, suivis)
            relais = Relais(services, suivis, porteur=_porteur())
            async with (
                metriques.servir(sante.sonde_relais(services), sante_port),
                ensemble(relais.servir, reconciliation.veiller) as taches,
            ):
                await tenir(arret, taches)

        jusqu_au_signal(tourner)


def projeter(reglages: Reglages, *, sante_port: int | None = None) -> None:
    """Run the projector alone."""
    with (
        attendue(lambda: ouvrir_services(reglages)) as services,
        attendue(lambda: ouvrir_lectures(reglages, services)) as lectures,
    ):
        metriques = Metriques(services, lectures)

        async def tourner(arret: asyncio.Event) -> None:
            async with metriques.servir(sante.sonde_projecteur(lectures), sante_port):
                await Projecteur(lectures).servir(arret)

        jusqu_au_signal(tourner)


@dataclass(frozen=True)
class Moteur:
    """The engine, running in this process: worker, relay, projector and reconciliation."""

    services: Services
    lectures: Lectures
    suivis: SuivisTemporal
    reconciliation: Reconciliation
    adresse: str
    taches: Sequence["asyncio.Task[None]"]

    async def servir_site(self, reglages: Reglages, arret: asyncio.Event, dire: Dire, port: int = 0) -> None:
        """Serve the site too, until `arret`, or raise what made a part stop by itself."""
        with ouvrir_site(reglages, self.services.coffre, a_preparer=True) as du_site:
            exposition = exposer(reglages, du_site, HOTE)
            avancer = _horloge(reglages, self.services, self.lectures, self.adresse) if exposition.locale else None
            application = await asyncio.to_thread(
                _application, reglages, self.services, self.lectures, du_site, exposition, avancer
            )
            async with servir_site(application, port) as servi:
                dire(servi.url)
                await tenir(arret, [*self.taches, servi.tache])


@asynccontextmanager
async def moteur(
    reglages: Reglages,
    services: Services,
    lectures: Lectures,
    serveur: ServeurLocal | None,
    *,
    mesure: bool = False,
) -> AsyncIterator[Moteur]:
    """Run the engine until the end of the block; `mesure`: see `connecter`.

    With a server of ours (else the settings say where it is), its end is ours; one that knows no history is told all.
    """
    adresse = serveur.adresse if serveur else str(reglages.temporal)
    suivis = await joindre(reglages, adresse, mesure=mesure)
    reconciliation = Reconciliation(services, suivis)
    boucles: list[Boucle] = [
        Relais(services, suivis, porteur=_porteur()).servir,
        Projecteur(lectures).servir,
        partial(reconciliation.veiller, d_abord=serveur is not None and serveur.sans_memoire),
        partial(_livrer, reglages, services, suivis),
        partial(importateur.importer, reglages, services),
        *([partial(_veiller_sur, serveur)] if serveur else []),
    ]
    async with (
        ensemble(partial(worker.servir, suivis.client, services), fin_s=None) as travail,
        ensemble(*boucles) as autres,
    ):
        yield Moteur(services, lectures, suivis, reconciliation, adresse, [*travail, *autres])


@contextmanager
def temporal_local(
    reglages: Reglages, fichier: Path | None, journal: Path | None = None, *, ui: bool = False
) -> Iterator[ServeurLocal | None]:
    """Run a local server, announced beside the store, unless an address is set.

    Use it from the main thread (the server dies with it); with `ui` it also serves its own pages.
    """
    if reglages.temporal:
        yield None
        return
    serveur = demarrer_local(fichier, journal, ui=ui)
    try:
        with annoncer(reglages.base, serveur.adresse):
            yield serveur
    finally:
        serveur.arreter()


async def _veiller_sur(serveur: ServeurLocal, arret: asyncio.Event) -> None:
    while serveur.vit:
        await dormir(arret, VEILLE_S)
        if arret.is_set():
            return
    log.error("temporal.arrete", code=serveur.processus.returncode)
    raise TemporalArrete(f"Le serveur Temporal local s’est arrêté ; son journal est {serveur.journal}.")


async def joindre(reglages: Reglages, adresse: str, *, mesure: bool = False) -> SuivisTemporal:
    """Return the follow-ups of a Temporal server that knows our search attributes; `mesure`: see `connecter`."""
    client = await connecter(adresse, reglages.temporal_namespace, mesure=mesure)
    await declarer_attributs(client)
    return SuivisTemporal(client)


def _application(
    reglages: Reglages,
    services: Services,
    lectures: Lectures,
    du_site: Site,
    exposition: Exposition,
    avancer: "Avancer | None",
) -> ASGIApp:
    """Return the site and the API: read by the processes that serve them, and by no other."""
    from web.application import creer

    return creer(reglages, services, lectures, du_site, exposition, avancer=avancer, moteur_attendu=True)


def _horloge(reglages: Reglages, services: Services, lectures: Lectures, adresse: str | None) -> "Avancer | None":
    """Return what moves the clock of a rehearsal store, one at a time; None for a real one."""
    if not services.store.enregistreur.est_repetition():
        return None
    verrou = asyncio.Lock()

    async def avancer(a: Instant) -> int:
        async with verrou:
            return await horloge.avancer(reglages, services, lectures, adresse, a)

    return avancer


def port_du_site(demande: int | None, usuel: int) -> int:
    """Return where to serve: on the port asked for; without one on the usual one, or if it is taken on 0, any free one.

    Raises:
        PortPris: another program listens on the port asked for.
    """
    try:
        exiger_libre(usuel if demande is None else demande)
    except PortPris:
        if demande is not None:
            raise
        return 0
    return usuel if demande is None else demande


def _exiger_adresse(reglages: Reglages) -> str:
    adresse = adresse_temporal(reglages)
    if adresse is None:
        raise MoteurAbsent
    return adresse


def _porteur() -> str:
    return f"{socket.gethostname()}-{os.getpid()}"
