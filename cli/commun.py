"""Options that every command shares, and the doors they open."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID, uuid4

import typer

from application.commandes import Appel, FichierRecu
from application.consultations.moment import Moment, lire_effet, lire_instant
from application.ports import Echanges
from application.saisie import exiger_taille
from bootstrap.reglages import Reglages, lire_reglages
from kernel.refus import SaisieInvalide
from kernel.textes import exiger_textes_lisibles

if TYPE_CHECKING:
    from application.services import Services
    from bootstrap.lectures import Lectures

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

Base = Annotated[str | None, typer.Option("--base", help="sqlite:///CHEMIN ou postgresql://… (DILIGENCE_BASE)")]
Json = Annotated[bool, typer.Option("--json", help="un document JSON sur la sortie standard")]
Acteur = Annotated[str | None, typer.Option("--acteur", help="agent au nom de qui on agit (DILIGENCE_ACTEUR)")]
Le = Annotated[str | None, typer.Option("--le", help="date ou instant où c’est vrai ; par défaut maintenant")]
CommandeId = Annotated[str | None, typer.Option("--commande-id", help="UUID ; le même redonne le même reçu")]
Version = Annotated[int | None, typer.Option("--version", help="version affichée : refusé si elle a bougé")]
Remplacer = Annotated[
    bool, typer.Option("--remplacer", help="écrire à la place d’un fichier qui n’est pas un export de cette sorte")
]
Au = Annotated[str | None, typer.Option("--au", help="ce qui était vrai à cette date (AAAA-MM-JJ ou instant)")]
ConnuAu = Annotated[str | None, typer.Option("--connu-au", help="ce qui était su à cet instant")]


def reglages(base: str | None = None) -> Reglages:
    """Return the settings, the given base winning over the environment, or refuse with SaisieInvalide."""
    return lire_reglages() if base is None else lire_reglages(base=base)


@contextmanager
def services(base: str | None) -> Iterator["Services"]:
    """Open the application's doors, read only then: a calculator has none."""
    from bootstrap import cablage

    with cablage.services(reglages(base)) as ouverts:
        yield ouverts


def moment(au: str | None, connu_au: str | None) -> Moment:
    """Return the two dates of a reading."""
    return Moment(lire_effet(au), lire_instant(connu_au))


def lire_appel(
    base: str | None,
    acteur: str | None,
    le: str | None = None,
    commande_id: str | None = None,
    version: int | None = None,
) -> Appel:
    """Return the envelope of an act; the engine's own name is refused to people."""
    acteur = acteur or reglages(base).acteur
    if acteur is not None and acteur.upper() == "SYSTEME":
        raise SaisieInvalide("SYSTEME est le moteur : une personne agit sous son propre identifiant.", acteur=acteur)
    if acteur is not None:
        exiger_textes_lisibles(acteur, "--acteur")
    identifiant = uuid4()
    if commande_id is not None:
        if not _UUID.fullmatch(commande_id):
            raise SaisieInvalide(f"--commande-id : « {commande_id} » n’est pas un UUID.", commande_id=commande_id)
        identifiant = UUID(commande_id)
    return Appel(acteur=acteur, commande_id=identifiant, le=lire_effet(le), version=version)


def lire_fichier(chemin: Path, echanges: Echanges, taille_max: int, *, depot: Path | None = None) -> FichierRecu:
    """Read a file given on the command line, or one that stands beside `depot`, which names it.

    Raises:
        SaisieInvalide, FichierReserve, FichierTropVolumineux: it is no plain file, a store's, or too large; one beside a
            dépôt is cut one byte after that, and its dépôt is registered without it.
    """
    lire = echanges.lire if depot is None else partial(echanges.lire_joint, depot)
    fichier = FichierRecu(chemin.name, lire(chemin, taille_max))
    if depot is None:
        exiger_taille(fichier, taille_max)
    return fichier


@contextmanager
def lectures_a_jour(base: str | None, ouverts: "Services") -> Iterator["Lectures"]:
    """Open the read models and bring the queue to the head of the store: one reads what one just wrote."""
    from bootstrap.lectures import lectures as ouvrir_lectures

    with ouvrir_lectures(reglages(base), ouverts) as lectures:
        lectures.rattraper("file")
        yield lectures
