"""Give a role by an act."""

from typing import Annotated

from pydantic import Field

from aggregates.agents import Agent
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Position, Reference
from application.habilitations import id_agent
from application.saisie import lire_roles
from application.services import Services
from kernel.attentes import Role


class AccorderHabilitation(Commande):
    """Accorder un rôle à un agent, par un acte."""

    agent: Annotated[Reference, Position("ID")]
    role: str = Field(description="le rôle")
    acte: str = Field(min_length=1, max_length=200, description="référence de l’acte qui le décide")


def accorder_habilitation(commande: AccorderHabilitation, demande: Demande, services: Services) -> Recu:
    """Give a role by an act."""
    agent_id = id_agent(commande.agent)
    services.store.charger_existant(Agent, agent_id, commande.agent)
    (role,) = lire_roles((commande.role,))
    return services.executer(
        GESTE, Agent, agent_id, lambda agent: agent.accorder(role, commande.acte), commande, demande
    )


GESTE = Geste("habilitation", "accorder", AccorderHabilitation, accorder_habilitation, (Role.ADMINISTRATEUR,))
