"""Close a dossier that was refused, or whose award is settled or given up."""

from aggregates.dossier import Dossier
from aggregates.subvention import Subvention
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, resoudre_dossier
from application.services import Services
from application.subventions import id_subvention
from kernel.attentes import Role


class CloreDossier(Commande):
    """Clore un dossier rejeté, ou dont la subvention est soldée ou abandonnée."""

    dossier: Ref


def clore_dossier(commande: CloreDossier, demande: Demande, services: Services) -> Recu:
    """Close the dossier when nothing is owed any more."""
    dossier_id = resoudre_dossier(commande.dossier)
    connu = services.store.charger_existant(Dossier, dossier_id, commande.dossier)
    subvention = services.store.charger(Subvention, id_subvention(dossier_id))
    rien = connu.issue == "rejete" or subvention.terme is not None
    return services.executer(GESTE, Dossier, dossier_id, lambda d: d.clore(rien_ne_reste_du=rien), commande, demande)


GESTE = Geste("dossier", "clore", CloreDossier, clore_dossier, (Role.INSTRUCTEUR, Role.FINANCE))
