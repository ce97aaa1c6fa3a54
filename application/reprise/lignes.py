"""Apply a mapping to the records of a file: each becomes a row to take over, a row to ignore, or a reject."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from application.ports import Enregistrement, Tableau
from application.reprise.correspondance import CIBLES, Champ, Correspondance
from application.reprise.plan import (
    Origine,
    Plan,
    empreinte_de,
    lire_origine,
    marquer,
    motif_persistant,
    planifier,
)
from application.reprise.tiers_vus import Desaccord, TiersVus, cle_de_tiers
from application.reprise.valeurs import ValeurDeCellule, ValeurFausse, compacter, convertir, montrer, normaliser


@dataclass(frozen=True, slots=True)
class FauteDeLigne:
    """One thing wrong in a row; without a column when the whole record is."""

    motif: str
    colonne: str | None = None
    valeur: str | None = None

    def phrase(self) -> str:
        if self.colonne is None:
            return self.motif[:1].upper() + self.motif[1:]
        montree = montrer(self.valeur or "")
        cellule = f"valeur « {montree} »" if montree else "cellule vide"
        return f"Colonne « {self.colonne} », {cellule} : {self.motif}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneLue:
    """What is known of every row, taken over or rejected."""

    ligne: int
    rang: int
    empreinte_source: str  # SHA-256 of the first source file, also when a reject is replayed
    empreinte_identite: str
    brut: tuple[str, ...]  # its cells, as they go to the file of rejects
    rejouee: bool  # it comes from a file of rejects


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneReprise(LigneLue):
    """A row to take over. `valeurs` holds every target of the mapping; None is unknown."""

    identite: tuple[str, ...]
    stade: str
    valeurs: Mapping[str, ValeurDeCellule | None]
    denomination_retenue: str | None  # of the Tiers: as its first row in the file writes it
    champs: Mapping[str, Champ]  # where each target was read
    produits: tuple[tuple[str, int], ...] = ()  # who else finances, as the row writes it, and how much in cents

    def rejeter(self, motif: str, cible: str | None = None) -> "LigneRejetee":
        """Return the same row as a reject, for a reason found outside the file; `cible` is the target at fault."""
        champ, valeur = self.champs.get(cible or ""), self.valeurs.get(cible or "")
        faute = FauteDeLigne(motif)
        if champ is not None:
            faute = FauteDeLigne(motif, champ.colonne, "" if valeur is None else str(valeur))
        lue = {champ.name: getattr(self, champ.name) for champ in fields(LigneLue)}
        return LigneRejetee(**lue, fautes=(faute,), motif=faute.phrase())

    @property
    def cle_tiers(self) -> str:
        """What tells the Tiers from another: its number, else its key, else its denomination."""
        return cle_de_tiers(self.valeurs) or ""


@dataclass(frozen=True, slots=True)
class LigneIgnoree:
    """A row that the mapping says is none: a repeated header, a subtotal."""

    ligne: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneRejetee(LigneLue):
    """A row to correct, and everything found wrong in it."""

    fautes: tuple[FauteDeLigne, ...]
    motif: str  # the sentence of the file of rejects

    @property
    def colonne(self) -> str | None:
        return self.fautes[0].colonne

    @property
    def valeur(self) -> str | None:
        valeur = self.fautes[0].valeur
        return None if valeur is None else montrer(valeur)


Ligne = LigneReprise | LigneIgnoree | LigneRejetee


def lire_lignes(source: Tableau, correspondance: Correspondance) -> Iterator[Ligne]:
    """Read the rows of a source, one for each record, in order.

    What is kept from one row to the next is small: the last value of the columns reported downwards, a count per
    identity, a digest per row and what was said of each Tiers.

    Raises:
        ColonneAbsente, ColonneAmbigue: At the call, before anything is read.
    """
    return LectureDeFichier(source, correspondance, planifier(source.colonnes, correspondance)).lignes()


class LectureDeFichier:
    """One reading of one file."""

    def __init__(self, source: Tableau, correspondance: Correspondance, plan: Plan) -> None:
        self.source, self.correspondance, self.plan = source, correspondance, plan
        self._reportes: dict[int, str] = {}
        self._a_reporter = {plan.rangs[champ.colonne] for champ in correspondance.champs.values() if champ.reporter}
        self._sirets = {c.colonne for cible, c in correspondance.champs.items() if CIBLES[cible] in {"siret", "siren"}}
        self._occurrences: Counter[int] = Counter()
        self._vues: dict[int, int] = {}
        self._tiers = TiersVus()

    def lignes(self) -> Iterator[Ligne]:
        for enregistrement in self.source.enregistrements:
            brutes, ajoutees = self.plan.separer(enregistrement.cellules)
            cellules = self._completer(brutes)
            identite = self._identite(cellules)
            origine = self._origine(enregistrement, ajoutees, identite)
            yield self._ligne(enregistrement, brutes, cellules, identite, origine)

    def _ligne(
        self,
        enregistrement: Enregistrement,
        brutes: Sequence[str],
        cellules: tuple[str, ...],
        identite: tuple[str, ...],
        origine: Origine | None,
    ) -> Ligne:
        if origine is None:
            inconnue = Origine(self.source.empreinte, enregistrement.ligne, 0)
            motif = enregistrement.defaut or "les colonnes fichier_empreinte, ligne ou rang sont illisibles"
            return self._rejeter(inconnue, identite, cellules, FauteDeLigne(motif))
        defaut = motif_persistant(origine.motif, brutes) or enregistrement.defaut or self._en_trop(brutes)
        if defaut is not None:
            return self._rejeter(origine, identite, brutes, FauteDeLigne(defaut), marquee=True)
        if any(c.vraie(lambda colonne: self._cellule(brutes, colonne)) for c in self.correspondance.ignorer_si):
            return LigneIgnoree(origine.ligne)
        self._reporter(cellules)
        deja = self._deja_vue(cellules, origine)
        if deja is not None:
            doublon = FauteDeLigne(f"doublon exact de la ligne {deja}")
            return self._rejeter(origine, identite, cellules, doublon, marquee=True)
        return self._lire(origine, cellules, identite)

    def _lire(self, origine: Origine, cellules: tuple[str, ...], identite: tuple[str, ...]) -> Ligne:
        """Read the stage and the values; what contradicts an earlier row is looked for in a sound row only."""
        stade, fautes = self._stade(cellules)
        if stade == "ignorer":
            return LigneIgnoree(origine.ligne)
        valeurs, fausses = self._valeurs(cellules)
        produits, faux = self._produits(cellules)
        fautes += [*fausses, *faux]
        fautes += self._absences(stade, valeurs, fausses)
        if fautes:
            return self._rejeter(origine, identite, cellules, *fautes)
        vu = self._tiers.retenir(origine.ligne, valeurs)
        if isinstance(vu, Desaccord):
            faute = FauteDeLigne(vu.motif, self.correspondance.champs[vu.cible].colonne, vu.valeur)
            return self._rejeter(origine, identite, cellules, faute, marquee=True)
        return LigneReprise(
            ligne=origine.ligne,
            rang=origine.rang,
            empreinte_source=origine.empreinte,
            identite=identite,
            empreinte_identite=empreinte_de(identite),
            stade=stade,
            valeurs=valeurs,
            denomination_retenue=vu.denomination,
            brut=cellules,
            rejouee=self.plan.rejeu,
            champs=self.correspondance.champs,
            produits=produits,
        )

    def _produits(self, cellules: Sequence[str]) -> tuple[tuple[tuple[str, int], ...], list[FauteDeLigne]]:
        """Return who else finances, and how much; a blank cell is nobody."""
        lus: list[tuple[str, int]] = []
        fautes = []
        for produit in self.correspondance.produits:
            texte = self._cellule(cellules, produit.montant)
            try:
                montant = convertir("montant", texte)
            except ValeurFausse as faute:
                fautes.append(FauteDeLigne(str(faute), produit.montant, texte))
                continue
            if isinstance(montant, int) and montant:
                lus.append((produit.financeur or normaliser(self._cellule(cellules, produit.colonne or "")), montant))
        return tuple(lus), fautes

    def _stade(self, cellules: Sequence[str]) -> tuple[str, list[FauteDeLigne]]:
        regles = self.correspondance.stade
        if regles.colonne is None:
            return regles.constante or "", []
        texte = self._cellule(cellules, regles.colonne)
        stade = regles.lire(texte)
        if stade != "rejeter":
            return stade, []
        motif = "cette étape n’a pas de traduction" if normaliser(texte) else "l’étape n’est pas renseignée"
        return stade, [FauteDeLigne(motif, regles.colonne, texte)]

    def _valeurs(self, cellules: Sequence[str]) -> tuple[dict[str, ValeurDeCellule | None], list[FauteDeLigne]]:
        valeurs: dict[str, ValeurDeCellule | None] = dict(self.correspondance.constantes)
        fautes: list[FauteDeLigne] = []
        for cible, champ in self.correspondance.champs.items():
            texte = self._cellule(cellules, champ.colonne)
            try:
                valeurs[cible] = None if champ.dit_inconnu(texte) else convertir(CIBLES[cible], texte, champ.format)
            except ValeurFausse as faute:
                fautes.append(FauteDeLigne(str(faute), champ.colonne, texte))
        return valeurs, fautes

    def _absences(
        self, stade: str, valeurs: Mapping[str, ValeurDeCellule | None], fausses: Sequence[FauteDeLigne]
    ) -> list[FauteDeLigne]:
        """Return what a row cannot do without: a Tiers, and the SIRET of who holds an award; an award is of something."""
        fautes = []
        if stade == "decide" and valeurs.get("tiers.siret", "faux") is None:
            motif = "une attribution ne se reprend pas sans le SIRET de son bénéficiaire"
            fautes.append(self._faute("tiers.siret", motif, ""))
        elif cle_de_tiers(valeurs) is None and not fausses:
            fautes.append(
                FauteDeLigne("rien ne désigne le tiers : ni SIRET, ni SIREN, ni RNA, ni clé, ni dénomination")
            )
        if stade == "decide" and valeurs.get("montant_vote") == 0:
            fautes.append(self._faute("montant_vote", "une attribution a un montant positif", "0"))
        return fautes

    def _faute(self, cible: str, motif: str, valeur: str) -> FauteDeLigne:
        champ = self.correspondance.champs.get(cible)
        return FauteDeLigne(motif) if champ is None else FauteDeLigne(motif, champ.colonne, valeur)

    def _identite(self, cellules: Sequence[str]) -> tuple[str, ...]:
        """Return the identity of a row: spaces do not count, nor does what separates the digits of a SIRET."""
        textes = {colonne: self._cellule(cellules, colonne) for colonne in self.correspondance.identite}
        return tuple(
            compacter(texte) if colonne in self._sirets else normaliser(texte) for colonne, texte in textes.items()
        )

    def _origine(
        self, enregistrement: Enregistrement, ajoutees: Sequence[str], identite: Sequence[str]
    ) -> Origine | None:
        if self.plan.rejeu:
            return lire_origine(ajoutees)
        cle = _court(identite)
        self._occurrences[cle] += 1
        return Origine(self.source.empreinte, enregistrement.ligne, self._occurrences[cle])

    def _deja_vue(self, cellules: Sequence[str], origine: Origine) -> int | None:
        """Return the line of an identical row; a person who erases the reason of a reject has said it is another."""
        if self.plan.rejeu and not origine.motif:
            return None
        premiere = self._vues.setdefault(_court(cellules), origine.ligne)
        return None if premiere == origine.ligne else premiere

    def _en_trop(self, brutes: Sequence[str]) -> str | None:
        """Return what is wrong of a replayed row that still has cells in excess: nobody said where they belong."""
        nombre, largeur = len(brutes), self.plan.largeur
        return f"Cellules en trop : {nombre} au lieu de {largeur}" if self.plan.rejeu and nombre > largeur else None

    def _completer(self, cellules: Sequence[str]) -> tuple[str, ...]:
        """Fill the blank cells that mean "as above"; a reject carries them already filled."""
        if self.plan.rejeu or not self._a_reporter:
            return tuple(cellules)
        return tuple(
            self._reportes.get(rang, cellule) if rang in self._a_reporter and not cellule.strip() else cellule
            for rang, cellule in enumerate(cellules)
        )

    def _reporter(self, cellules: Sequence[str]) -> None:
        self._reportes.update({rang: cellules[rang] for rang in self._a_reporter})

    def _cellule(self, cellules: Sequence[str], colonne: str) -> str:
        rang = self.plan.rangs[colonne]
        return cellules[rang] if rang < len(cellules) else ""

    def _rejeter(
        self,
        origine: Origine,
        identite: Sequence[str],
        cellules: Sequence[str],
        *fautes: FauteDeLigne,
        marquee: bool = False,
    ) -> LigneRejetee:
        motif, brut = " ; ".join(faute.phrase() for faute in fautes), self.plan.borner(cellules)
        return LigneRejetee(
            ligne=origine.ligne,
            rang=origine.rang,
            empreinte_source=origine.empreinte,
            empreinte_identite=empreinte_de(identite),
            brut=brut,
            fautes=fautes,
            motif=marquer(motif, brut) if marquee else motif,
            rejouee=self.plan.rejeu,
        )


def _court(textes: Sequence[str]) -> int:
    """Eight bytes of the digest: enough to tell apart the rows of one file, and light to keep for each."""
    return int(empreinte_de(textes)[:16], 16)
