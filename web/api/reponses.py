"""What the API answers besides an aggregate: a receipt, a history, pages of a list, what differs, facts."""

from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel

from web.api.attentes import AttenteLue, Centimes, champ

L = TypeVar("L")


class RecuDeGeste(BaseModel):
    """Le reçu d’un geste : ce qu’il a enregistré, ou ce qu’il avait enregistré la première fois."""

    commande_id: UUID = champ("identifiant de la commande, donné (Idempotency-Key) ou tiré")
    agregat: str = champ("espèce de ce qui a changé")
    id: UUID
    ref: str = champ("son numéro, ou sa référence")
    version: int = champ("sa version, à rappeler dans If-Match")
    position: int = champ("position du dernier fait dans la base")
    faits: list[str] = champ("types des faits enregistrés")
    deja_fait: bool = champ("true : rien de nouveau, c’était déjà fait")


class FaitLu(BaseModel):
    """Un fait de l’histoire, et sa phrase."""

    position: int
    version: int
    fait: str
    phrase: str
    effectif_le: str = champ("quand c’était vrai : une date, ou un instant")
    enregistre_le: datetime | None
    acteur: str
    habilitation: str | None
    commande_id: UUID
    cause: UUID | None
    corrige: int | None = champ("version du fait qu’il corrige")


class Page(BaseModel, Generic[L]):
    """Une page d’une liste ; « suivant » se donne à « apres », null à la fin."""

    total: int
    lignes: list[L]
    avant: int = champ("nombre de lignes avant celles-ci")
    precedent: str | None
    suivant: str | None


class MontantsDemandes(BaseModel):
    """En centimes."""

    demande_centimes: Centimes | None
    propose_centimes: Centimes | None


class DossierEnBref(BaseModel):
    """Une ligne de la liste des dossiers."""

    ref: str
    id: UUID
    campagne: str | None
    beneficiaire: str | None
    objet: str | None
    etat: str
    version: int
    montants: MontantsDemandes


class MontantsEnBref(BaseModel):
    """En centimes ; null pour ce qui n’est pas une subvention."""

    vote_centimes: Centimes | None
    engage_centimes: Centimes | None
    liquide_centimes: Centimes | None
    mandate_centimes: Centimes | None
    paye_centimes: Centimes | None


class AgregatEnBref(BaseModel):
    """Une ligne d’une liste."""

    ref: str
    id: UUID
    etat: str | None
    objet: str | None
    beneficiaire: str | None
    version: int
    attentes: int = champ("nombre d’attentes")
    montants: MontantsEnBref


class LigneDeFile(BaseModel):
    """Ce qui est attendu quelque part."""

    agregat: str
    id: UUID
    ref: str | None
    objet: str | None
    etape: str | None
    beneficiaire: str | None
    attente: AttenteLue


class FileLue(Page[LigneDeFile]):
    """La file, le plus en retard d’abord."""

    en_retard: int


class InstantDeLecture(BaseModel):
    """Les deux dates d’une lecture."""

    au: str | None
    connu_au: str | None


class Difference(BaseModel):
    """Un champ qui diffère."""

    champ: str
    avant: Any
    apres: Any


class Comparaison(BaseModel):
    """Ce qui diffère d’un dossier entre deux moments."""

    ref: str
    du: InstantDeLecture
    au: InstantDeLecture
    differences: list[Difference]


class EtapeDuCalcul(BaseModel):
    """Une étape du calcul, avec sa source."""

    libelle: str
    calcul: str
    resultat_centimes: int
    source: str


class EtapeQuiDiffere(BaseModel):
    """La première étape qui n’est pas celle qui fut enregistrée."""

    rang: int
    libelle: str
    enregistree: dict[str, Any] | None
    refaite: dict[str, Any] | None


class Recalcul(InstantDeLecture):
    """Le montant calculé, et le même calcul refait aujourd’hui depuis la même entrée."""

    ref: str
    version: int
    calcule_centimes: int
    recalcule_centimes: int
    difference: EtapeQuiDiffere | None
    etapes: list[EtapeDuCalcul]


class DonneesDEvenement(BaseModel):
    """Le fait et son entête ; ce qu’une personne a tapé n’y est pas."""

    fait: dict[str, Any]
    entete: dict[str, Any]


class Evenement(BaseModel):
    """Un fait, en CloudEvents 1.0."""

    specversion: str
    id: str = champ("position du fait, à donner à « apres »")
    source: str = champ("ce qui désigne la base")
    type: str
    subject: str
    time: datetime
    datacontenttype: str
    data: DonneesDEvenement
