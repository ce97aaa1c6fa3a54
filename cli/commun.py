"""Options that every command shares, and the doors they open."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid4

import typer

from application.commandes import Demande, Piece
from application.consultations.moment import Moment, lire_effet, lire_instant
from application.services import Services
from bootstrap import wiring
from bootstrap.lectures import Lectures
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.settings import Reglages
from kernel.refus import SaisieInvalide

Base = Annotated[str | None, typer.Option("--base", help="sqlite:///CHEMIN ou postgresql://… (DILIGENCE_BASE)")]
Json = Annotated[bool, typer.Option("--json", help="un document JSON sur la sortie standard")]
Au = Annotated[str | None, typer.Option("--au", help="ce qui était vrai à cette date (AAAA-MM-JJ ou instant)")]
ConnuAu = Annotated[str | None, typer.Option("--connu-au", help="ce qui était su à cet instant")]

AIDE = {"help_option_names": ["--aide", "--help", "-h"]}


def groupe(aide: str) -> typer.Typer:
    """Return a sub-command group with the help option of the contract."""
    return typer.Typer(help=aide, no_args_is_help=True, context_settings=AIDE, rich_markup_mode=None)


def reglages(base: str | None = None) -> Reglages:
    """Return the settings, the given base winning over the environment."""
    return Reglages() if base is None else Reglages(base=base)


@contextmanager
def services(base: str | None) -> Iterator[Services]:
    """Open the application's doors."""
    with wiring.services(reglages(base)) as ouverts:
        yield ouverts


def moment(au: str | None, connu_au: str | None) -> Moment:
    """Return the two dates of a reading."""
    return Moment(lire_effet(au), lire_instant(connu_au))


def demande(acteur: str | None, le: str | None, commande_id: str | None, version: int | None) -> Demande:
    """Return the envelope of an act; the engine's own name is refused to people."""
    if acteur is not None and acteur.upper() == "SYSTEME":
        raise SaisieInvalide("SYSTEME est le moteur : une personne agit sous son propre identifiant.", acteur=acteur)
    try:
        identifiant = uuid4() if commande_id is None else UUID(commande_id)
    except ValueError:
        raise SaisieInvalide(f"--commande-id : « {commande_id} » n’est pas un UUID.", commande_id=commande_id) from None
    return Demande(acteur=acteur, commande_id=identifiant, le=lire_effet(le), version=version)


def lire_piece(chemin: Path, taille_max: int) -> Piece:
    """Read a file given on the command line, or refuse with SaisieInvalide; a huge one is not read whole."""
    try:
        with chemin.open("rb") as fichier:
            return Piece(chemin.name, fichier.read(taille_max + 1))
    except OSError as erreur:
        raise SaisieInvalide(
            f"Le fichier « {chemin} » est illisible : {erreur.strerror}.", fichier=str(chemin)
        ) from None


@contextmanager
def lectures_a_jour(base: str | None, ouverts: Services) -> Iterator[Lectures]:
    """Open the read models and bring the queue to the head of the store: one reads what one just wrote."""
    with ouvrir_lectures(reglages(base), ouverts) as lectures:
        lectures.rattraper("file")
        yield lectures
