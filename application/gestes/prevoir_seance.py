"""Plan a sitting of the commission permanente."""

from pydantic import Field

from aggregates.seance import Seance
from application.commandes import Commande, Demande, Recu
from application.geste import Geste
from application.services import Services
from dispositifs.reglement import Jour
from kernel.attentes import Role
from kernel.identifiants import identifiant


class PrevoirSeance(Commande):
    """Prévoir une séance de la commission permanente."""

    jour: Jour = Field(description="jour de la séance, AAAA-MM-JJ")


def prevoir_seance(commande: PrevoirSeance, demande: Demande, services: Services) -> Recu:
    """Plan a sitting: its reference is its day."""
    ref = f"CP-{commande.jour}"
    return services.executer(
        GESTE, Seance, identifiant("seance", ref), lambda seance: seance.prevoir(ref, commande.jour), commande, demande
    )


GESTE = Geste("seance", "prevoir", PrevoirSeance, prevoir_seance, (Role.ASSEMBLEES,))
