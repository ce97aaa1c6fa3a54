"""What the API answers, described field by field: the documents of the outside contract.

They describe; nothing is built from them. Their docstrings are shown to people, hence French. A document may gain fields.
"""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel

from web.api.attentes import AttenteLue, Centimes, champ


class Vu(BaseModel):
    """Ce que dit toute lecture d’un agrégat, à une date et tel qu’on le connaissait."""

    ref: str
    id: UUID
    version: int
    au: str | None
    connu_au: str | None


class Beneficiaire(BaseModel):
    """Qui demande, ou qui reçoit."""

    siret: str | None
    siren: str | None
    rna: str | None
    denomination: str


class TerritoireVu(BaseModel):
    """Où le projet a lieu."""

    qpv: list[str] = champ("codes des quartiers prioritaires")
    communes: list[str] = champ("codes INSEE")


class EligibiliteVue(BaseModel):
    """Sur quoi l’éligibilité a été examinée."""

    debut: date | None = champ("premier jour du projet")
    fin: date | None = champ("dernier jour du projet")
    territoire_au: date | None = champ(
        "jour dont la liste des quartiers a jugé le territoire ; null : le règlement ne dit pas lequel"
    )
    liste: str | None = champ("version de cette liste ; null : aucune de celles que le moteur tient")
    demarrage_autorise: date | None = champ("premier jour où le projet peut commencer avant la décision")


class MotifVu(BaseModel):
    """Ce qui a été relevé contre la demande, et la réponse."""

    code: str
    objet: str = champ("ce sur quoi il porte, par son code ou son numéro ; vide : le tout")
    motif: str
    source: str | None
    releve_le: datetime
    sens: str | None = champ("leve ou retenu ; null : sans réponse")
    reponse: str | None = champ("la réponse, en mots")
    repondu_le: datetime | None
    version: int


class ChargeVue(BaseModel):
    """Une ligne de ce que coûte le projet."""

    poste: str | None = champ("tel qu’il est déposé ; le compte seul, une fois le dossier oublié")
    libelle: str
    montant_centimes: Centimes


class ProduitVu(BaseModel):
    """Une ligne de ce qui le paie."""

    financeur: str = champ("« (oublié) » une fois le dossier oublié")
    code: str | None = champ("financeur des références ; null : inconnu")
    genre: str | None = champ("nous, public ou autre, d’après son code ; null : inconnu")
    montant_centimes: Centimes


class FinancementVu(BaseModel):
    """Ce qu’un agent a dit d’un financeur."""

    ligne: int | None = champ("rang du produit du budget ; null : une aide qui n’y est pas")
    financeur: str
    qui: str
    public: bool
    stade: str = champ("demande, reserve ou decide")
    montant_centimes: Centimes
    poste: str | None
    source: str
    version: int


class PlanDeFinancementVu(BaseModel):
    """Qui finance à côté de ce qui est demandé ici."""

    codes: list[FinancementVu]
    aides_publiques_centimes: Centimes
    charges_centimes: Centimes
    postes_doubles: list[str] = champ("dépenses que deux financeurs paient")


class BudgetVu(BaseModel):
    """Le budget prévisionnel."""

    charges: list[ChargeVue]
    produits: list[ProduitVu]


class MontantsDeSubvention(BaseModel):
    """Du vote au paiement, en centimes."""

    vote_centimes: Centimes | None
    engage_centimes: Centimes
    liquide_centimes: Centimes
    mandate_centimes: Centimes
    paye_centimes: Centimes


class MontantsDeDossier(MontantsDeSubvention):
    """De la demande au paiement, en centimes ; null : inconnu."""

    demande_centimes: Centimes | None
    base_eligible_centimes: Centimes | None
    propose_centimes: Centimes | None
    reverse_centimes: Centimes


class DatesDeDossier(BaseModel):
    """Les dates d’un dossier."""

    envoye_le: date | None = champ(
        "quand le demandeur l’a envoyé : ce qui dit s’il est dans les temps ; null : inconnu"
    )
    depose_le: date | None
    enregistre_le: date | None
    recu_le: date | None
    complet_le: date | None
    decide_le: date | None
    rejet_notifie_le: date | None
    recours_jusqu_au: date | None


class EtapeComptee(BaseModel):
    """Un moment d’un délai."""

    du: date
    au: date
    jours: int = champ("jours qui comptent : 0 quand le délai ne court pas")
    motif: str
    source: str


class SilenceCompte(BaseModel):
    """Le délai dont le silence vaut rejet, étape par étape, comme le compte la commande delai."""

    depuis: date
    duree: str
    dernier_jour: date
    dernier_instant: datetime
    etapes: list[EtapeComptee]


class RecoursCompte(SilenceCompte):
    """Le délai de recours contre le rejet notifié, et s’il court contre le demandeur."""

    opposable: bool
    pourquoi: str | None = champ("pourquoi il ne court pas contre le demandeur ; null : il court")


class DossierVu(Vu):
    """Un dossier."""

    campagne: str
    tiers: UUID | None
    beneficiaire: Beneficiaire
    objet: str
    meme_demande: list[str] = champ("dossiers du même demandeur, pour le même objet")
    theme: str | None
    canal: str | None = champ("par où la demande est venue")
    charge: str | None = champ("agent chargé du dossier ; null : personne")
    groupe: str | None = champ("groupe chargé du dossier ; null : aucun")
    territoire: TerritoireVu
    eligibilite: EligibiliteVue
    motifs: list[MotifVu]
    illisibles: list[dict[str, Any]] = champ("ce qui va avec lui et ne se lit pas : ses montants sont alors inconnus")
    budget: BudgetVu | None = champ("celui de la demande ; null : inconnu, le dossier est repris")
    financement: PlanDeFinancementVu | None
    etat: str
    issue: str | None
    reglement: str | None = champ("version figée à la complétude, par exemple nqe@3")
    drapeaux: list[str]
    silence: SilenceCompte | None = champ("comment le silence est compté ; null : il ne court pas")
    delais_non_opposables: str | None = champ("pourquoi les délais de recours ne courent pas contre le demandeur")
    recours_contentieux: RecoursCompte | None = champ(
        "le délai de recours contre le rejet ; null : rien ne le fait courir"
    )
    documents: list[dict[str, Any]] = champ("ceux produits : édition, titre, destinataire, état, date, empreinte")
    montants: MontantsDeDossier
    dates: DatesDeDossier
    deliberation: UUID | None
    subvention: str | None
    decision_externe: dict[str, Any] | None = champ("ce qu’un fichier repris dit de la décision")
    source: dict[str, Any] | None = champ("fichier et ligne dont il est repris")
    attentes: list[AttenteLue]


class CampagneVue(Vu):
    """Une campagne et son règlement."""

    dispositif: str | None
    exercice: int | None
    nature: str | None
    etat: str
    ouvre_le: date | None
    ferme_le: date | None
    reglement_ref: str | None
    reglement: dict[str, Any] | None = champ("chaque valeur avec sa date et sa source")


class NatureVue(BaseModel):
    """La catégorie juridique d’un tiers depuis un jour."""

    categorie: str = champ("catégorie juridique de l’INSEE")
    du: date
    droit_public: bool | None = champ("personne morale de droit public ; null : sa catégorie ne le dit pas")
    source: str


class TiersConnu(Vu):
    """Une personne morale, et si elle peut être payée ; ses comptes sont masqués."""

    denomination: str
    siret: str | None
    siren: str | None
    rna: str | None
    natures: list[NatureVue] = champ("sa nature juridique, dans le temps")
    coordonnees: str | None = champ("validees, declarees, ou null")
    a_valider: bool
    iban_valide: str | None
    iban_declare: str | None
    declare_par: str | None
    aussi_de: list[str] = champ("autres tiers qui ont déclaré ce compte")


class Composition(BaseModel):
    """Qui siège, depuis un jour."""

    depuis: date
    source: str
    president: str
    membres: list[str]


class AssembleeVue(Vu):
    """Les compositions d’une assemblée, la dernière d’abord."""

    compositions: list[Composition]


class PresenceVue(BaseModel):
    """La présence d’un membre à l’ouverture."""

    membre: str
    statut: str
    pouvoir_a: str | None


class SeanceVue(Vu):
    """Une séance."""

    etat: str
    jour: date | None
    presences: list[PresenceVue]
    mouvements: int = champ("arrivées et départs notés depuis l’ouverture")


class ScrutinVu(BaseModel):
    """Le décompte d’un vote."""

    vote_le: str
    pour: int
    contre: int
    abstentions: int
    nppv: int
    requis: int = champ("quorum")
    en_exercice: int
    presents: int
    preside_par: str
    voix_preponderante: bool


class LigneDeRapport(BaseModel):
    """Une ligne d’un rapport, et ce qui en a été décidé."""

    ligne: int
    dossier: str
    nature: str = champ("attribution ou rejet")
    cause: str | None = champ("cause d’un rejet")
    propose_centimes: Centimes
    derogation: str | None = champ("acte qui permet un montant supérieur au calcul")
    resultat: str | None
    vote_centimes: Centimes | None
    portee: bool = champ("true : la décision est portée au dossier")
    refus: str | None
    scrutin: ScrutinVu | None


class DeliberationVue(Vu):
    """Un rapport, puis la délibération."""

    etat: str
    jour: date | None
    numero: str | None
    flux: str | None
    executoire_le: date | None
    lignes: list[LigneDeRapport]


class EnveloppeVue(Vu):
    """Des crédits, en centimes."""

    budget_vote: bool
    vote_centimes: Centimes
    reserve_centimes: Centimes
    engage_centimes: Centimes
    en_attente_centimes: Centimes
    disponible_centimes: Centimes


class RepriseVue(BaseModel):
    """La ligne du fichier dont une subvention est reprise."""

    fichier: str
    ligne: int
    validee: bool


class EcheanceVue(BaseModel):
    """Un paiement prévu."""

    echeance: int
    nature: str
    montant_centimes: Centimes
    etape: str
    rejet: str | None


class SubventionVue(Vu):
    """Une subvention et ses échéances."""

    dossier: str
    conditions: str | None
    reprise: RepriseVue | None
    convention_exigee: bool
    convention_signee: bool
    montants: MontantsDeSubvention
    echeances: list[EcheanceVue]
    terme: str | None


class LigneDeBordereau(BaseModel):
    """Un mandat du bordereau."""

    subvention: str
    reprise: bool
    echeance: int
    tentative: int
    montant_centimes: Centimes


class BordereauVu(Vu):
    """Un bordereau de mandats."""

    jour: date | None
    exercice: int | None
    total_centimes: Centimes
    signe_par: str | None
    lignes: list[LigneDeBordereau]


VUES: Final[dict[str, type[Vu]]] = {
    "dossier": DossierVu,
    "campagne": CampagneVue,
    "tiers": TiersConnu,
    "assemblee": AssembleeVue,
    "seance": SeanceVue,
    "deliberation": DeliberationVue,
    "enveloppe": EnveloppeVue,
    "subvention": SubventionVue,
    "bordereau": BordereauVu,
}
"""What each kind of aggregate is answered with."""
