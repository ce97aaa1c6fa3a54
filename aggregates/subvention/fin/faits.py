"""Paid to the last échéance, or given up by the beneficiary; then what the engine did of it."""

from uuid import UUID

from aggregates.subvention.etat import EtatSubvention, FaitSubvention, Terme, jalon
from kernel.faits import Entete, Noms
from kernel.montants import en_euros


class SubventionSoldee(FaitSubvention, topic="subvention.soldee.v1"):
    """Every échéance was paid: nothing more is owed."""

    paye_centimes: int

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.terme, agregat.terme_jalon = Terme.SOLDEE, jalon(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Subvention soldée : {en_euros(self.paye_centimes)} payés en tout."


class SubventionRenoncee(FaitSubvention, topic="subvention.renoncee.v1"):
    """The beneficiary gave up the award before any payment."""

    motif: UUID

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.terme, agregat.terme_jalon, agregat.renonciation = Terme.RENONCEE, jalon(entete), self.motif
        agregat.paiements.clear()

    def phrase(self, noms: Noms) -> str:
        return f"Le bénéficiaire renonce à la subvention : {noms.texte(self.motif)}."


class DegagementConstate(FaitSubvention, topic="subvention.degagement_constate.v1"):
    """The enveloppe released the credits engaged for this award."""

    montant_centimes: int

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.degage, agregat.terme_jalon = True, jalon(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Engagement dégagé : {en_euros(self.montant_centimes)} reviennent à l’enveloppe."


class ClotureConstatee(FaitSubvention, topic="subvention.cloture_constatee.v1"):
    """The dossier of this award is closed."""

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.dossier_clos = True

    def phrase(self, noms: Noms) -> str:
        return "Dossier clos à la suite de la subvention."
