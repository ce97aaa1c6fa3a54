"""Decisions from the dépôt to the accusé de réception."""

from uuid import UUID

from aggregates.dossier.depot.faits import Depose, Enregistre, ReceptionAccusee, Retire, TiersRattache
from aggregates.dossier.etat import Etat, EtatDossier
from aggregates.dossier.silence.calcul import echeance_du_silence
from kernel.refus import DejaFait, GesteImpossible, Refus


class NumeroPris(Refus):
    """Another dossier already has this number: the caller draws the next one."""

    code = "numero_pris"


class MontantNonPositif(Refus):
    """A request asks for more than nothing."""

    code = "montant_non_positif"


class BudgetDesequilibre(Refus):
    """Charges and produits of the prévisionnel differ."""

    code = "budget_desequilibre"


class PeriodeInversee(Refus):
    """The project ends before it begins."""

    code = "periode_inversee"


class Depot(EtatDossier):
    """File, acknowledge, attach to a tiers, withdraw."""

    def deposer(self, depose: Depose) -> None:
        """File the request, or refuse with NumeroPris, MontantNonPositif, BudgetDesequilibre or PeriodeInversee."""
        if self.existe:
            raise NumeroPris(f"Le numéro {depose.ref} est déjà pris.", ref=depose.ref)
        if depose.montant_demande_centimes <= 0:
            raise MontantNonPositif(
                "Le montant demandé doit être supérieur à zéro.",
                montant_demande_centimes=depose.montant_demande_centimes,
            )
        charges, produits = (
            sum(ligne.montant_centimes for ligne in lignes) for lignes in (depose.charges, depose.produits)
        )
        if charges != produits:
            raise BudgetDesequilibre(
                "Le budget n’est pas équilibré : charges et produits diffèrent.",
                charges_centimes=charges,
                produits_centimes=produits,
            )
        if depose.periode_debut and depose.periode_fin and depose.periode_fin < depose.periode_debut:
            raise PeriodeInversee(
                "La période finit avant de commencer.", debut=str(depose.periode_debut), fin=str(depose.periode_fin)
            )
        self.survient(depose)

    def enregistrer(self) -> None:
        """Issue the accusé d'enregistrement; silent when it was, or when the dossier went on without it."""
        if self.enregistre_le is None and self.etat is Etat.DEPOSE:
            self.survient(Enregistre())

    def accuser_reception(self) -> None:
        """Issue the accusé de réception, or refuse with GesteImpossible when the silence has no clock.

        Silent when it was issued, and when nothing is instructed any more: the applicant may withdraw before it is sent.
        """
        if self.recu_le is not None or (self.existe and not self.tient_encore):
            return
        echeance = echeance_du_silence(self)
        if echeance is None:
            raise GesteImpossible(
                "Ce dossier n’attend pas d’accusé de réception.", geste="accuser-reception", etat=self.etat.value
            )
        self.survient(ReceptionAccusee(rejet_implicite_le=echeance.dernier_jour))

    def rattacher_tiers(self, tiers: UUID) -> None:
        """Attach the applicant, or refuse with DejaFait when it is another tiers; silent once nothing is instructed."""
        if self.tiers_id == tiers or (self.tiers_id is None and not self.tient_encore):
            return
        if self.tiers_id is not None:
            raise DejaFait("Le demandeur est déjà rattaché à un autre tiers.", fait=TiersRattache.topic)
        self.survient(TiersRattache(tiers=tiers))

    def retirer(self, motif: UUID) -> None:
        """Record that the applicant gave up, or refuse with DejaFait (other motive), GesteImpossible (decided, closed)."""
        if self.deja_clos("retire", motif, Retire.topic):
            return
        if not self.tient_encore:
            raise GesteImpossible(
                f"« retirer » est impossible : le dossier {self.ref} est à l’état « {self.etat} ».",
                geste="retirer",
                etat=self.etat.value,
            )
        self.survient(Retire(motif=motif))
