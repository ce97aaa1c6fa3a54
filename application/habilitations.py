"""Who may do what: every act names an agent whose role is checked at the store's clock."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from aggregates.agents import AbsenceDeclaree, Agent, AgentEnregistre, RoleManquant
from application.store import Store
from kernel.attentes import Role
from kernel.faits import en_suppleance
from kernel.identifiants import SYSTEME, identifiant
from kernel.instants import Instant
from kernel.refus import Refus

AMORCAGE = "amorcage"
"""The habilitation of the first act of a store: its administrateur records itself."""
EN_SON_NOM: Final = frozenset({"agent enregistrer", "habilitation accorder", "absence declarer"})
"""The gestes that give a role: who stands in does not pass on what it holds in another's place."""
RETOUR: Final = "absence terminer"
"""What an absent agent may do: come back."""
INTERNES: Final = frozenset(Role) - {Role.PARTENAIRE, Role.PORTEUR, Role.SYSTEME}
"""The roles of who works in the institution."""
VERROU_DES_ADMINISTRATEURS: Final = identifiant("agent", "administrateurs")
"""Held while the first administrateur is made, and while one leaves: two at once would be two first, or two last."""


class ActeurManquant(Refus, code="acteur_manquant"):
    """An act without an acteur is refused."""


class ActeurInconnu(Refus, code="acteur_inconnu"):
    """No agent of that login."""


class AgentAbsent(Refus, code="absent"):
    """Another stands in for the agent: it does nothing until its absence ends."""


@lru_cache(maxsize=1024)
def id_agent(login: str) -> UUID:
    """Return the id of an agent's stream."""
    return identifiant(Agent.nom, login)


def est_un_agent(store: Store, login: str) -> bool:
    """Tell whether an agent of that login was ever recorded."""
    return store.charger(Agent, id_agent(login)).existe


def supplees(agents: Iterable[Agent], suppleant: str, a: Instant) -> dict[Role, str]:
    """Return the roles that an agent holds in another's place at that instant, and in whose."""
    return {role: absent.ref for absent in agents for role in absent.confies(suppleant, a)}


class Tenus(NamedTuple):
    """What an agent holds at an instant."""

    propres: frozenset[Role]
    supplees: dict[Role, str]
    """Other roles that it holds in another's place, with whose."""
    absent: bool
    """Another stands in for it: it may use none meanwhile."""
    groupes: frozenset[str] = frozenset()
    """Those it works in."""

    @property
    def utilisables(self) -> frozenset[Role]:
        """Return the roles it may act under."""
        return frozenset() if self.absent else self.propres | self.supplees.keys()

    @property
    def de_l_institution(self) -> bool:
        """Tell whether it works here: who only holds a role of the outside has no door yet."""
        return bool(self.propres & INTERNES)


def tenus(store: Store, login: str, a: Instant) -> Tenus:
    """Return what an agent holds at that instant; nothing when it was never recorded."""
    agent = store.charger(Agent, id_agent(login))
    propres, confies = agent.roles(a), supplees(store.ayant(Agent, AbsenceDeclaree), login, a)
    autres = {role: absent for role, absent in confies.items() if role not in propres}
    return Tenus(propres, autres, agent.absence(a) is not None, agent.groupes)


def agents_de_l_institution(store: Store, a: Instant) -> list[tuple[str, frozenset[Role]]]:
    """Return who works here at that instant, with the roles each holds itself, in the order in which they were recorded."""
    agents = ((agent.ref, agent.roles(a)) for agent in store.ayant(Agent, AgentEnregistre))
    return [(login, roles) for login, roles in agents if roles & INTERNES]


def nombre_d_agents(store: Store) -> int:
    """Return how many agents were ever recorded."""
    return len(store.enregistreur.ids_par_topic(AgentEnregistre.topic))


def reste_un_administrateur(store: Store, sauf: str, a: Instant) -> bool:
    """Tell whether another agent is administrateur."""
    agents = store.ayant(Agent, AgentEnregistre)
    return any(Role.ADMINISTRATEUR in agent.roles(a) for agent in agents if agent.ref != sauf)


def exiger_role(store: Store, acteur: str | None, roles: tuple[Role, ...], a: Instant, geste: str) -> str:
    """Return the role used, or refuse with ActeurManquant, ActeurInconnu, AgentAbsent or RoleManquant.

    Its own role first, else one held in the place of an absent agent, as that one holds it now. The engine acts under
    its own name, and only through its automatismes.
    """
    if not acteur:
        raise ActeurManquant("Qui agit ? Donnez --acteur (ou DILIGENCE_ACTEUR).")
    if acteur == SYSTEME:  # only automatismes and their sub-commands get here: the doors refuse this login
        return Role.SYSTEME.value
    agent = store.charger(Agent, id_agent(acteur))
    if not agent.existe:
        raise ActeurInconnu(f"L’agent « {acteur} » n’est pas enregistré.", acteur=acteur)
    if geste != RETOUR and (absence := agent.absence(a)):
        raise AgentAbsent(
            f"L’agent {acteur} est absent jusqu’au {absence.jusqu_au:%d/%m/%Y}, suppléé par {absence.suppleant} : "
            "« absence terminer » d’abord.",
            acteur=acteur,
            suppleant=absence.suppleant,
        )
    tenus = agent.roles(a)
    for role in roles:
        if role in tenus:
            return role.value
    supplee = {} if geste in EN_SON_NOM else supplees(store.ayant(Agent, AbsenceDeclaree), acteur, a)
    for role in roles:
        if role in supplee:
            return en_suppleance(role.value, supplee[role])
    attendus = " ou ".join(role.value for role in roles)
    raise RoleManquant(
        f"« {geste} » exige le rôle {attendus} ; l’agent {acteur} ne l’a pas.",
        acteur=acteur,
        roles=[r.value for r in roles],
    )
