"""`diligence demo`: an example campaign and two real take-overs, on the real engine, in a folder of its own."""

import asyncio
import re
import shutil
import signal
import tempfile
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time
from pathlib import Path
from time import monotonic
from typing import Annotated, Any, Final, NamedTuple

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from application.consultations import argent
from application.consultations import dossier as consultation
from application.consultations.moment import Moment, lire_effet, lire_instant
from application.consultations.totaux import totaux
from application.services import Services
from bootstrap import wiring
from bootstrap.lectures import Lectures
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.settings import Reglages
from cli.commun import Json
from cli.progression import erreurs
from cli.sortie import Sortie, ecrire, imprimer, refus_dits, signaler
from kernel.instants import PARIS, Instant, jour_de
from kernel.montants import en_euros
from kernel.refus import SaisieInvalide
from readmodels.chronologie import queries as chronologie
from readmodels.file import queries
from scenarios import annee_2026, mi_campagne
from scenarios.annee_2026 import DEBUT
from scenarios.jeu import Dire, Jeu, Scene
from workers.horloge import HorlogeDeRepetition, prochains
from workers.processus import Moteur, arreter_au_signal, moteur, temporal_local

CAMPAGNE: Final = "NQE-2026"
SOIR: Final = time(18)
"""The hour, in Paris, at which a play asked to end on a day leaves its clock."""
_JOUR_FRANCAIS: Final = re.compile(r"(\d{2})/(\d{2})/(\d{4})")


class Piece(NamedTuple):
    """What is played, and from when to when on the clock of the rehearsal."""

    jouer: Callable[[Jeu], Awaitable[dict[str, Any]]]
    debut: Instant
    fin: Instant


def choisir(jusqu_au: str | None) -> Piece:
    """Return what to play: the eve of a sitting, the whole year, or the year to the evening of a day.

    Raises:
        SaisieInvalide: not a date, or one of another year.
    """
    debut, fin = datetime.fromisoformat(DEBUT), datetime.fromisoformat(annee_2026.FIN)
    if jusqu_au is None:
        return Piece(mi_campagne.jouer, debut, datetime.fromisoformat(mi_campagne.FIN))
    if jusqu_au != "fin":
        francais = _JOUR_FRANCAIS.fullmatch(jusqu_au)
        effet = lire_effet("-".join(reversed(francais.groups())) if francais else jusqu_au)
        assert effet is not None
        jour = jour_de(effet)
        if not jour_de(debut) <= jour <= jour_de(fin):
            message = f"--jusqu-au : l’année jouée va du {jour_de(debut):%d/%m/%Y} au {jour_de(fin):%d/%m/%Y}."
            raise SaisieInvalide(message, date=jusqu_au)
        fin = min(fin, datetime.combine(jour, SOIR, PARIS))
    return Piece(annee_2026.jouer, debut, fin)


def demo(
    sans_attendre: Annotated[
        bool, typer.Option("--sans-attendre", help="finir après le bilan, sans servir le site")
    ] = False,
    jusqu_au: Annotated[
        str | None,
        typer.Option("--jusqu-au", metavar="fin|DATE", help="l’année entière, ou jusqu’au soir de ce jour de 2026"),
    ] = None,
    json: Json = False,
) -> None:
    """Play the demo, by default to the eve of a sitting."""
    with refus_dits(en_json=json):
        piece = choisir(jusqu_au)
    dossier = Path(tempfile.mkdtemp(prefix="diligence-demo-"))
    garder = False
    debut = monotonic()
    try:
        reglages = Reglages().model_copy(
            update={"base": f"sqlite:///{dossier / 'demo.db'}", "cle_maitresse": None, "fichiers": None}
        )
        wiring.migrer(reglages.base, repetition=True, debut=lire_instant(DEBUT))
        try:
            asyncio.run(
                _jouer(reglages, dossier / "temporal.log", piece, debut, sans_attendre=sans_attendre, json=json)
            )
        except asyncio.CancelledError:
            raise Sortie(128 + signal.SIGTERM) from None
        garder = sans_attendre
    finally:
        if garder:
            (signaler if json else ecrire)(f"La base de la démonstration reste dans {dossier}.")
        else:
            shutil.rmtree(dossier, ignore_errors=True)


async def _jouer(
    reglages: Reglages, journal: Path, piece: Piece, debut: float, *, sans_attendre: bool, json: bool
) -> None:
    _s_interrompre_au_signal()
    with (
        temporal_local(reglages, None, journal) as serveur,
        wiring.services(reglages) as services,
        ouvrir_lectures(reglages, services) as lectures,
    ):
        async with moteur(reglages, services, lectures, serveur) as m:
            with _avancement(muet=json) as dire:
                horloge = HorlogeDeRepetition(services, m.suivis, lambda: prochains(lectures))
                reprises = await piece.jouer(Jeu(services, horloge.avancer, Scene(piece.debut, piece.fin, dire)))
            document = await _bilan(m, reprises)
            document["duree_s"] = round(monotonic() - debut, 1)
            imprimer(
                document, en_json=json, humain=None if json else _phrases(document, services, lectures, reglages.base)
            )
            if not sans_attendre:
                arreter_au_signal(arret := asyncio.Event())
                await m.servir_site(reglages, arret, lambda url: ecrire(f"Site : {url} (Ctrl-C pour finir)"))


def _s_interrompre_au_signal() -> None:
    """Stop at SIGTERM as at Ctrl-C: in order, wherever the play is."""
    tache = asyncio.current_task()
    assert tache is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, tache.cancel)


async def _bilan(m: Moteur, reprises: dict[str, Any]) -> dict[str, Any]:
    """Fold the store, compare it with Temporal and with the read models, and count who drove what."""
    sommes = await asyncio.to_thread(totaux, m.services)
    rapport = await m.reconciliation.passer(seuil_s=0)
    await asyncio.to_thread(m.lectures.rattraper, "file")
    await asyncio.to_thread(m.lectures.rattraper, "chronologie")
    lus = {
        "faits": chronologie.compter(m.lectures),
        "dossiers": {"par_etat": queries.par_etat(m.lectures)},
        "montants": queries.totaux(m.lectures),
    }
    par = {"workflow": 0, "filet": 0, "cli": 0, **m.services.store.enregistreur.compter_par_pilote()}
    maintenant = m.services.maintenant()
    etat = queries.etat(m.lectures, maintenant, maintenant)
    return {
        **sommes,
        "automatismes": {"par": par, "en_retard": etat["en_retard"]},
        "derive": len(rapport.derive) + len(rapport.parques) + (lus != sommes),
        "sans_attente": etat["sans_attente"],
        "retards_humains": etat["retards_humains"],
        "reprises": reprises,
    }


class _avancement:  # noqa: N801 - used as a function
    """A live line on stderr: the date of the play, and the share of it that is behind."""

    def __init__(self, *, muet: bool) -> None:
        self._barre = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=erreurs,
            disable=muet,
            transient=True,
        )

    def __enter__(self) -> Dire:
        self._barre.start()
        tache = self._barre.add_task("ouverture", total=1.0)
        return lambda quoi, part: self._barre.update(tache, description=quoi, completed=part)

    def __exit__(self, *_: object) -> None:
        self._barre.stop()


def _phrases(document: dict[str, Any], services: Services, lectures: Lectures, base: str) -> str:
    montants = document["montants"]
    lignes = [f"{document['faits']} faits, {sum(document['dossiers']['par_etat'].values())} dossiers :"]
    lignes += [f"  {etat} : {nombre}" for etat, nombre in document["dossiers"]["par_etat"].items()]
    lignes.append("Montants :")
    lignes += [f"  {nom.removesuffix('_centimes')} : {en_euros(montant)}" for nom, montant in montants.items()]
    par = ", ".join(f"{pilote} {nombre}" for pilote, nombre in document["automatismes"]["par"].items())
    lignes.append(f"Automatismes : {par} ; en retard : {document['automatismes']['en_retard']}.")
    lignes.append(
        f"Écarts entre la base, Temporal et les lectures : {document['derive']}. Retards de personnes : {document['retards_humains']}."
    )
    for nom, reprise in document["reprises"].items():
        lignes.append(
            f"Reprise des {nom} : {reprise['lues']} lignes lues, {reprise['appliquees']} reprises, "
            f"{reprise['ignorees']} ignorées, {reprise['rejetees']} rejetées ; {en_euros(reprise['montant_repris_centimes'])}."
        )
    lignes.append(f"Joué en {document['duree_s']} s. À copier :")
    lignes += [f"  {commande} --base {base}" for commande in _commandes(services, lectures)]
    return "\n".join(lignes)


def _commandes(services: Services, lectures: Lectures) -> list[str]:
    """Return three commands: why a dossier is late, a past state, the reason of a payment. Early in a play some miss."""
    prefixe, commandes = ".venv/bin/diligence", []
    if (retard := _en_retard(lectures, services.maintenant())) is not None:
        commandes.append(f"{prefixe} dossier attentes {retard}")
    if (paye := _paye(services)) is not None:
        depose_le = consultation.voir(services, paye, Moment())["dates"]["depose_le"]  # None: taken over
        depose = date.fromisoformat(depose_le or DEBUT[:10])
        passe = depose + (jour_de(services.maintenant()) - depose) / 2
        commandes.append(f"{prefixe} dossier voir {paye} --au {passe}")
        commandes.append(f"{prefixe} subvention historique {paye}")
    return commandes


def _en_retard(lectures: Lectures, maintenant: Instant) -> str | None:
    """Return the dossier that has waited longest beyond its échéance, or what is usual: one of the example rather."""
    lignes = queries.file(lectures, maintenant, limite=None)["lignes"]
    tardifs = [li["ref"] for li in lignes if li["agregat"] == "dossier" and li["attente"]["retard_jours"]]
    tardifs += [
        b["ref"] for b in queries.bloques(lectures, maintenant, limite=len(lignes)) if b["agregat"] == "dossier"
    ]
    return min(tardifs, key=lambda ref: not ref.startswith(CAMPAGNE), default=None)


def _paye(services: Services) -> str | None:
    """Return the dossier of an award of which something was paid, of the example rather."""
    ids = services.store.enregistreur.ids_par_topic("subvention.paiement_constate.v1")
    refs = [argent.voir_subvention(services, str(id_), Moment())["dossier"] for id_ in ids]
    return min(refs, key=lambda ref: (not ref.startswith(CAMPAGNE), ref), default=None)
