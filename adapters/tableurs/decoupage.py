"""Cut CSV text into records, surviving broken quotes: one bad record never swallows the rest of the file.

Where a quote is not closed properly, its line is given up and says so, with the lines that obviously continue it, and
reading starts again at the next one.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.tableurs.refus import FichierIllisible
from adapters.tableurs.tableau import EnregistrementLu, ajuster, est_vide

LIGNES_PAR_ENREGISTREMENT = 1000
CARACTERES_MAX = 1 << 20
"""Of one record."""
CARACTERES_GARDES = 10_000
"""Of a record that is too long, in the file of rejects."""
PORTEE_D_UNE_SUITE = 50
# Two lines of one record that have each all the separators of a record betray an unclosed quote. Commas are also
# punctuation: with few columns they prove nothing.
COLONNES_POUR_DOUTER = {",": 8}


@dataclass(frozen=True, slots=True)
class Essai:
    """An attempt at reading one record from a given line."""

    cellules: tuple[str, ...]
    lignes: int
    defaut: str | None = None


class Decoupeur:
    """Reads the physical lines of one text, looking ahead as far as a broken record requires."""

    def __init__(self, lignes: Iterator[str], separateur: str, numero: int = 1) -> None:
        self.separateur = separateur
        self.numero = numero  # of the line at the head of the queue
        self._lignes = lignes
        self._file: deque[str] = deque()

    def entete(self) -> tuple[str, ...] | None:
        """Return the first record that is not blank, None at the end of the file.

        Raises:
            FichierIllisible: Its quotes are broken, so that no column is sure.
        """
        while self._voir(0) is not None:
            essai = self._essayer(0)
            if essai.defaut is not None:
                raise FichierIllisible(f"L’en-tête est illisible. {essai.defaut}.")
            self._avancer(essai.lignes)
            if not est_vide(essai.cellules):
                return essai.cellules
        return None

    def enregistrements(self, largeur: int) -> Iterator[EnregistrementLu]:
        while (premiere := self._voir(0)) is not None:
            if not premiere.strip():
                self._avancer(1)
                continue
            ligne, essai = self.numero, self._essayer(0)
            if essai.lignes == 1 and essai.defaut is None:
                enregistrement = ajuster(ligne, essai.cellules, largeur)
            else:
                enregistrement, essai = self._verifier(ligne, essai, largeur)
            self._avancer(essai.lignes)
            if enregistrement.defaut is not None or not est_vide(enregistrement.cellules):
                yield enregistrement

    def _verifier(self, ligne: int, essai: Essai, largeur: int) -> tuple[EnregistrementLu, Essai]:
        """Accept a record of several lines, or give up its first line and start again at the next one."""
        defaut = essai.defaut
        if defaut is None:
            enregistrement = ajuster(ligne, essai.cellules, largeur)
            if not self._douteux(enregistrement, essai, largeur):
                return enregistrement, essai
            defaut = f"Guillemet ouvert à la ligne {ligne} et refermé seulement à la ligne {ligne + essai.lignes - 1}"
        perdues = 1
        while perdues < PORTEE_D_UNE_SUITE and self._est_une_suite(perdues, largeur):
            perdues += 1
        if self._voir(perdues) is not None:
            defaut += f" ; lecture reprise à la ligne {ligne + perdues}"
        texte = "".join(self._voir(i) or "" for i in range(perdues))
        if len(texte) >= CARACTERES_MAX:
            texte = texte[:CARACTERES_GARDES]
        cellules = tuple(_sans_fin(texte).split(self.separateur))
        return EnregistrementLu(ligne, cellules, defaut), Essai(cellules, perdues)

    def _douteux(self, enregistrement: EnregistrementLu, essai: Essai, largeur: int) -> bool:
        """Tell whether a record of several lines, well closed, has swallowed another."""
        if enregistrement.defaut is not None:
            return any(self._est_entier(rang, largeur) for rang in range(1, essai.lignes))
        if largeur < COLONNES_POUR_DOUTER.get(self.separateur, 3):
            return False
        lignes = [self._voir(rang) or "" for rang in range(essai.lignes)]
        return sum(ligne.count(self.separateur) == largeur - 1 for ligne in lignes) > 1

    def _est_une_suite(self, rang: int, largeur: int) -> bool:
        """Tell whether a line continues the broken cell before it: no separator, or a quote closed before the first."""
        ligne = self._voir(rang)
        if ligne is None or not ligne.strip() or self._est_entier(rang, largeur):
            return False
        debut, separateur, _ = ligne.partition(self.separateur)
        ferme = debut.count('"') % 2 == 1 and (debut == '"' or not debut.startswith('"'))
        return largeur > 1 and (not separateur or ferme)

    def _est_entier(self, rang: int, largeur: int) -> bool:
        essai = self._essayer(rang)
        return essai.defaut is None and len(essai.cellules) == largeur

    def _essayer(self, debut: int) -> Essai:
        """Read one record from a line of the queue, over as many lines as its quotes require."""
        texte = self._voir(debut) or ""
        if len(texte) >= CARACTERES_MAX:
            return Essai((), 1, f"La ligne {self.numero + debut} dépasse un million de caractères")
        resultat = decouper(_sans_fin(texte), self.separateur)
        lignes = 1
        while resultat is None and len(texte) < CARACTERES_MAX:
            suivante = self._voir(debut + lignes) if lignes < LIGNES_PAR_ENREGISTREMENT else None
            if suivante is None:
                return Essai((), 1, f"Guillemet ouvert à la ligne {self.numero + debut} et jamais refermé")
            texte += suivante
            lignes += 1
            if '"' in suivante:
                resultat = decouper(_sans_fin(texte), self.separateur)
        if resultat is None:
            return Essai((), 1, f"L’enregistrement de la ligne {self.numero + debut} dépasse un million de caractères")
        if not resultat:
            return Essai((), 1, f"Guillemet mal placé dans l’enregistrement de la ligne {self.numero + debut}")
        return Essai(resultat, lignes)

    def _voir(self, rang: int) -> str | None:
        while len(self._file) <= rang:
            ligne = next(self._lignes, None)
            if ligne is None:
                return None
            self._file.append(ligne)
        return self._file[rang]

    def _avancer(self, nombre: int) -> None:
        for _ in range(nombre):
            self._file.popleft()
        self.numero += nombre


def decouper(texte: str, separateur: str) -> tuple[str, ...] | None:
    """Return the cells of a text; None while a quote is open; nothing when a quote is misplaced."""
    if '"' not in texte:
        return tuple(texte.split(separateur))
    cellules: list[str] = []
    position = 0
    while position <= len(texte):
        if texte.startswith('"', position):
            fin = _guillemet_fermant(texte, position + 1)
            if fin is None:
                return None
            cellules.append(_normaliser(texte[position + 1 : fin].replace('""', '"')))
            reste = texte.find(separateur, fin)
            reste = len(texte) if reste < 0 else reste
            if texte[fin + 1 : reste].strip(" "):
                return ()
        else:
            reste = texte.find(separateur, position)
            reste = len(texte) if reste < 0 else reste
            cellules.append(texte[position:reste])
        position = reste + 1
    return tuple(cellules)


def _guillemet_fermant(texte: str, position: int) -> int | None:
    while (fin := texte.find('"', position)) >= 0:
        if not texte.startswith('"', fin + 1):
            return fin
        position = fin + 2
    return None


def _normaliser(cellule: str) -> str:
    return cellule.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cellule else cellule


def _sans_fin(texte: str) -> str:
    return texte.rstrip("\r\n")
