"""The institution as people see it: an agent and what it may do, an assembly and who sits."""

from typing import Any

from aggregates.agents import Agent
from aggregates.assemblee import Assemblee
from application.consultations.moment import Moment
from application.references import id_de
from application.services import Services


def voir_agent(services: Services, reference: str, moment: Moment) -> dict[str, Any]:
    """Return an agent with the roles held at that moment, or refuse with ReferenceInconnue."""
    agent_id = id_de("agent", reference)
    connu = services.store.charger_existant(Agent, agent_id, reference)
    agent = services.store.charger_a(Agent, agent_id, au=moment.au, connu_au=moment.connu_au)
    a = moment.juge_a(services.maintenant())
    return {
        "ref": connu.ref,
        "id": str(agent.id),
        "version": agent.version,
        "roles": sorted(role.value for role in agent.roles(a)),
        "supplee": {role.value: absent for role, absent in sorted(agent.supplee(a).items())},
        **moment.en_json(),
    }


def voir_assemblee(services: Services, reference: str, moment: Moment) -> dict[str, Any]:
    """Return an assembly with each of its compositions, the last one first, or refuse with ReferenceInconnue."""
    assemblee_id = id_de("assemblee", reference)
    connue = services.store.charger_existant(Assemblee, assemblee_id, reference)
    assemblee = services.store.charger_a(Assemblee, assemblee_id, au=moment.au, connu_au=moment.connu_au)
    return {
        "ref": connue.ref,
        "id": str(assemblee.id),
        "version": assemblee.version,
        "compositions": [
            {
                "depuis": composition.depuis.isoformat(),
                "source": composition.source,
                "president": composition.president,
                "membres": list(composition.membres),
            }
            for _, composition in sorted(assemblee.compositions.items(), reverse=True)
        ],
        **moment.en_json(),
    }
