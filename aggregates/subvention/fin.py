"""The solde or the renunciation, and what follows on the enveloppe and the dossier."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from aggregates.subvention.etat import EtatSubvention, FaitSubvention, Terme, dernier
from kernel.attentes import Attente, Cle, Role
from kernel.faits import Entete, Jalon, Noms
from kernel.montants import en_euros
from kernel.refus import Refus


class SubventionSoldee(FaitSubvention, topic="subvention.soldee.v1"):
    """Every échéance was paid: nothing more is owed."""

    paye_centimes: int

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.terme, agregat.terme_jalon = Terme.SOLDEE, Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Subvention soldée : {en_euros(self.paye_centimes)} payés en tout."


class SubventionRenoncee(FaitSubvention, topic="subvention.renoncee.v1"):
    """The beneficiary gave up the award before any payment."""

    motif: UUID

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.terme, agregat.terme_jalon, agregat.renonciation = Terme.RENONCEE, Jalon.de(entete), self.motif
        agregat.paiements.clear()

    def phrase(self, noms: Noms) -> str:
        return f"Le bénéficiaire renonce à la subvention : {noms.texte(self.motif)}."


class DegagementConstate(FaitSubvention, topic="subvention.degagement_constate.v1"):
    """The enveloppe released the credits engaged for this award."""

    montant_centimes: int

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.degage, agregat.terme_jalon = True, Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Engagement dégagé : {en_euros(self.montant_centimes)} reviennent à l’enveloppe."


class ClotureConstatee(FaitSubvention, topic="subvention.cloture_constatee.v1"):
    """The dossier of this award is closed."""

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.dossier_clos = True

    def phrase(self, noms: Noms) -> str:
        return "Dossier clos à la suite de la subvention."


class ResteAPayer(Refus, code="reste_a_payer"):
    """Something is still owed."""


class PaiementEngage(Refus, code="paiement_en_cours"):
    """A payment was ordered: giving up needs its rejection first, or a reversement."""


class FinDeLAide(EtatSubvention):
    """How an award ends."""

    def solder(self) -> None:
        """Record that nothing more is owed, or refuse with ResteAPayer or GesteImpossible; repeating it is silent."""
        if self.terme is Terme.SOLDEE:
            return self.redire(SubventionSoldee)
        self.exiger_vivante("solder")
        if not self.tout_est_paye:
            reste = self.vote_centimes - self.paye_centimes
            raise ResteAPayer(
                f"La subvention n’est pas entièrement payée : il reste {en_euros(reste)}.", reste_centimes=reste
            )
        self.exiger_apres("le dernier paiement", dernier(p.jalon for p in self.paiements.values()))
        self.survient(SubventionSoldee(paye_centimes=self.paye_centimes))

    def renoncer(self, motif: UUID) -> None:
        """Record that the beneficiary gives up; repeating it is silent.

        Refuse with PaiementEngage, GesteImpossible, or DejaFait (given up for another motive).
        """
        if self.terme is Terme.RENONCEE:
            if self.renonciation == motif:
                return self.redire(SubventionRenoncee)
            raise SubventionRenoncee.deja("La renonciation est déjà enregistrée, pour un autre motif.")
        self.exiger_vivante("renoncer")
        ordonnees = self.ordonnees
        if ordonnees:
            raise PaiementEngage(
                f"L’échéance {ordonnees[0]} est mandatée ou payée : la renonciation ne suffit plus.",
                echeances=ordonnees,
            )
        self.survient(SubventionRenoncee(motif=motif))

    def constater_degagement(self) -> None:
        """Learn that the credits were released, or refuse with GesteImpossible; repeating it is silent."""
        if self.degage:
            return
        if self.terme is not Terme.RENONCEE or self.engagement is None:
            raise self.impossible("constater-degagement", "aucun engagement de cette subvention n’est à dégager")
        self.survient(DegagementConstate(montant_centimes=self.engagement_centimes))

    def constater_cloture(self) -> None:
        """Learn that the dossier is closed, or refuse with GesteImpossible; repeating it is silent."""
        if self.dossier_clos:
            return
        if self.terme is None:
            raise self.impossible("constater-cloture", "cette subvention n’est pas terminée")
        self.survient(ClotureConstatee())


def attentes(subvention: EtatSubvention) -> Iterator[Attente]:
    """Yield the solde; then, from the engine, the dégagement and the closing of the dossier."""
    if subvention.terme is None:
        if subvention.tout_est_paye:
            version, depuis = dernier(p.jalon for p in subvention.paiements.values())
            yield Attente(
                Cle("solde", "", version),
                de=Role.FINANCE,
                depuis=depuis,
                gestes=subvention.a_faire("solder"),
                fondement="toutes les échéances sont payées",
                habituelle=timedelta(days=15),
            )
        return
    jalon = subvention.terme_jalon
    if jalon is None:
        return
    if subvention.terme is Terme.RENONCEE and subvention.engagement is not None and not subvention.degage:
        jalon = dernier((jalon, subvention.engagement))  # given up before it was engaged, and known after
        yield Attente.du_moteur("degagement", jalon, "degager_engagement", "les crédits reviennent à l’enveloppe")
    elif not subvention.dossier_clos:
        yield Attente.du_moteur("cloture", jalon, "clore_dossier", "rien ne reste dû")
