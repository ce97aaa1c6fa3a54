"""An amount is proposed, approved by another person, or sent back."""

from pydantic import Field

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from application.commandes import Commande, Montant
from application.geste import geste
from application.gestes.cibles import DOSSIER, Motif, RefDossier
from application.references import id_campagne
from application.services import Services
from dispositifs.evaluation import Evaluation, evaluer
from kernel.attentes import Role


@geste("proposer", "Proposer un montant", Role.INSTRUCTEUR, sur=DOSSIER)
class Proposer(Commande):
    """Proposer un montant : celui que calcule le règlement, ou un autre avec son motif."""

    dossier: RefDossier
    montant_centimes: Montant | None = Field(
        default=None, ge=0, title="Montant proposé", description="montant proposé, en centimes"
    )
    motif: str | None = Field(
        default=None, min_length=1, title="Motif", description="motif d’un montant différent du calcul"
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Compute the amount from the frozen règlement, then record the proposition with its explanation."""
        campagne = services.store.charger_existant(Campagne, id_campagne(dossier.campagne), dossier.campagne)
        motif = services.confier(self.motif, dossier.id, "motif")
        dossier.proposer(_evaluer(dossier, campagne), self.montant_centimes, motif)


def _evaluer(dossier: Dossier, campagne: Campagne) -> Evaluation | None:
    """Return the amount the règlement leads to; None for a take-over, whose amounts are never computed."""
    reglement = campagne.reglement
    if reglement is None:
        return None
    return evaluer(
        reglement,
        charges=dossier.charges,
        produits=dossier.produits,
        montant_demande_centimes=dossier.demande_centimes or 0,
    )


@geste("viser", "Viser", Role.RESPONSABLE, sur=DOSSIER)
class Viser(Commande):
    """Viser la proposition d’une autre personne."""

    dossier: RefDossier

    def decider(self, dossier: Dossier, _: Services) -> None:
        """Approve a proposition; its author cannot."""
        dossier.viser()


@geste("renvoyer", "Renvoyer à l’instruction", Role.RESPONSABLE, sur=DOSSIER)
class Renvoyer(Commande):
    """Renvoyer la proposition à l’instruction."""

    dossier: RefDossier
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Send a proposition back to its author."""
        dossier.renvoyer(services.confier_exige(self.motif, dossier.id, "motif"))
