"""Sources without a file, and a whole round trip with one."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adapters.sorties import fichier_neuf
from adapters.tableurs.ouvrir import ouvrir
from application.ports import Enregistrement
from application.reprise.correspondance import Correspondance, lire_correspondance
from application.reprise.lignes import Ligne, LigneIgnoree, LigneRejetee, LigneReprise, lire_lignes
from application.reprise.plan import planifier
from application.reprise.rejets import ecrire_rejets

RACINE = Path(__file__).parents[3]
REEL = RACINE / "examples" / "reel"


@dataclass(frozen=True)
class Rangee:
    ligne: int
    cellules: tuple[str, ...]
    defaut: str | None = None


@dataclass
class SourceEnMemoire:
    """A source that tests write in a line: cells between bars."""

    entete: str
    lignes: Sequence[str]
    empreinte: str = field(default=hashlib.sha256(b"source").hexdigest())

    @property
    def colonnes(self) -> tuple[str, ...]:
        return tuple(self.entete.split("|"))

    @property
    def enregistrements(self) -> Iterator[Enregistrement]:
        for numero, ligne in enumerate(self.lignes, 2):
            yield Rangee(numero, tuple(ligne.split("|")))


def correspondance_livree(nom: str) -> Correspondance:
    return lire_correspondance((RACINE / "examples" / "reprise" / f"{nom}.yaml").read_text(encoding="utf-8"), nom)


def reprendre(chemin: Path, correspondance: Correspondance, rejets: Path | None = None) -> list[Ligne]:
    """Read a file and write its rejects, as `diligence reprendre` does."""
    with ouvrir(chemin, feuille=correspondance.feuille) as tableau:
        lignes = list(lire_lignes(tableau, correspondance))
        if rejets is not None:
            plan = planifier(tableau.colonnes, correspondance)
            with fichier_neuf(rejets) as flux, ecrire_rejets(flux, plan) as ecrivain:
                for rejet in rejetees(lignes):
                    ecrivain.ecrire(rejet)
    return lignes


def reprises(lignes: Sequence[Ligne]) -> list[LigneReprise]:
    return [ligne for ligne in lignes if isinstance(ligne, LigneReprise)]


def rejetees(lignes: Sequence[Ligne]) -> list[LigneRejetee]:
    return [ligne for ligne in lignes if isinstance(ligne, LigneRejetee)]


def ignorees(lignes: Sequence[Ligne]) -> list[int]:
    return [ligne.ligne for ligne in lignes if isinstance(ligne, LigneIgnoree)]
