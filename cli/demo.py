"""`diligence demo`: an example campaign and two real take-overs, on the real engine, in a folder of its own."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import webbrowser
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import partial
from pathlib import Path
from secrets import token_hex
from threading import Timer
from time import monotonic
from typing import Annotated, Any, Final, NamedTuple

import typer

from application.consultations.moment import lire_effet, lire_instant
from application.services import Services
from bootstrap import cablage
from bootstrap.lectures import Lectures
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.reglages import Reglages, ecran
from bootstrap.site import site as ouvrir_site
from cli import demo_bilan
from cli.commun import Json
from cli.progression import erreurs, progression
from cli.sortie import Sortie, dire_faute, dire_le_site, ecrire, imprimer, refus_dits, signaler
from kernel.instants import PARIS, Instant, jour_de
from kernel.refus import SaisieInvalide
from scenarios import annee_2026, mi_campagne
from scenarios.annee_2026 import DEBUT
from scenarios.jeu import Jeu, Scene, SiteDuJeu
from workers.horloge import HorlogeDeRepetition, prochains
from workers.processus import Moteur, moteur, port_du_site, temporal_local

SIGNAUX: Final = (signal.SIGINT, signal.SIGTERM)
PORT: Final = 8400
"""Where the site is, when that port is free."""
ARRET_S: Final = 2.0
"""Asked to stop, the demo does it in order if it can; after that it leaves as it is: nothing of it is worth waiting for."""
SOIR: Final = time(18)
"""The hour, in Paris, at which a play asked to end on a day leaves its clock."""


class Programme(NamedTuple):
    """What is played, and from when to when on the clock of the rehearsal."""

    jouer: Callable[[Jeu], Awaitable[dict[str, Any]]]
    debut: Instant
    fin: Instant


def choisir(jusqu_au: str | None) -> Programme:
    """Return what to play: the eve of a sitting, the whole year, or the year to the evening of a day.

    Raises:
        SaisieInvalide: not a date, or one of another year.
    """
    debut, fin = datetime.fromisoformat(DEBUT), datetime.fromisoformat(annee_2026.FIN)
    if jusqu_au is None:
        return Programme(mi_campagne.jouer, debut, datetime.fromisoformat(mi_campagne.FIN))
    if jusqu_au != "fin":
        effet = lire_effet(jusqu_au)
        assert effet is not None
        jour = jour_de(effet)
        if not jour_de(debut) <= jour <= jour_de(fin):
            message = f"--jusqu-au : l’année jouée va du {jour_de(debut):%d/%m/%Y} au {jour_de(fin):%d/%m/%Y}."
            raise SaisieInvalide(message, date=jusqu_au)
        fin = min(fin, datetime.combine(jour, SOIR, PARIS))
    return Programme(annee_2026.jouer, debut, fin)


Engin = Callable[[Services, Lectures], AbstractAsyncContextManager[Moteur]]
"""Runs the engine on a store."""


class Interrompue(Exception):
    """Asked to stop, the demo left what it was playing."""


@dataclass
class Arret:
    """Ctrl-C or SIGTERM: what was asked, and how the demo ends then, in order or not."""

    dossier: Path
    en_json: bool
    abattre: Callable[[], None] = lambda: None
    """Ends the Temporal server without waiting for it."""
    sert: bool = False
    """The site is being served: to stop is no interruption."""
    signal_recu: int = 0
    demande: asyncio.Event = field(default_factory=asyncio.Event)

    def ecouter(self) -> None:
        """Take signals from now on: before there is a loop, nothing has been played, and one leaves at once."""
        for numero in SIGNAUX:
            signal.signal(numero, self._partir_au_signal)

    def ecouter_la_boucle(self) -> None:
        """Take signals in the running loop, which ends in order."""
        for numero in SIGNAUX:
            asyncio.get_running_loop().add_signal_handler(numero, self._recevoir, numero)

    def _partir_au_signal(self, numero: int, _: object) -> None:
        self.signal_recu = numero
        self._partir()

    def _recevoir(self, numero: int) -> None:
        if not self.demande.is_set():
            self.signal_recu = numero
            self.demande.set()
            garde = Timer(ARRET_S, self._partir)
            garde.daemon = True
            garde.start()

    def _partir(self) -> None:
        """Leave without waiting for a thread, a call under way or the server."""
        self.abattre()
        shutil.rmtree(self.dossier, ignore_errors=True)
        erreurs.show_cursor()
        self.dire()
        sys.stdout.flush()
        os._exit(self.code)

    @property
    def code(self) -> int:
        """Return the exit code: what shells expect of a command stopped by a signal, 0 once it only served."""
        return 0 if self.sert else 128 + self.signal_recu

    def dire(self) -> None:
        """Say how it ended."""
        if self.sert:
            ecrire("Démonstration finie : rien n’en est gardé.")
        else:
            message = "La démonstration est interrompue : rien n’en est gardé."
            dire_faute("interrompue", message, en_json=self.en_json, journal_en_json=False)


def demo(
    sans_attendre: Annotated[
        bool, typer.Option("--sans-attendre", help="finir après le bilan, sans servir le site")
    ] = False,
    jusqu_au: Annotated[
        str | None,
        typer.Option("--jusqu-au", metavar="fin|DATE", help="l’année entière, ou jusqu’au soir de ce jour de 2026"),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help=f"port du site ; sans lui {PORT}, ou un autre s’il est pris"),
    ] = None,
    ui: Annotated[bool, typer.Option("--ui", help="ouvrir aussi la page de Temporal")] = False,
    json: Json = False,
) -> None:
    """Play the demo, by default to the eve of a sitting."""
    debut, garder, reglages = monotonic(), False, Reglages()
    with refus_dits(en_json=json):
        programme = choisir(jusqu_au)
        if ui and reglages.temporal:
            raise SaisieInvalide("--ui : la page du serveur que donne DILIGENCE_TEMPORAL n’est pas connue d’ici.")
        ou = None if sans_attendre else _choisir_le_port(port)
    arret = Arret(Path(tempfile.gettempdir()) / f"diligence-demo-{token_hex(8)}", json)
    arret.ecouter()  # before the folder is made: a signal in between would leave it, and say nothing
    try:
        arret.dossier.mkdir(mode=0o700)
        _donner(reglages, Spectacle(programme, arret, debut), ou, ui=ui)
        garder = sans_attendre
    except Interrompue:
        pass
    finally:
        if not garder:
            shutil.rmtree(arret.dossier, ignore_errors=True)
    if not garder:
        arret.dire()
        raise Sortie(arret.code)
    (signaler if json else ecrire)(f"La base de la démonstration reste dans {arret.dossier}.")


def _choisir_le_port(demande: int | None) -> int:
    port = port_du_site(demande, PORT)
    if demande is None and port != PORT:
        signaler(f"Le port {PORT} est pris : le site en prendra un autre.")
    return port


def _donner(reglages: Reglages, spectacle: "Spectacle", port: int | None, *, ui: bool) -> None:
    """Make the store and the Temporal server of the play, and run it."""
    arret = spectacle.arret
    base = f"sqlite:///{arret.dossier / 'demo.db'}"
    reglages = reglages.model_copy(update={"base": base, "cle_maitresse": None, "fichiers": None, "hotes": ""})
    cablage.migrer(reglages.base, repetition=True, debut=lire_instant(DEBUT))
    with temporal_local(reglages, None, arret.dossier / "temporal.log", ui=ui) as serveur:
        if serveur is not None:
            arret.abattre = serveur.processus.kill
            if serveur.page is not None:
                _montrer(serveur.page)
        asyncio.run(spectacle.donner(reglages, partial(moteur, reglages, serveur=serveur), port))


def _montrer(page: str) -> None:
    """Say where the page of Temporal is, and open it where there is a screen; without one, nothing is missing."""
    signaler(f"Temporal : {page}")
    if ecran():
        with suppress(Exception):
            webbrowser.open(page)


@dataclass
class Spectacle:
    """One play on a store of its own: played, counted, then served."""

    programme: Programme
    arret: Arret
    debut_s: float

    async def donner(self, reglages: Reglages, engin: Engin, port: int | None) -> None:
        """Play, print the summary, and serve the site on that port until asked to stop; None leaves at once.

        Raises:
            Interrompue: asked to stop before the summary.
        """
        self.arret.ecouter_la_boucle()
        with (
            cablage.services(reglages) as services,
            ouvrir_lectures(reglages, services) as lectures,
            ouvrir_site(reglages, services.coffre, a_preparer=True) as site,
        ):
            async with engin(services, lectures) as m:
                await self._jusqu_au_bilan(m, site, reglages.base)
                if port is not None:
                    self.arret.sert = True
                    await m.servir_site(reglages, self.arret.demande, dire_le_site, port)

    async def _jusqu_au_bilan(self, m: Moteur, site: SiteDuJeu, base: str) -> None:
        """Play to the summary, unless asked to stop, or a part of the engine stops by itself."""
        jeu = asyncio.create_task(self._jouer(m, site, base))
        arret = asyncio.create_task(self.arret.demande.wait())
        finies, _ = await asyncio.wait([jeu, arret, *m.taches], return_when=asyncio.FIRST_COMPLETED)
        jeu.cancel()
        arret.cancel()
        await asyncio.gather(jeu, arret, return_exceptions=True)
        if self.arret.demande.is_set():
            raise Interrompue
        for tache in finies:
            tache.result()

    async def _jouer(self, m: Moteur, site: SiteDuJeu, base: str) -> None:
        en_json = self.arret.en_json
        with progression("ouverture", muet=en_json) as dire:
            horloge = HorlogeDeRepetition(m.services, m.suivis, lambda: prochains(m.lectures))
            scene = Scene(self.programme.debut, self.programme.fin, dire, self.arret.demande.is_set)
            jeu = Jeu(m.services, site, horloge.avancer, scene)
            reprises = await self.programme.jouer(jeu)
        document = await demo_bilan.compter(m, reprises, jeu.a_voir)
        document["duree_s"] = round(monotonic() - self.debut_s, 1)
        humain = None if en_json else demo_bilan.phrases(document, m.services, m.lectures, base)
        imprimer(document, en_json=en_json, humain=humain)
