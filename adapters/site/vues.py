"""Views of the queue, by the name each agent gave them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from adapters.site.base import TABLES, BaseDuSite
from application.travail import VueGardee, VueInvalide

AU_PLUS: Final = 30
"""Views of one agent; a choice of the service."""
LONGUEUR: Final = 80
_VUES = sa.Table(
    "vues",
    TABLES,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agent", sa.String, nullable=False),
    sa.Column("nom", sa.String, nullable=False),
    sa.Column("demande", sa.String, nullable=False),
    sa.UniqueConstraint("agent", "nom"),
)


class VuesDuSite:
    """Implements `application.travail.Vues`."""

    def __init__(self, base: BaseDuSite) -> None:
        self._base = base

    def de(self, agent: str) -> Sequence[VueGardee]:
        """Return them, by name."""
        siennes = sa.select(_VUES.c.id, _VUES.c.nom, _VUES.c.demande).where(_VUES.c.agent == agent)
        with self._base.lire() as connexion:
            return [VueGardee(*ligne) for ligne in connexion.execute(siennes.order_by(_VUES.c.nom))]

    def garder(self, agent: str, nom: str, demande: str) -> None:
        """Keep one; another of the same name is replaced. Refuse with VueInvalide."""
        nom = " ".join(nom.split())
        if not nom or len(nom) > LONGUEUR:
            raise VueInvalide(f"Donnez un nom à cette vue, de {LONGUEUR} signes au plus.", champ="nom")
        with self._base.ecrire(seul=_VUES) as connexion:
            connexion.execute(_VUES.delete().where(_VUES.c.agent == agent, _VUES.c.nom == nom))
            gardees = sa.select(sa.func.count()).select_from(_VUES).where(_VUES.c.agent == agent)
            if (connexion.scalar(gardees) or 0) >= AU_PLUS:
                raise VueInvalide(f"Vous gardez déjà {AU_PLUS} vues, le maximum : ôtez-en une.", maximum=AU_PLUS)
            connexion.execute(_VUES.insert().values(id=uuid4(), agent=agent, nom=nom, demande=demande))

    def oter(self, agent: str, vue: UUID) -> None:
        """Let one go; silent when there is none."""
        with self._base.ecrire() as connexion:
            connexion.execute(_VUES.delete().where(_VUES.c.agent == agent, _VUES.c.id == vue))
