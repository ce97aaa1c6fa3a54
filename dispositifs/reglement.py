"""The schema of one version of a règlement: each value with the day it holds from, its source and when it was checked.

A value nobody found in a délibération is absent: there is no default anywhere. Rates are in basis points (10 000 is
100 %), amounts in euro cents, délais in the words of `kernel.delais`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Generic, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints
from pydantic import model_validator as verifie_ensemble

from dispositifs.versements import exiger_versements
from kernel.delais import lire_duree
from kernel.delais.calendrier import DERNIERE_ANNEE, PREMIERE_ANNEE
from kernel.instants import en_iso
from kernel.montants import CENT_POUR_CENT, MONTANT_MAX
from kernel.refus import Refus
from kernel.textes import enumerer

T = TypeVar("T")

_JOUR: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class ValeurAbsente(Refus, code="valeur_absente"):
    """A required value is absent from the règlement; `champs.parametres` names all of them."""

    def __init__(self, parametres: Sequence[str], **champs: Any) -> None:
        noms = ", ".join(parametres)
        message = f"Valeur absente du règlement : {noms}. Une valeur inconnue se cherche dans la délibération."
        super().__init__(message, parametres=list(parametres), **champs)


class ValeurSansSource(Refus, code="valeur_sans_source"):
    """A value comes with no source: it cannot be told from an invention; `champs.parametres` names all of them."""

    def __init__(self, parametres: Sequence[str], **champs: Any) -> None:
        noms = ", ".join(parametres)
        message = f"Valeur sans source dans le règlement : {noms}. Citez l’acte qui la fixe."
        super().__init__(message, parametres=list(parametres), **champs)


class ValeurPasEnVigueur(Refus, code="valeur_pas_en_vigueur"):
    """A value of the règlement does not hold on that day: it is unknown then; `champs` names all of them."""

    def __init__(self, valeurs: "Mapping[str, Valeur[Any]]", au: date, **champs: Any) -> None:
        noms = ", ".join(f"{nom} ({valeur.duree})" for nom, valeur in valeurs.items())
        super().__init__(
            f"Valeur du règlement hors de vigueur le {au:%d/%m/%Y} : {noms}. Ce jour-là, elle est inconnue.",
            parametres=list(valeurs),
            au=au.isoformat(),
            **champs,
        )


class ModeCalcul(StrEnum):
    """How the aid is reckoned before its bounds."""

    TAUX = "taux"
    FORFAIT = "forfait"
    BAREME = "bareme"

    @property
    def parametre(self) -> str:
        """Return the parameter that holds what it grants."""
        return {"taux": "taux_max_points_base", "forfait": "forfait_centimes"}.get(self, "bareme")


def _jour(valeur: object) -> object:
    if isinstance(valeur, date) and not isinstance(valeur, datetime):
        return valeur
    if not isinstance(valeur, str) or not _JOUR.fullmatch(ecrit := en_iso(valeur)):
        raise ValueError("une date AAAA-MM-JJ ou JJ/MM/AAAA est attendue")
    try:
        jour = date.fromisoformat(ecrit)
    except ValueError as erreur:
        raise ValueError(f"la date {valeur} n’existe pas") from erreur
    if not PREMIERE_ANNEE < jour.year < DERNIERE_ANNEE:
        raise ValueError(f"l’année {jour.year} n’est pas entre {PREMIERE_ANNEE + 1} et {DERNIERE_ANNEE - 1}")
    return jour


def _duree(valeur: str) -> str:
    try:
        lire_duree(valeur)
    except Refus as refus:
        raise ValueError(refus.message.rstrip(".")) from refus
    return valeur


Jour = Annotated[date, BeforeValidator(_jour)]
Texte = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=2000)]
Code = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
PointsBase = Annotated[int, Strict(), Field(ge=0, le=CENT_POUR_CENT)]
CentimesPositifs = Annotated[int, Strict(), Field(ge=0, le=MONTANT_MAX)]
DureeTexte = Annotated[Texte, AfterValidator(_duree)]
VersementsTexte = Annotated[Texte, AfterValidator(exiger_versements)]
Compte = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{1,8}$")]
CategorieJuridique = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{1,4}$")]
"""The first digits of an INSEE legal category: "92" is the associations loi 1901 and alike."""


class Donnee(BaseModel):
    """Base of what a campaign file holds: frozen, and an unknown key is a typing error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _facultatif(titre: str, description: str) -> Any:
    """Return a field that may be absent, with what a form shows of it."""
    return Field(default=None, title=titre, description=description)


class Valeur(Donnee, Generic[T]):
    """A value of a règlement, the days it holds, the text that fixes it, and when a person last read it."""

    valeur: T = Field(title="Valeur", description="la valeur elle-même")
    depuis: Jour = Field(title="Depuis", description="premier jour où elle vaut, AAAA-MM-JJ")
    jusqu_au: Jour | None = _facultatif("Jusqu’au", "dernier jour où elle vaut, AAAA-MM-JJ ; vide : sans fin connue")
    source: Texte = Field(title="Source", description="l’acte qui la fixe, et son article")
    verifie_le: Jour = Field(title="Vérifiée le", description="jour où une personne l’a relue, AAAA-MM-JJ")

    @verifie_ensemble(mode="after")
    def _dans_l_ordre(self) -> Self:
        if self.jusqu_au is not None and self.jusqu_au < self.depuis:
            raise ValueError(f"la valeur finit ({self.jusqu_au}) avant de commencer ({self.depuis})")
        return self

    def vaut(self, au: date) -> bool:
        """Tell whether it holds that day, the first and the last included."""
        return self.depuis <= au and (self.jusqu_au is None or au <= self.jusqu_au)

    @property
    def duree(self) -> str:
        """Return the days it holds, in words."""
        fin = "" if self.jusqu_au is None else f" jusqu’au {self.jusqu_au:%d/%m/%Y}"
        return f"à partir du {self.depuis:%d/%m/%Y}{fin}"


class Periode(Donnee):
    """The days within which a project takes place, both included."""

    debut: Jour = Field(title="Début", description="premier jour, AAAA-MM-JJ")
    fin: Jour = Field(title="Fin", description="dernier jour, AAAA-MM-JJ")

    @verifie_ensemble(mode="after")
    def _dans_l_ordre(self) -> Self:
        if self.fin < self.debut:
            raise ValueError(f"la fin ({self.fin}) précède le début ({self.debut})")
        return self


class Tranche(Donnee):
    """One row of a barème: what is granted from that eligible base on, until the next row."""

    a_partir_de_centimes: CentimesPositifs = Field(title="À partir de", description="dépense éligible, en centimes")
    montant_centimes: CentimesPositifs = Field(title="Montant", description="aide accordée, en centimes")


class HorlogeCaducite(Donnee):
    """One clock after which a right is lost: what starts it, its length, and how far an act may extend it."""

    depart: Code = Field(title="Départ", description="code de ce qui la fait courir")
    duree: DureeTexte = Field(title="Durée", description="par exemple « 2 ans »")
    prorogation_max: DureeTexte | None = _facultatif("Prorogation", "durée maximale de la prorogation")
    prorogee_par: Texte | None = _facultatif("Prorogée par", "acte qui peut la proroger")


class NiveauDeVisa(Donnee):
    """One level of visa: from which amount, of which role, when it is reminded, who may give it after the last reminder."""

    role: Literal["responsable", "ordonnateur"] = Field(title="Rôle", description="responsable ou ordonnateur")
    a_partir_de_centimes: CentimesPositifs = Field(default=0, title="À partir de", description="montant, en centimes")
    rappels: tuple[DureeTexte, ...] = Field(default=(), title="Rappels", description="par exemple « 5 jours »")
    escalade: Literal["responsable", "ordonnateur"] | None = _facultatif(
        "Ensuite", "rôle qui peut viser après le dernier rappel"
    )


class Territoire(StrEnum):
    """Where a project may take place: a quartier prioritaire, or a quartier de veille (local list of the contrat)."""

    QPV = "qpv"
    VEILLE = "veille"


class MomentDuTerritoire(StrEnum):
    """When the list of quartiers that judges a project is read: it changes, as on 1 January 2024."""

    DEPOT = "depot"
    VOTE = "vote"
    REALISATION = "realisation"


class Commencement(StrEnum):
    """Before what a project does not begin without an authorisation."""

    DEPOT = "depot"
    VOTE = "vote"


class PieceDuReglement(Donnee):
    """A pièce a text demands; `bloquante` tells if the dossier is incomplete without it (CRPA L114-5, L114-5-1)."""

    code: Code = Field(title="Code", description="code de la pièce")
    exigee_par: Texte = Field(title="Exigée par", description="le texte qui l’exige")
    bloquante: Annotated[bool, Strict()] = Field(
        default=True, title="Bloquante", description="true : sans elle, le dossier est incomplet"
    )
    a_verifier: Annotated[bool, Strict()] = Field(
        default=True, title="À vérifier", description="true : un agent la vérifie avant la complétude"
    )
    libelle: Texte | None = _facultatif("Libellé", "nom de la pièce")


class Critere(Donnee):
    """A criterion the applicant answers in words, and the text that sets it."""

    code: Code = Field(title="Code", description="code du critère")
    libelle: Texte = Field(title="Libellé", description="ce qui est demandé au porteur")
    source: Texte = Field(title="Source", description="le texte qui le fixe")


class ServiceConsulte(Donnee):
    """A service that the text lets the instructeur consult: in which délai, how many experts, and what its silence is worth."""

    code: Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_-]*$", max_length=37)] = Field(
        title="Code", description="code du service, par exemple « ville »"
    )
    libelle: Texte = Field(title="Libellé", description="nom du service")
    source: Texte = Field(title="Source", description="le texte qui prévoit cet avis")
    delai: DureeTexte | None = _facultatif("Délai", "par exemple « 21 jours » ; sans lui, celui du règlement")
    repute_rendu: Annotated[bool, Strict()] = Field(
        default=False, title="Réputé rendu", description="true : sans réponse à l’échéance, l’avis est réputé rendu"
    )
    experts: Annotated[int, Strict(), Field(ge=1, le=99)] = Field(
        default=1, title="Experts", description="combien sont consultés"
    )
    minimum: Annotated[int, Strict(), Field(ge=1, le=99)] = Field(
        default=1, title="Minimum", description="combien d’avis suffisent"
    )
    rappels: tuple[DureeTexte, ...] = Field(
        default=(), title="Rappels", description="délais après la demande, par exemple « 14 jours »"
    )

    @verifie_ensemble(mode="after")
    def _minimum_possible(self) -> Self:
        if self.minimum > self.experts:
            raise ValueError(f"{self.minimum} avis sont exigés de {self.experts} experts")
        return self


class Reglement(Donnee):
    """One version of the règlement of a dispositif. Every parameter may be absent: absent is unknown, never zero."""

    version: Annotated[int, Strict(), Field(ge=1)] = Field(title="Version", description="numéro de version")
    mode_calcul: Valeur[ModeCalcul] | None = _facultatif("Mode de calcul", "taux, forfait ou bareme")
    taux_max_points_base: Valeur[PointsBase] | None = _facultatif("Taux maximal", "en points de base (10 000 : 100 %)")
    forfait_centimes: Valeur[CentimesPositifs] | None = _facultatif("Forfait", "en centimes")
    bareme: Valeur[Annotated[tuple[Tranche, ...], Field(min_length=1)]] | None = _facultatif(
        "Barème", "tranches de la dépense éligible"
    )
    plafond_centimes: Valeur[CentimesPositifs] | None = _facultatif("Plafond", "aide maximale, en centimes")
    plancher_centimes: Valeur[CentimesPositifs] | None = _facultatif("Plancher", "aide minimale, en centimes")
    arrondi_centimes: Valeur[Annotated[CentimesPositifs, Field(gt=0)]] | None = _facultatif(
        "Arrondi", "l’aide est un multiple de ce montant, en centimes (100 : à l’euro inférieur)"
    )
    taux_max_cumul_aides_publiques_points_base: Valeur[PointsBase] | None = _facultatif(
        "Cumul des aides publiques", "part maximale du budget, en points de base (10 000 : 100 %)"
    )
    depenses_exclues: Valeur[tuple[Compte, ...]] | None = _facultatif("Dépenses exclues", "comptes hors de l’assiette")
    depenses_refusees: Valeur[tuple[Compte, ...]] | None = _facultatif(
        "Dépenses refusées", "comptes dont la présence met la demande en cause"
    )
    demandeurs: Valeur[Annotated[tuple[CategorieJuridique, ...], Field(min_length=1)]] | None = _facultatif(
        "Demandeurs", "catégories juridiques de l’INSEE, par leurs premiers chiffres (92 : associations)"
    )
    delai_pieces: Valeur[DureeTexte] | None = _facultatif("Délai des pièces", "par exemple « 15 jours »")
    delai_avis: Valeur[DureeTexte] | None = _facultatif("Délai des avis", "par exemple « 3 semaines »")
    delai_convention: Valeur[DureeTexte] | None = _facultatif("Délai de la convention", "par exemple « 6 mois »")
    delai_bilan: Valeur[DureeTexte] | None = _facultatif("Délai du bilan", "par exemple « 6 mois »")
    caducite: Valeur[tuple[HorlogeCaducite, ...]] | None = _facultatif(
        "Caducité", "horloges après lesquelles le droit est perdu"
    )
    visas: Valeur[Annotated[tuple[NiveauDeVisa, ...], Field(min_length=1)]] | None = _facultatif(
        "Visas", "niveaux de visa, dans l’ordre ; absent : un visa d’un responsable"
    )
    versements: Valeur[VersementsTexte] | None = _facultatif("Versements", "par exemple « avance:70%,solde:30% »")
    convention_seuil_centimes: Valeur[CentimesPositifs] | None = _facultatif("Seuil de convention", "en centimes")
    communication: Valeur[Texte] | None = _facultatif("Communication", "ce que le bénéficiaire doit faire voir")
    principes: Valeur[tuple[Texte, ...]] | None = _facultatif("Principes", "principes que le texte énonce")
    periode: Valeur[Periode] | None = _facultatif("Période", "jours où un projet peut avoir lieu")
    territoires: Valeur[Annotated[tuple[Territoire, ...], Field(min_length=1)]] | None = _facultatif(
        "Territoires", "qpv ou veille"
    )
    date_du_territoire: Valeur[MomentDuTerritoire] | None = _facultatif(
        "Date du territoire", "depot, vote ou realisation : la liste des quartiers en vigueur ce jour-là juge le projet"
    )
    commencement_apres: Valeur[Commencement] | None = _facultatif(
        "Commencement", "depot ou vote : avant, un projet ne commence pas sans autorisation"
    )
    pieces: tuple[PieceDuReglement, ...] = Field(default=(), title="Pièces", description="pièces qu’un texte exige")
    avis: tuple[ServiceConsulte, ...] = Field(
        default=(), title="Avis", description="services qui peuvent être consultés ; sans liste, n’importe lequel"
    )
    criteres: tuple[Critere, ...] = Field(
        default=(), title="Critères", description="critères auxquels répond le porteur"
    )

    @verifie_ensemble(mode="after")
    def _coherent(self) -> Self:
        listes = (("pièce", self.pieces), ("critère", self.criteres), ("service consulté", self.avis))
        for nom, codes in ((nom, [element.code for element in liste]) for nom, liste in listes):
            doubles = sorted(code for code, fois in Counter(codes).items() if fois > 1)
            if doubles:
                raise ValueError(f"{nom} en double : {enumerer(doubles)}")
        plancher, plafond = self.plancher_centimes, self.plafond_centimes
        if plancher and plafond and plancher.valeur > plafond.valeur:
            raise ValueError("le plancher dépasse le plafond")
        return self

    @classmethod
    def relire(cls, stocke: Mapping[str, Any]) -> Self:
        """Read back what a fact keeps of a règlement; what a newer program wrote beside is ignored."""
        return cls.model_validate(stocke, extra="ignore")

    @property
    def mode(self) -> ModeCalcul:
        """Return how the aid is reckoned; by rate when the file does not say."""
        return ModeCalcul.TAUX if self.mode_calcul is None else self.mode_calcul.valeur

    def pas_en_vigueur(self, noms: Iterable[str], au: date) -> "dict[str, Valeur[Any]]":
        """Return, of these parameters, those whose value does not hold on that day."""
        valeurs = ((nom, getattr(self, nom)) for nom in noms)
        return {nom: v for nom, v in valeurs if isinstance(v, Valeur) and not v.vaut(au)}

    def exiger_en_vigueur(self, noms: Iterable[str], au: date) -> None:
        """Refuse with ValeurPasEnVigueur when one of these parameters has a value that does not hold on that day."""
        if hors := self.pas_en_vigueur(noms, au):
            raise ValeurPasEnVigueur(hors, au)

    def reference(self, dispositif: str) -> str:
        """Return "nqe@3", the name under which a dossier freezes this version."""
        return f"{dispositif}@{self.version}"

    def absents(self, requis: Sequence[str]) -> Iterator[str]:
        """Yield the required parameters without a value, and the one its mode of calculation needs."""
        for nom in self.necessaires(requis):
            if not getattr(self, nom):
                yield nom

    def necessaires(self, requis: Sequence[str]) -> Sequence[str]:
        """Return the required parameters, with the one its mode of calculation needs instead of the rate."""
        besoin = self.mode.parametre
        return tuple(dict.fromkeys((*(nom for nom in requis if nom != ModeCalcul.TAUX.parametre), besoin)))

    def en_json(self) -> dict[str, Any]:
        """Return what a fact keeps of it; `relire` reads it back."""
        return self.model_dump(mode="json", exclude_none=True)
