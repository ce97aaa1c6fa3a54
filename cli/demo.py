"""`diligence demo`: a year of an example campaign and two real take-overs, on the real engine, in a folder of its own."""

import asyncio
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from application.consultations.moment import lire_instant
from application.consultations.totaux import totaux
from application.services import Services
from bootstrap import wiring
from bootstrap.lectures import Lectures
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.settings import Reglages
from cli.commun import Json
from cli.sortie import Sortie, console, erreurs, imprimer
from kernel.instants import Instant, jour_de
from kernel.montants import en_euros
from readmodels.chronologie import queries as chronologie
from readmodels.file import queries
from scenarios.annee_2026 import DEBUT, jouer
from scenarios.jeu import Jeu
from workers.horloge import HorlogeDeRepetition, prochains
from workers.processus import Moteur, arreter_au_signal, moteur, temporal_local


def demo(
    sans_attendre: Annotated[
        bool, typer.Option("--sans-attendre", help="finir après le bilan, sans servir le site")
    ] = False,
    json: Json = False,
) -> None:
    """Play the demo."""
    dossier = Path(tempfile.mkdtemp(prefix="diligence-demo-"))
    garder = sans_attendre and not json
    debut = time.monotonic()
    try:
        reglages = Reglages().model_copy(
            update={"base": f"sqlite:///{dossier / 'demo.db'}", "cle_maitresse": None, "fichiers": None}
        )
        wiring.migrer(reglages.base, repetition=True, debut=lire_instant(DEBUT))
        try:
            asyncio.run(_jouer(reglages, dossier / "temporal.log", debut, sans_attendre=sans_attendre, json=json))
        except asyncio.CancelledError:
            raise Sortie(128 + signal.SIGTERM) from None
    finally:
        if garder:
            console.print(f"La base de la démonstration reste dans {dossier}.")
        else:
            shutil.rmtree(dossier, ignore_errors=True)


async def _jouer(reglages: Reglages, journal: Path, debut: float, *, sans_attendre: bool, json: bool) -> None:
    _s_interrompre_au_signal()
    with (
        temporal_local(reglages, None, journal) as serveur,
        wiring.services(reglages) as services,
        ouvrir_lectures(reglages, services) as lectures,
    ):
        async with moteur(reglages, services, lectures, serveur) as m:
            with _avancement(muet=json) as dire:
                horloge = HorlogeDeRepetition(services, m.suivis, lambda: prochains(lectures))
                jeu = Jeu(
                    services,
                    lambda instant: horloge.avancer(instant, au_pas=lambda i: dire(f"{jour_de(i):%d/%m/%Y} échéance")),
                    dire,
                )
                reprises = await jouer(jeu)
                await jeu.repos()
            document = await _bilan(m, reprises)
            document["duree_s"] = round(time.monotonic() - debut, 1)
            imprimer(
                document, en_json=json, humain=None if json else _phrases(document, services, lectures, reglages.base)
            )
            if not sans_attendre:
                arreter_au_signal(arret := asyncio.Event())
                await m.servir_site(reglages, arret, lambda url: console.print(f"Site : {url} (Ctrl-C pour finir)"))


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
    """A live line on stderr: the date of the play."""

    def __init__(self, *, muet: bool) -> None:
        self._barre = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=erreurs,
            disable=muet,
            transient=True,
        )

    def __enter__(self) -> Callable[[str], None]:
        self._barre.start()
        tache = self._barre.add_task("ouverture", total=None)
        return lambda texte: self._barre.update(tache, description=texte)

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
    lignes += [f"  {commande} --base {base}" for commande in _commandes(lectures, services.maintenant())]
    return "\n".join(lignes)


def _commandes(lectures: Lectures, maintenant: Instant) -> list[str]:
    """Return three commands: why a dossier is late, a past state, the reason of a payment."""
    en_retard = queries.file(lectures, maintenant, limite=1)["lignes"]
    payes = [d["ref"] for d in queries.dossiers(lectures, etat="clos") if d["campagne"] == "NQE-2026"]
    prefixe = ".venv/bin/diligence"
    retard = en_retard[0] if en_retard else {"agregat": "dossier", "ref": payes[0]}
    return [
        f"{prefixe} {retard['agregat']} attentes {retard['ref']}",
        f"{prefixe} dossier voir {payes[0]} --au 2026-04-15",
        f"{prefixe} subvention historique {payes[0]}",
    ]
