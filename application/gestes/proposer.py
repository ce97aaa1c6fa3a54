"""Propose an amount, computed from the règlement and explained."""

from pydantic import Field

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from application.commandes import Commande, Demande, Montant, Recu
from application.geste import Geste, Ref, resoudre_dossier
from application.services import Services
from dispositifs.evaluation import Evaluation, evaluer
from kernel.attentes import Role
from kernel.identifiants import identifiant


class Proposer(Commande):
    """Proposer un montant : celui que calcule le règlement, ou un autre avec son motif."""

    dossier: Ref
    montant_centimes: Montant | None = Field(default=None, ge=0, description="montant proposé, en centimes")
    motif: str | None = Field(default=None, min_length=1, description="motif d’un montant différent du calcul")


def proposer(commande: Proposer, demande: Demande, services: Services) -> Recu:
    """Compute the amount from the frozen règlement, then record the proposition with its explanation."""
    dossier_id = resoudre_dossier(commande.dossier)
    motif = services.confier(commande.motif, dossier_id, "motif")
    connu = services.store.charger_existant(Dossier, dossier_id, commande.dossier)
    campagne = services.store.charger_existant(Campagne, identifiant("campagne", connu.campagne), connu.campagne)
    evaluation = evaluer_dossier(connu, campagne)
    return services.executer(
        GESTE,
        Dossier,
        dossier_id,
        lambda dossier: dossier.proposer(evaluation, commande.montant_centimes, motif),
        commande,
        demande,
    )


def evaluer_dossier(dossier: Dossier, campagne: Campagne) -> Evaluation | None:
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


GESTE = Geste("dossier", "proposer", Proposer, proposer, (Role.INSTRUCTEUR,))
