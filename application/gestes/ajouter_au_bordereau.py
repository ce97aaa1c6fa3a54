"""Add a mandat to a bordereau of its day; sent by the subvention."""

from datetime import date

from aggregates.bordereau import Bordereau, Ligne, reference_bordereau
from application.commandes import Commande, Demande, Recu
from application.geste import Geste
from application.services import Services
from application.subventions import id_bordereau
from kernel.attentes import Role


class AjouterAuBordereau(Commande):
    """Ajouter un mandat au bordereau du jour qui porte ce numéro."""

    jour: date
    rang: int
    ligne: Ligne


def ajouter_au_bordereau(commande: AjouterAuBordereau, demande: Demande, services: Services) -> Recu:
    """Add a mandat; a signed bordereau refuses it."""
    return services.executer(
        GESTE,
        Bordereau,
        id_bordereau(reference_bordereau(commande.jour, commande.rang)),
        lambda bordereau: bordereau.ajouter(commande.jour, commande.rang, commande.ligne),
        commande,
        demande,
        chaud=True,
    )


GESTE = Geste("bordereau", "ajouter", AjouterAuBordereau, ajouter_au_bordereau, (Role.SYSTEME,))
