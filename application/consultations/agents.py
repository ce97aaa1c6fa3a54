"""Who works here: the roles each holds, since when and by which act, and who stands in for whom."""

from typing import Any

from aggregates.agents import Agent, AgentEnregistre
from application.habilitations import supplees
from application.noms import NomsDesServices
from application.services import Services
from kernel.attentes import Role
from kernel.instants import Instant, jour_de


def lister(services: Services) -> list[dict[str, Any]]:
    """Return every agent ever recorded, with what it holds now, in the order in which they were recorded."""
    maintenant, noms = services.maintenant(), NomsDesServices(services)
    agents = list(services.store.ayant(Agent, AgentEnregistre))
    return [
        {
            "login": agent.ref,
            "roles": [_tenu(agent, role, maintenant, noms) for role in Role if role in agent.roles(maintenant)],
            "supplee": {role.value: absent for role, absent in supplees(agents, agent.ref, maintenant).items()},
            "absences": [
                {"du": absence.du, "au": absence.jusqu_au, "suppleant": absence.suppleant}
                for absence in sorted(agent.absences.values(), key=lambda absence: absence.du)
                if absence.jusqu_au >= jour_de(maintenant)
            ],
        }
        for agent in agents
    ]


def _tenu(agent: Agent, role: Role, maintenant: Instant, noms: NomsDesServices) -> dict[str, Any]:
    donnes = [depuis for depuis, de, donne in agent.mouvements if de is role and donne and depuis <= maintenant]
    acte = agent.actes.get(role)
    return {"role": role.value, "depuis": max(donnes), "acte": None if acte is None else noms.texte(acte)}
