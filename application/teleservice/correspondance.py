"""The mapping of a démarche: which champ of its form says what of a dépôt. Schema of the YAML of `diligence dn importer`.

A champ is named by the id of its descriptor, which the API gives and which no new version of the form changes.
"""

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from application.commandes import Saisie
from application.reprise.valeurs import TypeChamp
from dispositifs.reglement import Code
from kernel.textes import enumerer

CIBLES: Final[dict[str, TypeChamp]] = {
    "objet": "texte",
    "montant_demande": "montant",
    "tiers.siret": "siret",
    "tiers.siren": "siren",
    "tiers.rna": "rna",
    "tiers.denomination": "texte",
    "contact.nom": "texte",
    "contact.courriel": "texte",
    "contact.telephone": "texte",
    "periode.debut": "date",
    "periode.fin": "date",
    "territoire.qpv": "texte",
    "territoire.communes": "texte",
}
"""What a champ can fill in a dépôt, and the type each target requires."""
EXIGEES: Final = ("objet", "montant_demande")

IdDeChamp = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_=+/-]+$")]


class _LigneLue(Saisie):
    """One line of the budget has a champ of its own (`montant`), or each row of a repeated block (`bloc`) is one."""

    bloc: IdDeChamp | None = None
    montant: IdDeChamp

    def champs(self) -> set[str]:
        """Return the champs of the form, those of a row excepted."""
        return {self.bloc or self.montant}


class ChargeLue(_LigneLue):
    """Where a charge is read: its poste is said here, or read in its row."""

    poste: str = Field(min_length=1, max_length=80)
    libelle: str = Field(default="", max_length=300)


class ProduitLu(_LigneLue):
    """Where a produit is read: its financeur is said here, or read in its row."""

    financeur: str = Field(min_length=1, max_length=200)


class CorrespondanceDeDemarche(Saisie):
    """A mapping, ready to read requests."""

    demarche: int = Field(ge=1)
    campagne: str = Field(min_length=1, max_length=60)
    champs: dict[str, IdDeChamp]
    criteres: dict[Code, IdDeChamp] = Field(default_factory=dict)
    pieces: dict[Code, IdDeChamp] = Field(default_factory=dict)
    charges: tuple[ChargeLue, ...] = ()
    produits: tuple[ProduitLu, ...] = ()
    ignorer: tuple[IdDeChamp, ...] = ()
    """Champs whose answers are known to be of no use here: the others are told as rejects."""

    @model_validator(mode="after")
    def coherente(self) -> Self:
        """Refuse unknown targets, and a mapping without what a request cannot do without."""
        if inconnues := sorted(self.champs.keys() - CIBLES.keys()):
            raise ValueError(f"cible inconnue : {enumerer(inconnues)} ; cibles connues : {', '.join(CIBLES)}")
        if absentes := [cible for cible in EXIGEES if cible not in self.champs]:
            raise ValueError(f"« champs » ne dit pas où lire : {enumerer(absentes)}")
        return self

    @property
    def connus(self) -> frozenset[str]:
        """Return the champs it reads, or says are not to be read."""
        lignes = [champ for ligne in (*self.charges, *self.produits) for champ in ligne.champs()]
        return frozenset(
            (*self.champs.values(), *self.criteres.values(), *self.pieces.values(), *lignes, *self.ignorer)
        )
