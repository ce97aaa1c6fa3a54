"""The engine's processes: all in one (`servir`), or one each; and the demo, the state, the repairs."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, nullcontext, suppress
from threading import Timer
from typing import Annotated, Any, Final

import structlog
import typer

from bootstrap import logs
from bootstrap.lectures import Lectures
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.moteur import adresse_temporal, annoncer, fichier_temporal
from bootstrap.settings import Reglages
from bootstrap.temporal import ServeurLocal
from cli.commun import Base, reglages, services
from cli.demo import demo
from cli.etat import etat, reconcilier, reconstruire
from cli.sortie import FAUTE, REFUSE, Sortie, console, erreurs, refus_dits
from kernel.refus import Refus
from web.application import HOTES_LOCAUX, creer
from web.serveur import HOTE
from web.serveur import servir as servir_web
from workers import sante, worker
from workers.all_in_one import TemporalArrete, arreter_au_signal, moteur, temporal_local
from workers.distance import MoteurAbsent, client_de, suivis_de
from workers.metriques import Metriques
from workers.projector import Projecteur
from workers.reconciliation import Reconciliation
from workers.relay import Relais

Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="0 : un port libre")]
Sante = Annotated[
    int | None,
    typer.Option("--sante", min=0, max=65535, help="port où répondre à GET /sante et /metriques, sur cette machine"),
]
ARRET_S: Final = 28.0
"""Asked to stop, a process is given that long; then it leaves as a power cut would, and others take over."""
FIN_DE_PASSE_S: Final = 15.0
"""What a pass of reconciliation under way is given to end."""
log = structlog.get_logger()


def installer(application: typer.Typer) -> None:
    """Add the processes."""
    application.command("demo", help="Jouer une année d’exemple sur le vrai moteur, puis servir le site.")(demo)
    application.command(
        "servir", help="Tout en un : site, worker, relais, projecteur, et Temporal local sans adresse."
    )(servir)
    application.command("web", help="Le site seul.")(web)
    application.command("worker", help="Le worker seul.")(travailler)
    application.command("relais", help="Le relais et la réconciliation seuls.")(relayer)
    application.command("projecteur", help="Le projecteur seul.")(projeter)
    application.command("etat", help="Positions, retards, commandes parquées, écarts ; code 4 sur une anomalie.")(etat)
    application.command("reconcilier", help="Comparer la base et Temporal ; --reparer tend aussi le filet.")(
        reconcilier
    )
    application.command("reconstruire", help="Refaire les lectures et les suivis depuis la base.")(reconstruire)


def servir(port: Port = 0, sante_port: Sante = None, base: Base = None) -> None:
    """Serve everything in one process until Ctrl-C."""
    choisis = reglages(base)
    with _refus_dits(), services(base) as ouverts, ouvrir_lectures(choisis, ouverts) as lectures:
        serveur = temporal_local(choisis, fichier_temporal(choisis))
        try:
            metriques = Metriques(ouverts, lectures, relais=True, temporal=True)
            with annoncer(choisis, serveur.adresse) if serveur else nullcontext():
                _jusqu_au_signal(lambda arret: _tout(choisis, metriques, lectures, serveur, port, sante_port, arret))
        except TemporalArrete as erreur:
            if not logs.en_json():  # where it is said already
                erreurs.print(str(erreur), style="bold red", soft_wrap=True)
            raise Sortie(FAUTE) from erreur
        finally:
            if serveur is not None:
                serveur.arreter()


async def _tout(
    choisis: Reglages,
    metriques: Metriques,
    lectures: Lectures,
    serveur: ServeurLocal | None,
    port: int,
    sante_port: int | None,
    arret: asyncio.Event,
) -> None:
    ouverts = metriques.services
    async with moteur(choisis, ouverts, lectures, serveur, arret, mesure=sante_port is not None) as m:
        metriques.reconciliation = m.reconciliation
        sonde = sante.SondeEnsemble(
            web=sante.SondeWeb(ouverts),
            relais=sante.SondeRelais(ouverts),
            projecteur=sante.SondeProjecteur(lectures),
            worker=sante.SondeWorker(m.suivis, m.client.service_client.config.identity),
        )
        async with servir_web(creer(choisis, ouverts, lectures), port) as site, metriques.servir(sonde, sante_port):
            m.taches.append(site.tache)
            _dire(site.url)
            await m.tenir()


def web(
    port: Port = 0,
    hote: Annotated[
        str,
        typer.Option("--hote", help="adresse où écouter ; le site n’a pas encore de connexion : lire l’avertissement"),
    ] = HOTE,
    nom: Annotated[
        list[str] | None, typer.Option("--nom", help="nom public du site, derrière un mandataire ; répétable")
    ] = None,
    sante_port: Sante = None,
    base: Base = None,
) -> None:
    """Serve the site until Ctrl-C."""
    with _refus_dits():
        choisis = reglages(base)
        with services(base) as ouverts, ouvrir_lectures(choisis, ouverts) as lectures:
            if hote not in HOTES_LOCAUX:
                _avertir_sans_connexion(hote)
            metriques = Metriques(ouverts)

            async def tourner(arret: asyncio.Event) -> None:
                application = creer(choisis, metriques.services, lectures, (*HOTES_LOCAUX, *(nom or ())))
                async with (
                    servir_web(application, port, hote) as site,
                    metriques.servir(sante.SondeWeb(ouverts), sante_port),
                ):
                    _dire(site.url)
                    attente = asyncio.create_task(arret.wait())
                    finies, _ = await asyncio.wait([attente, site.tache], return_when=asyncio.FIRST_COMPLETED)
                    attente.cancel()
                    if site.tache in finies:
                        site.tache.result()

            _jusqu_au_signal(tourner)


def travailler(sante_port: Sante = None, base: Base = None) -> None:
    """Run the follow-ups until Ctrl-C."""
    with _refus_dits(), services(base) as ouverts:
        choisis = reglages(base)
        adresse = _adresse(choisis)
        metriques = Metriques(ouverts, temporal=True)

        async def tourner(arret: asyncio.Event) -> None:
            client = await client_de(choisis, adresse, mesure=sante_port is not None)
            sonde = sante.SondeWorker(suivis_de(client), client.service_client.config.identity)
            async with metriques.servir(sonde, sante_port):
                await worker.servir(client, metriques.services, arret)

        _jusqu_au_signal(tourner)


def relayer(sante_port: Sante = None, base: Base = None) -> None:
    """Wake the follow-ups, and reconcile every quarter of an hour, until Ctrl-C."""
    with _refus_dits(), services(base) as ouverts:
        choisis = reglages(base)
        adresse = _adresse(choisis)
        metriques = Metriques(ouverts, relais=True)

        async def tourner(arret: asyncio.Event) -> None:
            suivis = suivis_de(await client_de(choisis, adresse))
            relais = Relais(ouverts, suivis, porteur=f"{socket.gethostname()}-{os.getpid()}")
            metriques.reconciliation = reconciliation = Reconciliation(metriques.services, suivis)
            async with metriques.servir(sante.SondeRelais(ouverts), sante_port):
                await asyncio.gather(relais.servir(arret), _borner(reconciliation.veiller(arret), arret))

        _jusqu_au_signal(tourner)


def projeter(sante_port: Sante = None, base: Base = None) -> None:
    """Keep the read models up to date until Ctrl-C."""
    with _refus_dits(), services(base) as ouverts, ouvrir_lectures(reglages(base), ouverts) as lectures:
        metriques = Metriques(ouverts, lectures)

        async def tourner(arret: asyncio.Event) -> None:
            async with metriques.servir(sante.SondeProjecteur(lectures), sante_port):
                await Projecteur(lectures).servir(arret)

        _jusqu_au_signal(tourner)


def _jusqu_au_signal(tourner: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run until asked to stop, and not much longer: a thread that does not end must not hold the process."""
    garde = Timer(ARRET_S, os._exit, (FAUTE,))
    garde.daemon = True

    async def armer(arret: asyncio.Event) -> None:
        await arret.wait()
        garde.start()

    async def principal() -> None:
        arret = asyncio.Event()
        arreter_au_signal(arret)
        veille = asyncio.create_task(armer(arret))
        try:
            await tourner(arret)
        finally:
            veille.cancel()

    try:
        asyncio.run(principal())
    finally:
        garde.cancel()


async def _borner(boucle: Coroutine[Any, Any, None], arret: asyncio.Event) -> None:
    """Run a loop; once asked to stop, it is given a while, then dropped where it waits."""
    tache = asyncio.create_task(boucle)
    await asyncio.wait([tache, attente := asyncio.create_task(arret.wait())], return_when=asyncio.FIRST_COMPLETED)
    attente.cancel()
    await asyncio.wait([tache], timeout=FIN_DE_PASSE_S)
    tache.cancel()
    with suppress(asyncio.CancelledError):
        await tache


def _adresse(choisis: Reglages) -> str:
    adresse = adresse_temporal(choisis)
    if adresse is None:
        raise MoteurAbsent
    return adresse


@contextmanager
def _refus_dits() -> Iterator[None]:
    """Say why a process does not start, in the words of who reads its story."""
    try:
        with refus_dits(en_json=False) if not logs.en_json() else nullcontext():
            yield
    except Refus as refus:
        log.error("processus.refuse", code=refus.code, message=refus.message)
        raise Sortie(REFUSE) from refus


def _avertir_sans_connexion(hote: str) -> None:
    phrase = (
        f"ATTENTION : le site n’a pas encore de connexion. Qui atteint {hote} lit tous les dossiers : "
        "placez devant lui un mandataire qui demande qui l’on est (deploy/Caddyfile), et rien d’autre."
    )
    if logs.en_json():
        log.warning("web.sans_connexion", message=phrase)
    else:
        erreurs.print(phrase, style="bold red", soft_wrap=True)


def _dire(url: str) -> None:
    console.print(f"Site : {url} (Ctrl-C pour finir)")
