"""CSV as it is met in the wild: the encoding and the separator are found, never asked."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from adapters.tableurs.decoupage import CARACTERES_MAX, Decoupeur
from adapters.tableurs.encodage import Examen, examiner, reparer
from adapters.tableurs.refus import FichierIllisible, FichierVide
from adapters.tableurs.tableau import Progression, TableauLu, suivre

SEPARATEURS = (";", "\t", "|", ",")  # in this order when nothing tells them apart
LIGNES_D_ESSAI = 200
MARQUE = "\ufeff"  # of an encoding: files put end to end have one in the middle
FIN_DE_DOS = "\x1a"


@contextmanager
def ouvrir_texte(chemin: Path, progression: Progression | None = None) -> Iterator[TableauLu]:
    """Open a CSV file for one reading.

    Raises:
        FichierIllisible: It is not a text, or its header cannot be read.
        FichierVide: It has no header.
    """
    with chemin.open("rb") as flux:
        examen = examiner(flux)
        encodage = examen.encodage
        if encodage is None:
            raise FichierIllisible(f"Le fichier {chemin.name} n’est ni un texte CSV, ni un classeur ODS ou XLSX.")
        flux.seek(0)
        texte = io.TextIOWrapper(flux, encoding=encodage, errors=_erreurs(examen), newline="")
        lignes = _lignes(texte, repare=examen.melange)
        essai = _premieres(lignes)
        annonce = _annonce(essai)
        debut = 1 if annonce else 0
        separateur = annonce or _separateur(essai)
        decoupeur = Decoupeur(chain(essai[debut:], lignes), separateur, debut + 1)
        colonnes = decoupeur.entete()
        if colonnes is None:
            raise FichierVide(f"Le fichier {chemin.name} est vide : pas même une ligne d’en-tête.")
        enregistrements = suivre(
            decoupeur.enregistrements(len(colonnes)), progression, lambda: flux.tell() / max(examen.taille, 1)
        )
        yield TableauLu(colonnes, examen.empreinte, separateur, encodage, enregistrements)


def _erreurs(examen: Examen) -> str:
    return "surrogateescape" if examen.melange else "replace"


def _lignes(texte: TextIO, *, repare: bool) -> Iterator[str]:
    """Yield the physical lines; of one too long to be a line only the beginning is kept, and its record is refused."""
    while ligne := texte.readline(CARACTERES_MAX):
        if len(ligne) < CARACTERES_MAX:
            ligne = ligne.removeprefix(MARQUE).removesuffix(FIN_DE_DOS)
        suite = ligne
        while len(suite) == CARACTERES_MAX and not suite.endswith(("\r", "\n")):
            suite = texte.readline(CARACTERES_MAX)
        yield reparer(ligne) if repare else ligne


def _premieres(lignes: Iterator[str]) -> list[str]:
    """Take the lines that tell the separator: a few, and never more characters than a record may have."""
    prises: list[str] = []
    caracteres = 0
    for ligne in islice(lignes, LIGNES_D_ESSAI):
        prises.append(ligne)
        caracteres += len(ligne)
        if caracteres >= CARACTERES_MAX:
            break
    return prises


def _annonce(lignes: list[str]) -> str | None:
    """Return the separator that Excel announces on a first line of its own, as in `sep=;`."""
    premiere = lignes[0].rstrip("\r\n") if lignes else ""
    return premiere[4] if len(premiere) == 5 and premiere.lower().startswith("sep=") else None


def _separateur(lignes: list[str]) -> str:
    """Return the separator under which the most lines have as many cells as the header."""
    return max(SEPARATEURS, key=lambda separateur: _vraisemblance(lignes, separateur))


def _vraisemblance(lignes: list[str], separateur: str) -> tuple[int, int]:
    decoupeur = Decoupeur(iter(lignes), separateur)
    try:
        largeur = len(decoupeur.entete() or ())
    except FichierIllisible:
        return (0, 0)
    if largeur < 2:
        return (0, 0)
    return sum(1 for e in decoupeur.enregistrements(largeur) if e.defaut is None), largeur
