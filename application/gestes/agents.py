"""Who may do what: agents, the roles an act gives them, who stands in for whom."""

from functools import partial
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from aggregates.agents import ROLES_DES_PERSONNES, Agent
from application.commandes import Appel, Commande, Recu
from application.declaration import Choix, Cible, Geste, Liste, Position, Reference, geste
from application.gestes.cibles import Motif
from application.habilitations import (
    VERROU_DES_ADMINISTRATEURS,
    id_agent,
    reste_un_administrateur,
)
from application.numeros import id_de
from application.saisie import lire_roles
from application.services import Services
from dispositifs.reglement import Jour
from kernel.attentes import Role
from kernel.identifiants import derive

AGENT: Final = Cible(Agent)
RefAgent = Annotated[Reference, Position("ID"), Field(title="Agent", description="identifiant de l’agent")]
Acte = Annotated[str, Field(min_length=1, max_length=200, title="Acte")]


def _sujet(agent: Agent) -> UUID:
    """Return whose key an act that is cited has: the agent's; once forgotten, that of why it was, for roles are still taken back."""
    return agent.id if agent.oubli is None else derive(agent.id, "oubli")


@geste("enregistrer", "Enregistrer un agent", Role.ADMINISTRATEUR, sur=AGENT)
class EnregistrerAgent(Commande):
    """Enregistrer un agent ; le tout premier, administrateur, n’a besoin de personne."""

    identifiant: RefAgent
    roles: Annotated[Liste, Choix("roles")] = Field(title="Rôles", description="rôles, séparés par des virgules")

    def envoyer(self, geste: Geste, appel: Appel, services: Services) -> Recu:
        """Record an agent; on an empty store, the first administrateur records itself, whoever asks."""
        roles = lire_roles(self.roles)
        premier = appel.au_nom_de_personne(self.identifiant)
        with services.store.enregistreur.verrou(VERROU_DES_ADMINISTRATEURS):
            if roles == (Role.ADMINISTRATEUR,) and services.store.est_sans_agent(premier.cle):
                appel = premier
            return services.executer(
                geste,
                Agent,
                id_agent(self.identifiant),
                lambda agent: agent.enregistrer(self.identifiant, roles),
                self,
                appel,
            )


@geste("rattacher", "Rattacher à des groupes", Role.ADMINISTRATEUR, Role.RESPONSABLE, sur=AGENT, decide=Agent.rattacher)
class RattacherAgent(Commande):
    """Dire dans quels groupes travaille un agent ; ce qui est confié à un groupe l’est à ses agents."""

    agent: RefAgent
    groupes: Annotated[Liste, Choix("groupes", libre=True)] = Field(
        title="Groupes", description="codes des groupes, séparés par des virgules ; vide : aucun"
    )


@geste("accorder", "Accorder un rôle", Role.ADMINISTRATEUR, sur=AGENT, agregat="habilitation")
class AccorderHabilitation(Commande):
    """Accorder un rôle à un agent, par un acte."""

    agent: RefAgent
    role: Annotated[str, Choix("roles")] = Field(title="Rôle", description="le rôle")
    acte: Acte = Field(description="référence de l’acte qui le décide")

    def decider(self, agent: Agent, services: Services) -> None:
        """Give a role by an act."""
        agent.accorder(lire_roles((self.role,))[0], services.confier_exige(self.acte, _sujet(agent), "acte"))


@geste("retirer", "Retirer un rôle", Role.ADMINISTRATEUR, sur=AGENT, agregat="habilitation", champ="agent")
class RetirerHabilitation(Commande):
    """Retirer un rôle à un agent, par un acte."""

    agent: RefAgent
    role: Annotated[str, Choix("roles_tenus")] = Field(title="Rôle", description="le rôle")
    acte: Acte = Field(description="référence de l’acte qui le décide")

    def envoyer(self, geste: Geste, appel: Appel, services: Services) -> Recu:
        """Take a role back by an act; of two administrateurs who leave at once, one stays."""
        role = lire_roles((self.role,))[0]

        def decider(agent: Agent) -> None:
            autre = reste_un_administrateur(services.store, agent.ref, services.maintenant())
            agent.retirer(role, services.confier_exige(self.acte, _sujet(agent), "acte"), autre_administrateur=autre)

        with services.store.enregistreur.verrou(VERROU_DES_ADMINISTRATEURS):
            return services.executer(
                geste, Agent, partial(id_de, Agent.nom, self.agent), decider, self, appel, reference=self.agent
            )


@geste("declarer", "Déclarer une absence", Role.ADMINISTRATEUR, Role.RESPONSABLE, sur=AGENT, agregat="absence")
class DeclarerAbsence(Commande):
    """Déclarer l’absence d’un agent : son suppléant tient ses rôles, ces deux jours compris, et lui n’agit plus."""

    agent: RefAgent
    suppleant: Annotated[Reference, Choix("agents")] = Field(title="Suppléant", description="agent qui supplée")
    du: Jour = Field(title="Premier jour", description="premier jour, AAAA-MM-JJ")
    au: Jour = Field(title="Dernier jour", description="dernier jour, AAAA-MM-JJ")
    acte: Acte = Field(description="référence de l’acte qui l’organise")

    def decider(self, absent: Agent, services: Services) -> None:
        """Have a known agent stand in: one fact, on the absent; what is held then is read at each act."""
        suppleant = services.store.charger_existant(Agent, id_agent(self.suppleant), self.suppleant)
        absent.s_absenter(suppleant.ref, self.du, self.au, services.confier_exige(self.acte, _sujet(absent), "acte"))


@geste("terminer", "Terminer mon absence", *sorted(ROLES_DES_PERSONNES), sur=AGENT, agregat="absence")
class TerminerAbsence(Commande):
    """Mettre fin à sa propre absence : le suppléant ne supplée plus."""

    def envoyer(self, geste: Geste, appel: Appel, services: Services) -> Recu:
        """End the absence of who asks, and nobody else's."""
        return services.executer(geste, Agent, id_agent(appel.acteur or ""), Agent.terminer_absence, self, appel)


@geste(
    "revoquer",
    "Révoquer une suppléance",
    Role.ADMINISTRATEUR,
    Role.RESPONSABLE,
    sur=AGENT,
    agregat="absence",
)
class RevoquerAbsence(Commande):
    """Révoquer la suppléance d’un agent, commencée ou à venir."""

    agent: RefAgent
    du: Annotated[Jour, Choix("absences")] = Field(
        title="Premier jour", description="premier jour de l’absence, AAAA-MM-JJ"
    )
    acte: Acte = Field(description="référence de l’acte qui le décide")

    def decider(self, absent: Agent, services: Services) -> None:
        """End an absence by an act."""
        absent.revoquer_absence(self.du, services.confier_exige(self.acte, _sujet(absent), "acte"))


@geste("oublier", "Oublier les actes qui nomment l’agent", Role.ADMINISTRATEUR, sur=AGENT)
class OublierAgent(Commande):
    """Oublier les actes cités pour un agent, qui ne reçoit plus aucun rôle ; ce qu’il a fait reste, sous son identifiant."""

    agent: RefAgent
    motif: Motif

    def decider(self, agent: Agent, services: Services) -> None:
        """Decide it, for a motive under a key of its own; the engine destroys the key."""
        agent.oublier(services.confier_exige(self.motif, derive(agent.id, "oubli"), "motif"))
