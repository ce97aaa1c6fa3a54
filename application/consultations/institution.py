"""The institution as people see it: an agent and what it may do, an assembly and who sits."""

from typing import Any

from aggregates.agents import Agent
from aggregates.assemblee import Assemblee
from application.consultations.lecture import lire
from application.consultations.moment import Moment
from application.references import id_de
from application.services import Services


def voir_agent(services: Services, reference: str, moment: Moment) -> dict[str, Any]:
    """Return an agent with the roles held at that moment, or refuse with ReferenceInconnue."""
    agent_id = id_de("agent", reference)
    connu, agent = lire(services.store, Agent, agent_id, reference, moment)
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
    connue, assemblee = lire(services.store, Assemblee, assemblee_id, reference, moment)
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
