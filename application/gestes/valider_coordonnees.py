"""Validate the declared bank details of a tiers; who declared them cannot."""

from aggregates.tiers import Tiers
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref
from application.gestes.enregistrer_tiers import resoudre_tiers
from application.services import Services
from kernel.attentes import Role


class ValiderCoordonnees(Commande):
    """Valider les coordonnées bancaires déclarées par une autre personne."""

    tiers: Ref


def valider_coordonnees(commande: ValiderCoordonnees, demande: Demande, services: Services) -> Recu:
    """Validate the declared bank details of a tiers; who declared them cannot."""
    tiers_id = resoudre_tiers(commande.tiers)
    services.store.charger_existant(Tiers, tiers_id, commande.tiers)
    return services.executer(GESTE, Tiers, tiers_id, lambda tiers: tiers.valider_coordonnees(), commande, demande)


GESTE = Geste("tiers", "valider-coordonnees", ValiderCoordonnees, valider_coordonnees, (Role.FINANCE,))
