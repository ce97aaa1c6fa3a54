"""The mapping of a take-over: which column of a foreign file says what. Schema of the YAML of `diligence reprendre`."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    ValidationError,
    field_validator,
    model_validator,
)

from application.reprise.valeurs import TypeChamp, ValeurDeCellule, ValeurFausse, convertir, normaliser
from dispositifs.lecture_yaml import YamlIllisible, lire_yaml
from kernel.refus import Refus
from kernel.textes import enumerer

Stade = Literal["depose", "complet", "en_instruction", "propose", "decide"]


class CorrespondanceInvalide(Refus, code="correspondance_invalide"):
    """The mapping cannot be used; `champs` holds the line of the YAML file."""


CIBLES: Mapping[str, TypeChamp] = {
    "tiers.cle": "texte",
    "tiers.denomination": "texte",
    "tiers.siret": "siret",
    "tiers.siren": "siren",
    "tiers.rna": "rna",
    "objet": "texte",
    "theme": "texte",
    "exercice": "entier",
    "montant_demande": "montant",
    "montant_propose": "montant",
    "montant_vote": "montant",
    "reference_decision": "texte",
    "nature_decision": "texte",
    "date_decision": "date",
    "nature": "texte",
    "conditions_versement": "texte",
    "dates_versement": "periode",
    "id_rae": "texte",
    "notification_ue": "booleen",
    "pourcentage": "fraction",
    "dispositif_aide": "texte",
    "type_aide": "texte",
    "periode_realisation": "texte",
    "attribuant.denomination": "texte",
    "attribuant.siret": "siret",
}
"""What a take-over can fill, and the type each target requires."""
DESIGNENT: Final = ("tiers.siret", "tiers.siren", "tiers.rna", "tiers.cle")
"""What tells one Tiers from another, the surest first; a key does in its file alone."""


def _connue(cible: str) -> str:
    if cible not in CIBLES:
        raise ValueError(f"cible inconnue « {cible} » ; cibles connues : {', '.join(CIBLES)}")
    return cible


Cible = Annotated[str, AfterValidator(_connue)]

Lire = Callable[[str], str]
"""Gives the text of a column for the row being read."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Champ(Strict):
    """Where one target is read."""

    colonne: str
    type: TypeChamp | None = None
    reporter: bool = False  # a blank cell means: as above
    format: str | None = None  # of a date, as for strptime
    inconnu: tuple[str | StrictInt, ...] = ()  # what people write for "we do not know": « NC », « sans objet »

    def dit_inconnu(self, texte: str) -> bool:
        return bool(self.inconnu) and normaliser(texte) in self._inconnus

    @cached_property
    def _inconnus(self) -> frozenset[str]:
        return frozenset(normaliser(str(inconnu)) for inconnu in self.inconnu)


class ReglesDeStade(Strict):
    """How far the row had gone elsewhere: the same for all, or told by a column."""

    constante: Stade | None = None
    colonne: str | None = None
    traduire: dict[str | int, Stade] = Field(default_factory=dict)
    sinon: Stade | Literal["rejeter", "ignorer"] = "rejeter"

    @model_validator(mode="after")
    def une_seule_forme(self) -> Self:
        if (self.constante is None) == (self.colonne is None):
            raise ValueError("« stade » donne soit « constante », soit « colonne » et « traduire »")
        if self.colonne is not None and not self.traduire:
            raise ValueError("« stade » ne traduit aucune valeur de sa colonne")
        return self

    def lire(self, texte: str) -> str:
        """Return the stage said by a cell, or what to do when it says nothing known: "rejeter" or "ignorer"."""
        return self._traductions.get(normaliser(texte), self.sinon)

    @cached_property
    def _traductions(self) -> dict[str, str]:
        return {normaliser(str(cle)): stade for cle, stade in self.traduire.items()}


class Condition(Strict):
    """What makes a row no row: a repeated header, a subtotal."""

    colonne: str | None = None
    egal: str | StrictInt | None = None
    vide: bool | None = None
    toutes: tuple["Condition", ...] = ()

    @model_validator(mode="after")
    def une_seule_forme(self) -> Self:
        sur_colonne = self.colonne is not None and (self.egal is None) != (self.vide is None)
        rien = self.colonne is None and self.egal is None and self.vide is None
        if not (sur_colonne and not self.toutes) and not (rien and self.toutes):
            raise ValueError("une condition s’écrit {colonne, egal}, {colonne, vide} ou {toutes: […]}")
        return self

    def vraie(self, lire: Lire) -> bool:
        if self.toutes:
            return all(condition.vraie(lire) for condition in self.toutes)
        texte = normaliser(lire(self.colonne or ""))
        return texte == normaliser(str(self.egal)) if self.egal is not None else (not texte) == self.vide

    def colonnes(self) -> Iterator[str]:
        if self.colonne is not None:
            yield self.colonne
        for condition in self.toutes:
            yield from condition.colonnes()


class ProduitRepris(Strict):
    """Who else finances the project: its name is said here, or read in a column; what it gives is read in another."""

    financeur: str | None = Field(default=None, min_length=1, max_length=200)
    colonne: str | None = None
    montant: str

    @model_validator(mode="after")
    def un_seul_nom(self) -> Self:
        if (self.financeur is None) == (self.colonne is None):
            raise ValueError("un produit donne soit « financeur », soit « colonne », et « montant »")
        return self


class Correspondance(Strict):
    """A mapping, ready to read rows."""

    campagne: str = Field(min_length=1)
    stade: ReglesDeStade
    identite: tuple[str, ...] = Field(min_length=1)
    champs: dict[Cible, Champ] = Field(min_length=1)
    constantes: dict[Cible, Any] = Field(default_factory=dict)
    produits: tuple[ProduitRepris, ...] = ()
    ignorer_si: tuple[Condition, ...] = ()
    feuille: StrictInt | str = 1

    @field_validator("champs")
    @classmethod
    def types_attendus(cls, champs: dict[str, Champ]) -> dict[str, Champ]:
        for cible, champ in champs.items():
            if champ.type not in {None, CIBLES[cible]}:
                raise ValueError(f"« {cible} » est de type {CIBLES[cible]}, pas {champ.type}")
            if champ.format is not None and CIBLES[cible] != "date":
                raise ValueError(f"« format » ne sert qu’aux dates, et « {cible} » est de type {CIBLES[cible]}")
        return champs

    @field_validator("constantes")
    @classmethod
    def constantes_lisibles(cls, constantes: dict[str, Any]) -> dict[str, ValeurDeCellule | None]:
        try:
            return {cible: convertir(CIBLES[cible], str(texte)) for cible, texte in constantes.items()}
        except ValeurFausse as faute:
            raise ValueError(str(faute)) from faute

    @model_validator(mode="after")
    def coherente(self) -> Self:
        if deux_fois := self.champs.keys() & self.constantes.keys():
            raise ValueError(f"à la fois dans « champs » et dans « constantes » : {enumerer(sorted(deux_fois))}")
        if not {*DESIGNENT, "tiers.denomination"} & self.champs.keys():
            raise ValueError(f"rien ne désigne le tiers : donnez {', '.join(DESIGNENT)} ou tiers.denomination")
        if self.stade.constante == "decide" and "tiers.siret" not in self.champs:
            raise ValueError("une attribution ne se reprend pas sans la colonne du SIRET (tiers.siret)")
        return self

    def colonnes(self) -> tuple[str, ...]:
        """Return the columns the mapping needs, each once, in the order it names them."""
        nommees = [*self.identite, *(champ.colonne for champ in self.champs.values())]
        nommees.extend(colonne for p in self.produits for colonne in (p.colonne, p.montant) if colonne is not None)
        if self.stade.colonne is not None:
            nommees.append(self.stade.colonne)
        nommees.extend(colonne for condition in self.ignorer_si for colonne in condition.colonnes())
        return tuple(dict.fromkeys(nommees))


def lire_correspondance(texte: str, nom: str = "la correspondance") -> Correspondance:
    """Read the YAML of a mapping; `nom` is what the refusal calls it.

    Raises:
        CorrespondanceInvalide: With the line of the first thing that is wrong, and a French sentence.
    """
    try:
        situe = lire_yaml(texte)
    except YamlIllisible as refus:
        ligne, raison = refus.champs["ligne"], refus.champs["raison"]
        raise CorrespondanceInvalide(f"{nom}, ligne {ligne} : {raison}.", ligne=ligne) from refus
    try:
        return Correspondance.model_validate(situe.valeurs)
    except ValidationError as erreur:
        faute = situe.fautes(erreur)[0]
        ou = f"{faute.chemin} : " if faute.chemin else ""
        raise CorrespondanceInvalide(
            f"{nom}, ligne {faute.ligne} : {ou}{faute.message}.", ligne=faute.ligne
        ) from erreur
