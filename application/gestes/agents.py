"""Who may do what: agents, the roles an act gives them, who stands in for whom."""

from typing import Annotated, Final

from pydantic import Field

from aggregates.agents import Agent
from application.commandes import Appel, Commande, Recu
from application.declaration import Cible, Geste, Liste, Position, Reference, geste
from application.habilitations import id_agent
from application.saisie import lire_roles
from application.services import Services
from dispositifs.reglement import Jour
from kernel.attentes import Role

AGENT: Final = Cible(Agent)
RefAgent = Annotated[Reference, Position("ID"), Field(title="Agent", description="identifiant de l’agent")]
Acte = Annotated[str, Field(min_length=1, max_length=200, title="Acte")]


@geste("enregistrer", "Enregistrer l’agent", Role.ADMINISTRATEUR, sur=AGENT)
class EnregistrerAgent(Commande):
    """Enregistrer un agent ; le tout premier, administrateur, n’a besoin de personne."""

    identifiant: RefAgent
    roles: Liste = Field(title="Rôles", description="rôles, séparés par des virgules")

    def envoyer(self, geste: Geste, appel: Appel, services: Services) -> Recu:
        """Record an agent; on an empty store, the first administrateur records itself, whoever asks."""
        roles = lire_roles(self.roles)
        if roles == (Role.ADMINISTRATEUR,) and services.store.est_sans_agent(appel.commande_id):
            appel = appel.au_nom_de_personne(self.identifiant)
        return services.executer(
            geste,
            Agent,
            id_agent(self.identifiant),
            lambda agent: agent.enregistrer(self.identifiant, roles),
            self,
            appel,
        )


@geste("accorder", "Accorder l’habilitation", Role.ADMINISTRATEUR, sur=AGENT, agregat="habilitation")
class AccorderHabilitation(Commande):
    """Accorder un rôle à un agent, par un acte."""

    agent: RefAgent
    role: str = Field(title="Rôle", description="le rôle")
    acte: Acte = Field(description="référence de l’acte qui le décide")

    def decider(self, agent: Agent, _: Services) -> None:
        """Give a role by an act."""
        agent.accorder(lire_roles((self.role,))[0], self.acte)


@geste("retirer", "Retirer l’habilitation", Role.ADMINISTRATEUR, sur=AGENT, agregat="habilitation")
class RetirerHabilitation(Commande):
    """Retirer un rôle à un agent, par un acte."""

    agent: RefAgent
    role: str = Field(title="Rôle", description="le rôle")
    acte: Acte = Field(description="référence de l’acte qui le décide")

    def decider(self, agent: Agent, _: Services) -> None:
        """Take a role back by an act."""
        agent.retirer(lire_roles((self.role,))[0], self.acte)


@geste(
    "declarer",
    "Déclarer une absence",
    Role.ADMINISTRATEUR,
    Role.RESPONSABLE,
    sur=AGENT,
    agregat="absence",
    champ="suppleant",
)
class DeclarerAbsence(Commande):
    """Déclarer l’absence d’un agent : son suppléant tient ses rôles, ces deux jours compris."""

    agent: RefAgent
    suppleant: Reference = Field(title="Suppléant", description="agent qui supplée")
    du: Jour = Field(title="Premier jour", description="premier jour, AAAA-MM-JJ")
    au: Jour = Field(title="Dernier jour", description="dernier jour, AAAA-MM-JJ")
    acte: Acte = Field(description="référence de l’acte qui l’organise")

    def decider(self, suppleant: Agent, services: Services) -> None:
        """Give the stand-in the roles the absent agent holds today, for those days: one fact, on the stand-in."""
        absent = services.store.charger_existant(Agent, id_agent(self.agent), self.agent)
        suppleant.suppleer(self.agent, sorted(absent.roles(services.maintenant())), self.du, self.au, self.acte)
