"""What happens to an agent: recorded, given a role, deprived of it, standing in. Its id is a service login, never a name."""

from datetime import date
from typing import TYPE_CHECKING

from kernel.attentes import Role
from kernel.faits import Entete, Fait, Noms
from kernel.instants import debut_de

if TYPE_CHECKING:
    from aggregates.agents.agent import Agent


class FaitAgent(Fait["Agent"]):
    """A fact of an agent."""


class AgentEnregistre(FaitAgent, topic="agent.enregistre.v1", reveille=False):
    """An agent is known under this login, with these roles."""

    identifiant: str
    roles: tuple[Role, ...]

    def appliquer(self, agregat: "Agent", entete: Entete) -> None:
        agregat.identifiant = self.identifiant
        agregat.mouvements += [(debut_de(entete.effectif_le), role, True) for role in self.roles]

    def phrase(self, noms: Noms) -> str:
        return f"Agent {self.identifiant} enregistré : {', '.join(self.roles)}."


class HabilitationAccordee(FaitAgent, topic="agent.habilitation_accordee.v1", reveille=False):
    """A role was given by an act."""

    role: Role
    acte: str

    def appliquer(self, agregat: "Agent", entete: Entete) -> None:
        agregat.mouvements.append((debut_de(entete.effectif_le), self.role, True))
        agregat.actes[self.role] = self.acte

    def phrase(self, noms: Noms) -> str:
        return f"Habilitation accordée : {self.role} ({self.acte})."


class HabilitationRetiree(FaitAgent, topic="agent.habilitation_retiree.v1", reveille=False):
    """A role was taken back by an act."""

    role: Role
    acte: str

    def appliquer(self, agregat: "Agent", entete: Entete) -> None:
        agregat.mouvements.append((debut_de(entete.effectif_le), self.role, False))
        agregat.actes.pop(self.role, None)
        agregat.retraits[self.role] = self.acte

    def phrase(self, noms: Noms) -> str:
        return f"Habilitation retirée : {self.role} ({self.acte})."


class SuppleanceRecue(FaitAgent, topic="agent.suppleance_recue.v1", reveille=False):
    """By an act, this agent holds another's roles while the other is away, both days included."""

    absent: str
    roles: tuple[Role, ...]
    du: date
    jusqu_au: date
    acte: str

    def appliquer(self, agregat: "Agent", entete: Entete) -> None:
        agregat.suppleances.append(self)

    def phrase(self, noms: Noms) -> str:
        dates = f"du {self.du:%d/%m/%Y} au {self.jusqu_au:%d/%m/%Y}"
        return f"Supplée {noms.agent(self.absent)} {dates} : {', '.join(self.roles)} ({self.acte})."
