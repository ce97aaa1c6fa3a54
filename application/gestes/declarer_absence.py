"""Declare an agent away, and who stands in."""

from typing import Annotated

from pydantic import Field

from aggregates.agents import Agent
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Position, Reference
from application.habilitations import id_agent
from application.services import Services
from dispositifs.reglement import Jour
from kernel.attentes import Role


class DeclarerAbsence(Commande):
    """Déclarer l’absence d’un agent : son suppléant tient ses rôles, ces deux jours compris."""

    agent: Annotated[Reference, Position("ID")]
    suppleant: Reference = Field(description="agent qui supplée")
    du: Jour = Field(description="premier jour, AAAA-MM-JJ")
    au: Jour = Field(description="dernier jour, AAAA-MM-JJ")
    acte: str = Field(min_length=1, max_length=200, description="référence de l’acte qui l’organise")


def declarer_absence(commande: DeclarerAbsence, demande: Demande, services: Services) -> Recu:
    """Give the stand-in the roles the absent agent holds today, for those days: one fact, on the stand-in."""
    absent = services.store.charger_existant(Agent, id_agent(commande.agent), commande.agent)
    suppleant_id = id_agent(commande.suppleant)
    services.store.charger_existant(Agent, suppleant_id, commande.suppleant)
    roles = sorted(absent.roles(services.maintenant()))
    return services.executer(
        GESTE,
        Agent,
        suppleant_id,
        lambda agent: agent.suppleer(commande.agent, roles, commande.du, commande.au, commande.acte),
        commande,
        demande,
    )


GESTE = Geste("absence", "declarer", DeclarerAbsence, declarer_absence, (Role.ADMINISTRATEUR, Role.RESPONSABLE))
