"""Declare a dossier complete."""

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, resoudre_dossier
from application.gestes.deposer_dossier import pieces_exigees
from application.services import Services
from kernel.attentes import Role
from kernel.identifiants import identifiant


class DeclarerComplet(Commande):
    """Déclarer le dossier complet ; la version du règlement est figée."""

    dossier: Ref


def declarer_complet(commande: DeclarerComplet, demande: Demande, services: Services) -> Recu:
    """Declare complete under the règlement in force for the campagne."""
    dossier_id = resoudre_dossier(commande.dossier)
    connu = services.store.charger_existant(Dossier, dossier_id, commande.dossier)
    campagne = services.store.charger_existant(Campagne, identifiant("campagne", connu.campagne), connu.campagne)
    reglement = (campagne.ouverte and campagne.ouverte.reglement_ref) or ""
    return services.executer(
        GESTE,
        Dossier,
        dossier_id,
        lambda dossier: dossier.declarer_complet(reglement, pieces_exigees(campagne)),
        commande,
        demande,
    )


GESTE = Geste("dossier", "declarer-complet", DeclarerComplet, declarer_complet, (Role.INSTRUCTEUR,))
