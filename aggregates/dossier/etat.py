"""The state of a dossier: what its facts have set, and nothing else. Chapters decide and await from it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from aggregates.dossier.ecrits import DemandeARemettre, DocumentDuDossier
from aggregates.dossier.elements import (
    Avis,
    DecisionExpresse,
    Financement,
    MotifsDuRejet,
    MotifSuivi,
    Notification,
    Recours,
    Source,
    VisaPrevu,
)
from aggregates.oubli import CleDetruite, Oubliable, OubliDecide
from dispositifs.evaluation import LigneBudget
from kernel.agregat import ParEtats
from kernel.attentes import Delai
from kernel.faits import Entete, Fait, Immuable, Jalon
from kernel.identifiants import identifiant
from kernel.instants import Effet, Instant, jour_de
from kernel.refus import Refus


class Etat(StrEnum):
    """Where a dossier stands. Flags (silence, recours…) live beside it: they stop nothing."""

    BROUILLON = "brouillon"
    DEPOSE = "depose"
    ENREGISTRE = "enregistre"
    RECU = "recu"
    INCOMPLET = "incomplet"
    COMPLET = "complet"
    EN_INSTRUCTION = "en_instruction"
    PROPOSE = "propose"
    INSCRIT = "inscrit"
    DECIDE = "decide"
    CLOS = "clos"


AVANT_COMPLETUDE = frozenset({Etat.DEPOSE, Etat.ENREGISTRE, Etat.RECU, Etat.INCOMPLET})
AVANT_PROPOSITION = AVANT_COMPLETUDE | {Etat.COMPLET, Etat.EN_INSTRUCTION}
AVANT_VOTE = AVANT_PROPOSITION | {Etat.PROPOSE, Etat.INSCRIT}


class Cause(StrEnum):
    """Why a rejet is proposed."""

    IRRECEVABILITE = "irrecevabilite"
    SANS_SUITE = "sans_suite"
    OPPORTUNITE = "opportunite"


class PieceExigee(Immuable):
    """A pièce the règlement demands, with the text that demands it (CRPA L114-5: no text, no demand)."""

    code: str
    exigee_par: str
    bloquante: bool = True
    a_verifier: bool = False
    """An agent looks at it before the complétude; a dossier filed before that rule asks none."""


class Appreciation(Immuable):
    """How far the project meets one criterion of the règlement; why is in the coffre."""

    critere: str
    appreciation: str
    justification: UUID


class FichierRetire(Immuable):
    """A file received from a téléservice, by the version of its reception: it is there no more, others of its pièce are."""

    code: str
    version: int


class PieceTenue(NamedTuple):
    """One reception of a pièce: when, the digest of its file, and the version of its fact."""

    jour: date
    sha256: str
    version: int


@dataclass(frozen=True, slots=True)
class DemandeDePieces:
    """A demande de pièces: it suspends the silence until its planned end, or the production of all it asks."""

    version: int
    pieces: tuple[str, ...]
    du: date
    jusqu_au: date
    delai: Delai
    depuis: Instant


@dataclass(frozen=True, slots=True)
class Proposition:
    """What the instructeur proposes: an amount and its base, or a rejet (`cause`), for zero."""

    version: int
    par: tuple[str, ...]
    montant_centimes: int | None
    base_eligible_centimes: int | None
    vise_par: str | None = None
    motif: UUID | None = None
    derogation: UUID | None = None
    """The act that allows an amount above the computed maximum."""
    visas: tuple[VisaPrevu, ...] = ()
    donnes: tuple[tuple[str, ...], ...] = ()
    """Who gave each level: the person, and whom it stands in for."""
    rappels: int = 0
    escalade: bool = False
    cause: Cause | None = None
    avant: Etat = Etat.EN_INSTRUCTION
    """Where the dossier stood."""
    le: date | None = None
    """When it was made; None for one that was made elsewhere."""

    @property
    def revient_a(self) -> Etat:
        """Return where the dossier goes when it is sent back: a request that was never complete is not instructed."""
        return self.avant if self.avant in AVANT_COMPLETUDE else Etat.EN_INSTRUCTION


class DecisionExterne(Immuable):
    """An act outside the system, as its published row tells it; the amount and the conditions are the Subvention's."""

    reference: str | None = None
    decide_le: date | None = None
    nature_decision: str | None = None
    attribuant_denomination: str | None = None
    attribuant_siret: str | None = None
    nature: str | None = None
    dates_versement: str | None = None
    id_rae: str | None = None
    notification_ue: bool | None = None
    pourcentage: str | None = None
    dispositif_aide: str | None = None


class InteretEnCause(Refus, code="interet_en_cause"):
    """Who declared an interest in a request does nothing in it, nor does who stands in for him."""


class FaitDossier(Fait["EtatDossier"]):
    """A fact of a dossier."""


class OubliDuDossier(OubliDecide, topic="dossier.oubli_decide.v1"):
    """The contacts and the texts of a request are to be forgotten."""


class CleDuDossierDetruite(CleDetruite, topic="dossier.cle_detruite.v1"):
    """The contacts and the texts of a request are forgotten."""


@dataclass(eq=False)
class EtatDossier(ParEtats[Etat], Oubliable):
    """One request by one applicant under one campaign. Amounts in euro cents; None is unknown, never zero."""

    decision_d_oubli: ClassVar[type[OubliDecide]] = OubliDuDossier
    destruction: ClassVar[type[CleDetruite]] = CleDuDossierDetruite
    nom: ClassVar[str] = "dossier"
    designation: ClassVar[str] = "le dossier"
    reversibles: ClassVar[frozenset[str]] = frozenset({"declarer-complet", "verifier-pieces"})
    ref: str = ""
    etat: Etat = Etat.BROUILLON
    jalon: Jalon | None = None
    issue: str | None = None
    issue_motif: UUID | None = None
    campagne: str = ""
    objet: str = ""
    theme: str | None = None
    siret: str | None = None
    siren: str | None = None
    rna: str | None = None
    denomination: str = ""
    tiers_id: UUID | None = None
    desaccord: Jalon | None = None
    confirme: Jalon | None = None
    identite_confirmee: bool = False
    succession: UUID | None = None
    """The act by which another body succeeded the applicant, or nobody did."""
    qpv: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    periode: tuple[date, date] | None = None
    demande_centimes: int | None = None
    charges: tuple[LigneBudget, ...] = ()
    produits: tuple[LigneBudget, ...] = ()
    contact: UUID | None = None
    textes: UUID | None = None
    canal: str | None = None
    envoye_le: date | None = None
    depose_le: date | None = None
    depot: Jalon | None = None
    enregistre_le: date | None = None
    accuse: Delai | None = None
    accuse_avant: date | None = None
    recu_le: date | None = None
    accuse_sans_recours: bool = False
    documents: dict[UUID, DocumentDuDossier] = field(default_factory=dict)
    pieces_exigees: tuple[PieceExigee, ...] = ()
    pieces_recues: dict[str, list[PieceTenue]] = field(default_factory=dict)
    pieces_verifiees: dict[int, date] = field(default_factory=dict)
    """By the version of their reception: when an agent looked at them."""
    pieces_ecartees: dict[str, int] = field(default_factory=dict)
    """By pièce: the last reception set aside; what came before it is, too."""
    demandes_de_pieces: list[DemandeDePieces] = field(default_factory=list)
    demandes_a_remettre: dict[int, DemandeARemettre] = field(default_factory=dict)
    demandes_echues: set[int] = field(default_factory=set)
    complet_le: date | None = None
    completude_annulee: bool = False
    reglement: str | None = None
    criteres: tuple[str, ...] = ()
    appreciations: dict[str, Appreciation] = field(default_factory=dict)
    natures: dict[date, tuple[str, UUID]] = field(default_factory=dict)
    """The legal category of the applicant by the day since when, and the text that says so."""
    territoire_juge: tuple[date, str | None] | None = None
    """By the list of quartiers in force on that day, and which version of it."""
    demarrage_autorise: date | None = None
    silence: Delai | None = None
    silence_depuis: date | None = None
    silence_fini_le: date | None = None
    silence_ouvert_par: int = 1
    rejets_implicites: dict[int, date] = field(default_factory=dict)
    rejets_remplaces: set[int] = field(default_factory=set)
    transmission: Jalon | None = None
    transmis_a: UUID | None = None
    transmission_avisee: bool = False
    charge: str | None = None
    """The agent who has charge of it."""
    groupe: str | None = None
    notes: list[UUID] = field(default_factory=list)
    motifs: dict[tuple[str, str], MotifSuivi] = field(default_factory=dict)
    avis: list[Avis] = field(default_factory=list)
    avis_rendus: dict[str, str] = field(default_factory=dict)
    avis_rendus_le: dict[str, Instant] = field(default_factory=dict)
    avis_revoques: dict[str, UUID] = field(default_factory=dict)
    avis_rappeles: dict[str, int] = field(default_factory=dict)
    avis_textes: dict[str, UUID | None] = field(default_factory=dict)
    notification: Notification | None = None
    subvention_finie: Jalon | None = None
    recours: dict[int, Recours] = field(default_factory=dict)
    motifs_du_rejet: MotifsDuRejet | None = None
    controle: Jalon | None = None
    controle_texte: UUID | None = None
    controle_fini_le: date | None = None
    masque: Jalon | None = None
    interets: dict[str, Jalon] = field(default_factory=dict)
    financements: list[Financement] = field(default_factory=list)
    proposition: Proposition | None = None
    renvoi: UUID | None = None
    deliberation: UUID | None = None
    vote: Jalon | None = None
    decision: DecisionExpresse | None = None
    decide_le: date | None = None
    vote_centimes: int | None = None
    ligne: int | None = None
    ajournements: set[UUID] = field(default_factory=set)
    decision_externe: DecisionExterne | None = None
    source: Source | None = None
    source_version: int = 0
    teleservice: tuple[str, int] | None = None
    """Which téléservice it came by, and its number there."""
    correction: Jalon | None = None
    supprime_la_bas: bool = False
    retirees_la_bas: tuple[str, ...] = ()
    """Codes of the pièces received from there whose file is there no more."""
    fichiers_retires_la_bas: tuple["FichierRetire", ...] = ()
    remplacees_la_bas: set[int] = field(default_factory=set)
    """By version: receptions from there whose file another one took the place of."""

    def survient(self, fait: Fait[Any], *, effectif_le: Effet | None = None, corrige: int | None = None) -> None:
        """Record a fact; refuse with InteretEnCause what is done by who declared an interest in the request."""
        if not self.interets.keys().isdisjoint(self.contexte.auteurs):
            raise InteretEnCause("Vous avez déclaré un intérêt dans ce dossier : une autre personne agit.")
        super().survient(fait, effectif_le=effectif_le, corrige=corrige)

    @property
    def origine(self) -> tuple[str, Effet] | None:
        """Return the dépôt, or the take-over: nothing of a request comes before it."""
        if not self.existe:
            return None
        return "le dépôt du dossier" if self.source is None else "la reprise du dossier", self.premier_effet

    @property
    def proposition_visee(self) -> bool:
        """Tell whether an amount is proposed and approved: only such a dossier goes to the assembly."""
        proposition = self.proposition
        return proposition is not None and proposition.vise_par is not None and proposition.montant_centimes is not None

    @property
    def pieces_manquantes(self) -> list[PieceExigee]:
        """Return the pièces the règlement demands and nobody produced."""
        return [piece for piece in self.pieces_exigees if not self.tenues(piece.code)]

    def tenues(self, code: str) -> list[PieceTenue]:
        """Return what was received of a pièce and not set aside: the last one replaces the others."""
        ecartee = self.pieces_ecartees.get(code, 0)
        return [tenue for tenue in self.pieces_recues.get(code, ()) if tenue.version > ecartee]

    def non_verifiees(self, codes: Iterable[str]) -> list[str]:
        """Return those of these pièces that are there, and whose last version nobody looked at."""
        return [code for code in codes if (t := self.tenues(code)) and t[-1].version not in self.pieces_verifiees]

    @property
    def motifs_sans_reponse(self) -> list[MotifSuivi]:
        """Return what was found against the request and nobody answered."""
        return [motif for motif in self.motifs.values() if motif.sens is None]

    @property
    def motifs_retenus(self) -> list[MotifSuivi]:
        """Return what is held against the request."""
        return [motif for motif in self.motifs.values() if motif.sens == "retenu"]

    @property
    def criteres_sans_reponse(self) -> list[str]:
        """Return the criteria of the frozen règlement that nobody appreciated; a règlement that lists none asks none."""
        return [code for code in self.criteres if code not in self.appreciations]

    @property
    def a_enregistrer(self) -> bool:
        """Tell whether the engine is still to register it: only what came electronically is (CRPA R112-11-2)."""
        return self.etat is Etat.DEPOSE and self.enregistre_le is None and not self.demande_papier

    @property
    def demande_papier(self) -> bool:
        """Tell whether the request came on paper: its accusé is that of CRPA R112-5."""
        return self.canal in {"papier", "guichet"}

    @property
    def tient_encore(self) -> bool:
        """Tell whether people may still instruct it: deposited, not decided, not closed."""
        return self.etat in AVANT_VOTE

    @property
    def numero(self) -> str | None:
        """Return what its applicant is known by: its SIRET, else its SIREN, else its RNA."""
        return self.siret or self.siren or self.rna

    @property
    def a_rattacher(self) -> bool:
        """Tell whether its applicant is still to be found among the tiers: an award without one could never be paid."""
        return self.tiers_id is None and self.etat in AVANT_VOTE | {Etat.DECIDE}

    @property
    def rejet_notifie_le(self) -> date | None:
        """Return when its rejet was notified, on a proof."""
        return None if self.notification is None else self.notification.le

    def passer(self, etat: Etat, entete: Entete, *, issue: str | None = None, motif: UUID | None = None) -> None:
        """Set the état from a fact: how it ended, and why if a person said it."""
        super().passer(etat, entete)
        self.issue, self.issue_motif = issue, motif
        if etat in {Etat.DECIDE, Etat.CLOS}:
            self.rompre_le_silence(jour_de(entete.effectif_le))

    def rompre_le_silence(self, jour: date) -> None:
        """Set from a fact that something ended the silence that day: the first day counts, whichever was recorded first."""
        self.silence_fini_le = jour if self.silence_fini_le is None else min(jour, self.silence_fini_le)

    def exprimer(self, favorable: bool, vote_le: date, entete: Entete) -> None:  # noqa: FBT001 - a field of the fact
        """Set from a fact what the assembly decided: it answers the request that day."""
        self.decision = self.decision or DecisionExpresse(entete.version, favorable, vote_le)
        self.rompre_le_silence(vote_le)

    @property
    def jour(self) -> date:
        """Return the civil date of the command under way."""
        return jour_de(self.contexte.effectif_le)


def id_subvention_du(dossier: UUID) -> UUID:
    """Return the id of the award of a dossier: one per dossier."""
    return identifiant("subvention", str(dossier))
