"""Who works here: the roles each holds, since when and by which act, and who stands in for whom."""

from typing import Any

from aggregates.agents import Agent, AgentEnregistre, AgentRattache
from aggregates.dossier import Dossier
from aggregates.dossier.affectation import Affecte
from application.habilitations import est_un_agent, supplees
from application.noms import NomsDesServices
from application.services import Services
from kernel.attentes import Role
from kernel.instants import Instant, jour_de
from kernel.refus import SaisieInvalide


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


def exiger_charge(services: Services, code: str) -> None:
    """Refuse with SaisieInvalide what is no agent, and no group that an agent or a dossier ever had."""
    store = services.store
    if est_un_agent(store, code) or any(code in agent.groupes for agent in store.ayant(Agent, AgentRattache)):
        return
    if not any(dossier.groupe == code for dossier in store.ayant(Dossier, Affecte, citant=code)):
        raise SaisieInvalide(f"Charge inconnue : « {code} » n’est ni un agent ni un groupe.", charge=code)
