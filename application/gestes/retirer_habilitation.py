"""Take a role back by an act."""

from typing import Annotated

from pydantic import Field

from aggregates.agents import Agent
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Position, Reference
from application.habilitations import id_agent
from application.saisie import lire_roles
from application.services import Services
from kernel.attentes import Role


class RetirerHabilitation(Commande):
    """Retirer un rôle à un agent, par un acte."""

    agent: Annotated[Reference, Position("ID")]
    role: str = Field(description="le rôle")
    acte: str = Field(min_length=1, max_length=200, description="référence de l’acte qui le décide")


def retirer_habilitation(commande: RetirerHabilitation, demande: Demande, services: Services) -> Recu:
    """Take a role back by an act."""
    agent_id = id_agent(commande.agent)
    services.store.charger_existant(Agent, agent_id, commande.agent)
    (role,) = lire_roles((commande.role,))
    return services.executer(
        GESTE, Agent, agent_id, lambda agent: agent.retirer(role, commande.acte), commande, demande
    )


GESTE = Geste("habilitation", "retirer", RetirerHabilitation, retirer_habilitation, (Role.ADMINISTRATEUR,))
