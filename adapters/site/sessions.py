"""Sessions: of the secret that a browser holds, only the digest is kept, bound to the store."""

import secrets
from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from adapters.site.base import TABLES, BaseDuSite, InstantEcrit, id_de_l_agent
from application.site import DUREE_DE_SESSION, FRAICHEUR, Session
from application.travail import DUREE_DE_BROUILLON

_OCTETS: Final = 32
_SESSIONS = sa.Table(
    "sessions",
    TABLES,
    sa.Column("empreinte", sa.LargeBinary, primary_key=True),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("agent", sa.String, nullable=False, index=True),
    sa.Column("ouverte_le", InstantEcrit, nullable=False),
    sa.Column("expire_le", InstantEcrit, nullable=False, index=True),
    sa.Column("prouvee_le", InstantEcrit),
    sa.Column("facteur", sa.Boolean, nullable=False),
    sa.Column("adieu", sa.LargeBinary),
)
_LUES: Final = ("id", "agent", "ouverte_le", "expire_le", "prouvee_le", "facteur")
_COLONNES: Final = (*(_SESSIONS.c[nom] for nom in _LUES), _SESSIONS.c.adieu.is_not(None))


class SessionsDuSite:
    """Implements `application.site.Sessions`."""

    def __init__(self, base: BaseDuSite) -> None:
        self._base = base

    def ouvrir(self, agent: str, *, prouvee: bool = False, facteur: bool = False, adieu: str | None = None) -> str:
        """Sign an agent in; return the secret of its browser. Those that ended a day ago are swept on the way."""
        scelle = None if adieu is None else self._base.sceller(id_de_l_agent(agent), "adieu", adieu)
        secret, maintenant = secrets.token_urlsafe(_OCTETS), self._base.maintenant()
        with self._base.ecrire() as connexion:
            connexion.execute(_SESSIONS.delete().where(_SESSIONS.c.expire_le <= maintenant - DUREE_DE_BROUILLON))
            connexion.execute(
                _SESSIONS.insert().values(
                    empreinte=self._base.condense(secret),
                    id=uuid4(),
                    agent=agent,
                    ouverte_le=maintenant,
                    expire_le=maintenant + DUREE_DE_SESSION,
                    prouvee_le=maintenant if prouvee else None,
                    facteur=facteur,
                    adieu=scelle,
                )
            )
        return secret

    def lire(self, secret: str) -> Session | None:
        """Return the session of a secret while it lasts."""
        trouvees = self._lues(_SESSIONS.c.empreinte == self._base.condense(secret))
        return trouvees[0] if trouvees else None

    def agent_de(self, secret: str) -> str | None:
        """Return whose session it was, ended or not."""
        sienne = sa.select(_SESSIONS.c.agent).where(_SESSIONS.c.empreinte == self._base.condense(secret))
        with self._base.lire() as connexion:
            agent: str | None = connexion.scalar(sienne)
        return agent

    def adieu(self, session: Session) -> str | None:
        """Return what the provider wants back."""
        with self._base.lire() as connexion:
            scelle = connexion.scalar(sa.select(_SESSIONS.c.adieu).where(_SESSIONS.c.id == session.id))
        return self._base.desceller_si_connu(id_de_l_agent(session.agent), "adieu", scelle) if scelle else None

    def de(self, agent: str) -> Sequence[Session]:
        """Return the sessions of an agent, the last opened first."""
        return self._lues(_SESSIONS.c.agent == agent)

    def prouver(self, session: UUID, *, facteur: bool) -> None:
        """Note that a session was proven now; with two factors, for good."""
        with self._base.ecrire() as connexion:
            valeurs = {"prouvee_le": self._base.maintenant()} | ({"facteur": True} if facteur else {})
            connexion.execute(_SESSIONS.update().where(_SESSIONS.c.id == session).values(valeurs))

    def est_fraiche(self, session: Session) -> bool:
        """Tell whether it was proven in the last few minutes."""
        return session.prouvee_le is not None and self._base.maintenant() - session.prouvee_le <= FRAICHEUR

    def fermer(self, agent: str, session: UUID | None = None) -> None:
        """End a session of an agent, or all of them; silent when there is none."""
        siennes = _SESSIONS.delete().where(_SESSIONS.c.agent == agent)
        with self._base.ecrire() as connexion:
            connexion.execute(siennes if session is None else siennes.where(_SESSIONS.c.id == session))

    def _lues(self, condition: sa.ColumnElement[bool]) -> list[Session]:
        vivantes = sa.select(*_COLONNES).where(condition, _SESSIONS.c.expire_le > self._base.maintenant())
        with self._base.lire() as connexion:
            return [Session(*ligne) for ligne in connexion.execute(vivantes.order_by(_SESSIONS.c.ouverte_le.desc()))]
