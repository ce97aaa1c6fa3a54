"""Who may do what: every act names an agent whose role is checked at the store's clock."""

from functools import lru_cache
from uuid import UUID

from aggregates.agents import Agent, RoleManquant
from application.store import Store
from kernel.attentes import Role
from kernel.identifiants import SYSTEME, identifiant
from kernel.instants import Instant
from kernel.refus import Refus

AMORCAGE = "amorcage"
"""The habilitation of the first act of a store: its administrateur records itself."""


class ActeurManquant(Refus, code="acteur_manquant"):
    """An act without an acteur is refused."""


class ActeurInconnu(Refus, code="acteur_inconnu"):
    """No agent of that login."""


@lru_cache(maxsize=1024)
def id_agent(login: str) -> UUID:
    """Return the id of an agent's stream."""
    return identifiant(Agent.nom, login)


def est_un_agent(store: Store, login: str) -> bool:
    """Tell whether an agent of that login was ever recorded."""
    return store.charger(Agent, id_agent(login)).existe


def exiger_role(store: Store, acteur: str | None, roles: tuple[Role, ...], a: Instant, geste: str) -> str:
    """Return the role used, or refuse with ActeurManquant, ActeurInconnu or RoleManquant.

    The engine acts under its own name, and only through its automatismes.
    """
    if not acteur:
        raise ActeurManquant("Qui agit ? Donnez --acteur (ou DILIGENCE_ACTEUR).")
    if acteur == SYSTEME:  # only automatismes and their sub-commands get here: the doors refuse this login
        return Role.SYSTEME.value
    agent = store.charger(Agent, id_agent(acteur))
    if not agent.existe:
        raise ActeurInconnu(f"L’agent « {acteur} » n’est pas enregistré.", acteur=acteur)
    tenus = agent.roles(a)
    for role in roles:
        if role in tenus:
            return role.value
    supplee = agent.supplee(a)
    for role in roles:
        if role in supplee:
            return f"{role.value} (supplée {supplee[role]})"
    attendus = " ou ".join(role.value for role in roles)
    raise RoleManquant(
        f"« {geste} » exige le rôle {attendus} ; l’agent {acteur} ne l’a pas.",
        acteur=acteur,
        roles=[r.value for r in roles],
    )
