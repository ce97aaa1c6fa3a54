"""Record an agent and its roles."""

from typing import Annotated

from pydantic import Field

from aggregates.agents import Agent
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Liste, Position, Reference
from application.habilitations import id_agent
from application.saisie import lire_roles
from application.services import Services
from kernel.attentes import Role


class EnregistrerAgent(Commande):
    """Enregistrer un agent ; le tout premier, administrateur, n’a besoin de personne."""

    identifiant: Annotated[Reference, Position("ID")]
    roles: Liste = Field(description="rôles, séparés par des virgules")


def enregistrer_agent(commande: EnregistrerAgent, demande: Demande, services: Services) -> Recu:
    """Record an agent; on an empty store, without acteur, the first administrateur records itself."""
    roles = lire_roles(commande.roles)
    if (
        demande.acteur is None
        and roles == (Role.ADMINISTRATEUR,)
        and services.store.est_sans_agent(demande.commande_id)
    ):
        demande = demande.au_nom_de_personne(commande.identifiant)
    return services.executer(
        GESTE,
        Agent,
        id_agent(commande.identifiant),
        lambda agent: agent.enregistrer(commande.identifiant, roles),
        commande,
        demande,
    )


GESTE = Geste("agent", "enregistrer", EnregistrerAgent, enregistrer_agent, (Role.ADMINISTRATEUR,))
