"""The accounts, kept from the facts alone and apart from the aggregates: each amount is the one before it.

And the chain of reactions: what one aggregate says was carried to another is there.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

from aggregates.bordereau import BordereauSigne, LigneAjoutee, LigneRetiree, SignaturePortee
from aggregates.chrono import RangAttribue
from aggregates.deliberation.execution import DecisionsPortees
from aggregates.deliberation.preparation import DeliberationPreparee, LignesInscrites
from aggregates.deliberation.scrutin import ScrutinTenu
from aggregates.dossier.acte import Ajourne, Decide, Inscrit, VoteAnnonce
from aggregates.dossier.depot import TiersRattache
from aggregates.dossier.rejet import RejetNonAdopte
from aggregates.enveloppe.credits import BudgetVote, CreditsEngages, CreditsReserves, ReservationLiberee
from aggregates.enveloppe.engagement import EngagementDegage, EngagementPorte
from aggregates.subvention.fin import DegagementConstate, SubventionSoldee
from aggregates.subvention.liquidation import EcheanceLiquidee
from aggregates.subvention.ouverture import EngagementConstate, SubventionOuverte
from aggregates.subvention.paiement import MandatPorteAuBordereau, PaiementConstate, SignatureConstatee
from aggregates.tiers import TiersEnregistre
from kernel.faits import Entete, Fait

Cle = tuple[UUID, int, int]
"""A subvention, the number of an échéance, which attempt to pay it."""


@dataclass
class Comptes:
    """Amounts in euro cents, from the vote of a line to its payment."""

    exiger: Callable[[bool, str], None]
    proposes: dict[tuple[UUID, int], tuple[UUID, int]] = field(default_factory=dict)
    votes: dict[tuple[UUID, UUID], int] = field(default_factory=dict)
    decides: dict[UUID, int] = field(default_factory=dict)
    subventions: dict[UUID, tuple[UUID, int]] = field(default_factory=dict)
    credits: Counter[UUID] = field(default_factory=Counter)
    reserves: dict[tuple[UUID, UUID], int] = field(default_factory=dict)
    engages: dict[UUID, tuple[UUID, int]] = field(default_factory=dict)
    degages: dict[UUID, int] = field(default_factory=dict)
    liquides: dict[Cle, int] = field(default_factory=dict)
    mandats: dict[Cle, tuple[UUID, int]] = field(default_factory=dict)
    totaux: Counter[UUID] = field(default_factory=Counter)
    signes: set[UUID] = field(default_factory=set)
    retires: set[tuple[UUID, int, int]] = field(default_factory=set)
    payes: Counter[UUID] = field(default_factory=Counter)
    uniques: set[tuple[Any, ...]] = field(default_factory=set)
    dits: set[tuple[Any, ...]] = field(default_factory=set)
    """What other aggregates were told: nothing is said carried that was not."""

    def copier(self, exiger: Callable[[bool, str], None]) -> "Comptes":
        """Return an independent copy that complains elsewhere."""
        return Comptes(exiger, *(getattr(self, champ.name).copy() for champ in fields(self)[1:]))

    def passer(self, fait: Fait[Any], entete: Entete) -> None:
        """Enter one fact."""
        ecriture = _ECRITURES.get(type(fait))
        if ecriture is None:
            return
        try:
            ecriture(self, fait, entete)
        except KeyError as absent:
            self.exiger(False, f"{fait.topic} de {entete.id} vient avant ce qui le permet : {absent}")  # noqa: FBT003

    def _une_fois(self, *cle: Any) -> None:
        self.exiger(cle not in self.uniques, f"deux fois : {cle}")
        self.uniques.add(cle)

    def _dit(self, *cle: Any) -> None:
        self.dits.add(cle)

    def _exiger_dit(self, *cle: Any) -> None:
        self.exiger(cle in self.dits, f"dit fait et ne l’est pas : {cle}")

    # the vote

    def _preparee(self, fait: DeliberationPreparee, entete: Entete) -> None:
        for x in fait.lignes:
            self.proposes[entete.id, x.ligne] = (x.dossier, x.montant_propose_centimes)

    def _scrutin(self, fait: ScrutinTenu, entete: Entete) -> None:
        for numero in fait.lignes:
            dossier, propose = self.proposes[entete.id, numero]
            amende = fait.bulletin.amendement_centimes
            self._une_fois("vote", entete.id, dossier)
            self.votes[entete.id, dossier] = (propose if amende is None else amende) if fait.adopte else 0

    def _decide(self, fait: Decide, entete: Entete) -> None:
        vote = self.votes[fait.deliberation, entete.id]
        self.exiger(fait.montant_vote_centimes == vote, f"décidé {fait.montant_vote_centimes}, voté {vote}")
        self.exiger(fait.favorable == (vote > 0), f"décision {fait.favorable} pour {vote} votés")
        self._une_fois("décision", entete.id)
        self.decides[entete.id] = vote
        self._dit("décision", fait.deliberation, entete.id)

    def _vote_annonce(self, fait: VoteAnnonce, entete: Entete) -> None:
        vote = self.votes[fait.deliberation, entete.id]
        self.exiger(fait.montant_vote_centimes == vote, f"annoncé {fait.montant_vote_centimes}, voté {vote}")
        self._une_fois("annonce", entete.id, fait.deliberation)
        self._dit("annonce", fait.deliberation, entete.id)

    def _rejet_non_adopte(self, fait: RejetNonAdopte, entete: Entete) -> None:
        """A rejet that the assembly did not adopt decides nothing: the dossier was told, and goes on."""
        self._dit("annonce", fait.deliberation, entete.id)
        self._dit("décision", fait.deliberation, entete.id)

    def _inscrit(self, fait: Inscrit, entete: Entete) -> None:
        self._dit("inscription", fait.deliberation, entete.id)

    def _ajourne(self, fait: Ajourne, entete: Entete) -> None:
        self._dit("ajournement", fait.deliberation, entete.id)

    def _inscrites(self, fait: LignesInscrites, entete: Entete) -> None:
        for numero in fait.inscrites:
            self._exiger_dit("inscription", entete.id, self.proposes[entete.id, numero][0])

    def _portees(self, fait: DecisionsPortees, entete: Entete) -> None:
        for numero in fait.annoncees:
            self._exiger_dit("annonce", entete.id, self.proposes[entete.id, numero][0])
        for numero in fait.portees:
            dossier, _ = self.proposes[entete.id, numero]
            vote = self.votes.get((entete.id, dossier))
            self._exiger_dit("ajournement" if vote is None else "décision", entete.id, dossier)
            if vote:
                self._exiger_dit("subvention", dossier)

    def _rattache(self, fait: TiersRattache, entete: Entete) -> None:
        self._exiger_dit("tiers", fait.tiers)

    def _tiers(self, fait: TiersEnregistre, entete: Entete) -> None:
        self._dit("tiers", entete.id)

    def _rang(self, fait: RangAttribue, entete: Entete) -> None:
        self._une_fois("rang", fait.serie, fait.annee, fait.rang)

    # credits

    def _ouverte(self, fait: SubventionOuverte, entete: Entete) -> None:
        self.exiger(
            fait.montant_centimes == self.decides[fait.dossier], f"{fait.ref} : {fait.montant_centimes} non décidés"
        )
        self.subventions[entete.id] = (fait.dossier, fait.montant_centimes)
        self._dit("subvention", fait.dossier)

    def _budget(self, fait: BudgetVote, entete: Entete) -> None:
        self._crediter(entete.id, fait.montant_centimes)

    def _engages(self, fait: CreditsEngages, entete: Entete) -> None:
        for x in fait.lignes:
            self.exiger(x.dossier not in self.engages, f"le dossier {x.dossier} est engagé deux fois")
            self.exiger(x.montant_centimes == self.decides[x.dossier], f"engagé {x.montant_centimes} pour {x.dossier}")
            self.engages[x.dossier] = (entete.id, x.montant_centimes)
        reserve = self.reserves.pop((entete.id, fait.deliberation), 0)
        self._crediter(entete.id, reserve - sum(x.montant_centimes for x in fait.lignes))

    def _reserves(self, fait: CreditsReserves, entete: Entete) -> None:
        self.reserves[entete.id, fait.deliberation] = fait.montant_centimes
        self._crediter(entete.id, -fait.montant_centimes)

    def _liberes(self, fait: ReservationLiberee, entete: Entete) -> None:
        self._crediter(entete.id, self.reserves.pop((entete.id, fait.deliberation)))

    def _degage(self, fait: EngagementDegage, entete: Entete) -> None:
        enveloppe, montant = self.engages.pop(fait.dossier, (entete.id, 0))
        self.exiger((enveloppe, montant) == (entete.id, fait.montant_centimes), f"dégagé {fait} au lieu de {montant}")
        self.degages[fait.dossier] = montant
        self._crediter(entete.id, montant)

    def _crediter(self, enveloppe: UUID, montant: int) -> None:
        self.credits[enveloppe] += montant
        reste = self.credits[enveloppe]
        self.exiger(reste >= 0, f"l’enveloppe {enveloppe} est à {reste}")

    def _engagement(self, fait: EngagementConstate, entete: Entete) -> None:
        dossier, _ = self.subventions[entete.id]
        engage = self.engages.get(dossier)
        connu = fait.montant_centimes in {self.degages.get(dossier), None if engage is None else engage[1]}
        self.exiger(connu, f"engagement {fait.montant_centimes} constaté, {engage} engagé")
        self._dit("engagement", dossier)

    def _engagement_porte(self, fait: EngagementPorte, entete: Entete) -> None:
        for dossier in fait.portees:
            self._exiger_dit("engagement", dossier)

    def _degagement(self, fait: DegagementConstate, entete: Entete) -> None:
        dossier, _ = self.subventions[entete.id]
        self.exiger(self.degages.get(dossier) == fait.montant_centimes, f"dégagement {fait.montant_centimes} inconnu")

    # payment

    def _liquidee(self, fait: EcheanceLiquidee, entete: Entete) -> None:
        self.liquides[entete.id, fait.echeance, fait.tentative] = fait.montant_centimes

    def _mandat(self, fait: LigneAjoutee, entete: Entete) -> None:
        x = fait.ligne
        cle = (x.subvention, x.echeance, x.tentative)
        self._une_fois("mandat", *cle)
        self.exiger(self.liquides[cle] == x.montant_centimes, f"mandat de {x.montant_centimes} pour {cle}")
        self.exiger(entete.id not in self.signes, f"ligne ajoutée au bordereau signé {entete.id}")
        self.mandats[cle] = (entete.id, x.montant_centimes)
        self.totaux[entete.id] += x.montant_centimes

    def _retiree(self, fait: LigneRetiree, entete: Entete) -> None:
        self.exiger(entete.id not in self.signes, f"mandat retiré du bordereau signé {entete.id}")
        self.retires.add(fait.cle)
        self.totaux[entete.id] -= fait.montant_centimes

    def _au_bordereau(self, fait: MandatPorteAuBordereau, entete: Entete) -> None:
        bordereau, _ = self.mandats[entete.id, fait.echeance, fait.tentative]
        self.exiger(bordereau == fait.bordereau, f"mandat dit au bordereau {fait.bordereau}, il est au {bordereau}")

    def _signature(self, fait: SignatureConstatee, entete: Entete) -> None:
        self.exiger(fait.bordereau in self.signes, f"signature du bordereau {fait.bordereau}, qui n’est pas signé")
        self._dit("signature", entete.id, fait.echeance, fait.tentative)

    def _signature_portee(self, fait: SignaturePortee, entete: Entete) -> None:
        for cle in fait.portees:
            self._exiger_dit("signature", *cle)

    def _signe(self, fait: BordereauSigne, entete: Entete) -> None:
        self.exiger(fait.total_centimes == self.totaux[entete.id], f"bordereau signé pour {fait.total_centimes}")
        self.signes.add(entete.id)

    def _paye(self, fait: PaiementConstate, entete: Entete) -> None:
        self._une_fois("paiement", entete.id, fait.echeance)
        bordereau, montant = self.mandats[entete.id, fait.echeance, fait.tentative]
        self.exiger(
            (entete.id, fait.echeance, fait.tentative) not in self.retires, f"mandat retiré, puis payé : {fait}"
        )
        self.exiger(bordereau in self.signes, f"payé sans signature du bordereau {bordereau}")
        self.exiger(montant == fait.montant_centimes, f"payé {fait.montant_centimes}, mandaté {montant}")
        dossier, vote = self.subventions[entete.id]
        self.payes[entete.id] += montant
        self.exiger(dossier in self.engages and self.payes[entete.id] <= vote, f"{entete.id} : payé au-delà du voté")

    def _soldee(self, fait: SubventionSoldee, entete: Entete) -> None:
        vote = self.subventions[entete.id][1]
        self.exiger(fait.paye_centimes == self.payes[entete.id] == vote, f"soldée à {fait.paye_centimes} sur {vote}")


_ECRITURES: dict[type[Fait[Any]], Callable[[Comptes, Any, Entete], None]] = {
    DeliberationPreparee: Comptes._preparee,
    ScrutinTenu: Comptes._scrutin,
    LignesInscrites: Comptes._inscrites,
    DecisionsPortees: Comptes._portees,
    Inscrit: Comptes._inscrit,
    Ajourne: Comptes._ajourne,
    VoteAnnonce: Comptes._vote_annonce,
    Decide: Comptes._decide,
    RejetNonAdopte: Comptes._rejet_non_adopte,
    TiersRattache: Comptes._rattache,
    TiersEnregistre: Comptes._tiers,
    RangAttribue: Comptes._rang,
    SubventionOuverte: Comptes._ouverte,
    BudgetVote: Comptes._budget,
    CreditsReserves: Comptes._reserves,
    ReservationLiberee: Comptes._liberes,
    CreditsEngages: Comptes._engages,
    EngagementDegage: Comptes._degage,
    EngagementConstate: Comptes._engagement,
    EngagementPorte: Comptes._engagement_porte,
    DegagementConstate: Comptes._degagement,
    EcheanceLiquidee: Comptes._liquidee,
    LigneAjoutee: Comptes._mandat,
    LigneRetiree: Comptes._retiree,
    MandatPorteAuBordereau: Comptes._au_bordereau,
    BordereauSigne: Comptes._signe,
    SignatureConstatee: Comptes._signature,
    SignaturePortee: Comptes._signature_portee,
    PaiementConstate: Comptes._paye,
    SubventionSoldee: Comptes._soldee,
}
