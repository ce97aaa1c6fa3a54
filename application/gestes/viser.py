"""Approve a proposition; its author cannot."""

from aggregates.dossier import Dossier
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, exiger_dossier
from application.services import Services
from kernel.attentes import Role


class Viser(Commande):
    """Viser la proposition d’une autre personne."""

    dossier: Ref


def viser(commande: Viser, demande: Demande, services: Services) -> Recu:
    """Approve a proposition; its author cannot."""
    return services.executer(
        GESTE,
        Dossier,
        exiger_dossier(commande.dossier, services),
        lambda dossier: dossier.viser(),
        commande,
        demande,
    )


GESTE = Geste("dossier", "viser", Viser, viser, (Role.RESPONSABLE,))
