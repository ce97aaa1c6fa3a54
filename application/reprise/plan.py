"""Where the mapping finds its columns in one file, and how a file of rejects differs from a source."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from application.formules import rearmer
from application.reprise.correspondance import Correspondance
from application.reprise.valeurs import normaliser
from kernel.refus import Refus
from kernel.textes import enumerer

COLONNES_AJOUTEES = ("motif", "fichier_empreinte", "ligne", "rang")
MARQUE_DES_REJETS = re.compile("[,;|\t]".join(f'"?{colonne}"?' for colonne in COLONNES_AJOUTEES))
"""What recognises a file of rejects: its added columns, side by side."""
EMPREINTE = re.compile(r"[0-9a-f]{64}")
ENTIER = re.compile(r"[1-9][0-9]{0,8}")
EN_TROP_MAX = 20
"""Columns of a file of rejects for the cells in excess of a row: those of a broken line may be thousands."""
EN_TROP = re.compile(r"cellule_en_trop_[1-9][0-9]*")
MARQUE = re.compile(r" ?\[réf\. ([0-9a-f]{8})\]$")


class ColonneAbsente(Refus, code="colonne_absente"):
    """The mapping names a column that the file does not have."""


class ColonneAmbigue(Refus, code="colonne_ambigue"):
    """The mapping names a column that the file has twice."""


@dataclass(frozen=True, slots=True)
class Origine:
    """Where a row comes from: the digest and the line of the first source, and its rank among its likes there."""

    empreinte: str
    ligne: int
    rang: int
    motif: str = ""  # of the reject, when it is replayed


@dataclass(frozen=True, slots=True)
class Plan:
    """The columns of one file as the mapping uses them."""

    colonnes: tuple[str, ...]  # of the source, without the added ones
    rejeu: bool  # the file is one of rejects: its four added columns are obeyed
    rangs: dict[str, int]  # column of the mapping to its index

    @property
    def largeur(self) -> int:
        return len(self.colonnes)

    def separer(self, cellules: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the cells of the source (those in excess included), as they were there, and the added ones."""
        if not self.rejeu:
            return tuple(cellules), ()
        cellules = [rearmer(cellule) for cellule in cellules]
        fin = self.largeur + len(COLONNES_AJOUTEES)
        return (*cellules[: self.largeur], *_sans_fin_vide(cellules[fin:])), tuple(cellules[self.largeur : fin])

    def borner(self, cellules: Sequence[str]) -> tuple[str, ...]:
        """Return the cells as a file of rejects can hold them: those far in excess are put together in the last."""
        garde = self.largeur + EN_TROP_MAX - 1
        return tuple(cellules) if len(cellules) <= garde else (*cellules[:garde], " ; ".join(cellules[garde:]))

    def entete_des_rejets(self, en_trop: int) -> tuple[str, ...]:
        """Return the header of a file of rejects, the widest row of which has that many cells in excess.

        Those cells in excess have columns with a name: a spreadsheet or a program drops what has none.
        """
        return (*self.colonnes, *COLONNES_AJOUTEES, *(f"cellule_en_trop_{rang}" for rang in range(1, en_trop + 1)))


def planifier(colonnes: Sequence[str], correspondance: Correspondance) -> Plan:
    """Find every column of the mapping in the header.

    Raises:
        ColonneAbsente, ColonneAmbigue: With the columns concerned, in the order of the mapping.
    """
    noms = [normaliser(colonne) for colonne in colonnes]
    # after the added columns of a file of rejects: cells in excess, and what a spreadsheet adds without a name
    dernieres = max((rang for rang, nom in enumerate(noms, 1) if nom and not EN_TROP.fullmatch(nom)), default=0)
    ajoutees = dernieres - len(COLONNES_AJOUTEES)
    rejeu = tuple(noms[max(ajoutees, 0) : dernieres]) == COLONNES_AJOUTEES
    if rejeu:
        colonnes = [rearmer(colonne) for colonne in colonnes[:ajoutees]]
    originales = [normaliser(colonne) for colonne in colonnes]
    nombre = Counter(originales)
    voulues = correspondance.colonnes()
    if absentes := [colonne for colonne in voulues if not nombre[normaliser(colonne)]]:
        presentes = _liste([nom for nom in originales if nom])
        raise ColonneAbsente(
            f"Colonnes absentes du fichier : {_liste(absentes)}. Colonnes du fichier : {presentes}.", colonnes=absentes
        )
    if doubles := [colonne for colonne in voulues if nombre[normaliser(colonne)] > 1]:
        raise ColonneAmbigue(
            f"Colonnes présentes plusieurs fois dans le fichier : {_liste(doubles)}. Renommez celle qui ne sert pas.",
            colonnes=doubles,
        )
    rangs = {colonne: originales.index(normaliser(colonne)) for colonne in voulues}
    return Plan(tuple(colonnes), rejeu, rangs)


def lire_origine(ajoutees: Sequence[str]) -> Origine | None:
    """Return what the added columns of a reject say; None when they cannot be obeyed."""
    if len(ajoutees) != len(COLONNES_AJOUTEES):
        return None
    motif, empreinte, ligne, rang = (normaliser(cellule) for cellule in ajoutees)
    if not EMPREINTE.fullmatch(empreinte.lower()) or not ENTIER.fullmatch(ligne) or not ENTIER.fullmatch(rang):
        return None
    return Origine(empreinte.lower(), int(ligne), int(rang), motif)


def empreinte_de(textes: Sequence[str]) -> str:
    """Return the SHA-256 of a sequence of texts, as stable as their spaces and accents allow."""
    canonique = json.dumps([normaliser(texte) for texte in textes], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonique.encode()).hexdigest()


def marquer(motif: str, cellules: Sequence[str]) -> str:
    """End a reason with a mark of the cells it is about.

    For the faults that the cells of a reject do not show any more (broken quoting, missing cells, a duplicate of a row
    that is elsewhere): replayed with the same cells, the row is refused again; corrected, or its reason erased, it goes
    in.
    """
    return f"{motif} [réf. {_marque(cellules)}]"


def motif_persistant(motif: str, cellules: Sequence[str]) -> str | None:
    """Return the reason of a replayed reject, without its mark, if its cells are still the ones it was about."""
    marque = MARQUE.search(motif)
    return motif[: marque.start()] if marque and marque[1] == _marque(cellules) else None


def _marque(cellules: Sequence[str]) -> str:
    return empreinte_de(_sans_fin_vide(cellules))[:8]


def _sans_fin_vide(cellules: Sequence[str]) -> Sequence[str]:
    pleines = [rang for rang, cellule in enumerate(cellules, 1) if cellule.strip()]
    return cellules[: max(pleines, default=0)]


def _liste(colonnes: Sequence[str]) -> str:
    return enumerer([f"« {colonne} »" for colonne in colonnes])
