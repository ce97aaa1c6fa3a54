"""Who asks: an agent signed in on a browser, with the roles it may use at this moment."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request

from application import mots
from application.applications import roles_de_l_application
from application.habilitations import agents_de_l_institution, nombre_d_agents, tenus
from application.site import Session
from kernel.attentes import Role
from web.portes import Portes

JOUES_MAX: Final = 12
"""Agents of a rehearsal that each page shows; beyond, the page that signs in shows them."""


@dataclass(frozen=True)
class Personne:
    """Who asks."""

    login: str
    roles: frozenset[Role]
    """Those it may use now, its own and those of an absent agent in whose place it stands."""
    supplees: Mapping[Role, str]
    """Of them, those held in another's place, with the absent agent."""
    application: str | None = None
    """The name of the application whose token it is; None for a person."""
    session: Session | None = None
    gestes: frozenset[str] | None = None
    """What a token is limited to; None: all that its roles may."""
    lectures: frozenset[str] = frozenset()
    """What a token may read."""
    attache: str = ""
    """Of who is outside, the tiers or the code of the partner it speaks for; nobody outside has a door yet."""
    groupes: frozenset[str] = frozenset()
    """Those it works in."""
    jeton: str = ""
    """What each form of its pages carries: another site cannot know it."""

    @property
    def titre(self) -> str:
        """Return its own roles as people say them."""
        return mots.roles(self.roles - self.supplees.keys()) or "Absence en cours"

    @property
    def au_nom_de(self) -> str:
        """Return in whose place it stands, and for what; blank for nobody."""
        absents = dict.fromkeys(self.supplees.values())
        return " ; ".join(
            f"{absent} ({mots.roles(r for r, qui in self.supplees.items() if qui == absent)})" for absent in absents
        )


def temoin(portes: Portes) -> str:
    """Return the name of the cookie: two stores served on one machine do not sign each other out.

    Beyond this machine its prefix binds it to one host, and to TLS.
    """
    return f"{'' if portes.locale else '__Host-'}diligence_{portes.site.store_id[:8]}"


def reconnaitre(requete: Request) -> Personne | None:
    """Return who asks, None when nobody is signed in or who was has no role left here; a program says so by its token."""
    portes: Portes = requete.app.state.portes
    autorisation = requete.headers.get("authorization")
    if autorisation is not None and requete.url.path.startswith("/api/"):
        return _application(portes, autorisation)
    secret = requete.cookies.get(temoin(portes), "")
    session = portes.site.sessions.lire(secret) if secret else None
    if session is None:
        return None
    tient = tenus(portes.services.store, session.agent, portes.services.maintenant())
    if not tient.de_l_institution:
        return None
    return Personne(
        session.agent,
        tient.utilisables,
        tient.supplees,
        session=session,
        groupes=tient.groupes,
        jeton=jeton_de(secret),
    )


def _application(portes: Portes, autorisation: str) -> Personne | None:
    genre, _, secret = autorisation.partition(" ")
    jeton = portes.site.jetons.lire(secret.strip()) if genre.lower() == "bearer" else None
    if jeton is None:
        return None
    tient = tenus(portes.services.store, jeton.agent, portes.services.maintenant())
    if portes.site.comptes.lire(jeton.agent) is not None or not (roles := roles_de_l_application(tient)):
        return None
    gestes, lectures = frozenset(jeton.gestes), frozenset(jeton.lectures)
    return Personne(jeton.agent, roles, {}, application=jeton.nom, gestes=gestes, lectures=lectures)


def jeton_de(secret: str) -> str:
    """Return what the forms of a session carry, which does not tell its secret."""
    return hashlib.sha256(f"jeton:{secret}".encode()).hexdigest()


def personne_ou_non(requete: Request) -> Personne | None:
    """Return whom the door has recognised."""
    personne = getattr(requete.state, "personne", None)
    assert personne is None or isinstance(personne, Personne)
    return personne


async def _personne_ou_non(requete: Request) -> Personne | None:
    return personne_ou_non(requete)


async def _personne(requete: Request) -> Personne:
    personne = personne_ou_non(requete)
    assert personne is not None, "web.acces lets nobody else reach a route that asks for it"
    return personne


LaPersonne = Annotated[Personne, Depends(_personne)]
LaPersonneOuNon = Annotated[Personne | None, Depends(_personne_ou_non)]


def joues(portes: Portes) -> list[dict[str, str]]:
    """Return the agents of a rehearsal, as one may act as each; none when they are too many for a line of each page."""
    store = portes.services.store
    if nombre_d_agents(store) > JOUES_MAX:
        return []
    agents = agents_de_l_institution(store, portes.services.maintenant())
    return [{"login": login, "roles": mots.roles(roles)} for login, roles in agents]
