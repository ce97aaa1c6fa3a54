"""Batches: the selection, what was typed (sealed), and what came of each row."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from adapters.site.base import TABLES, BaseDuSite, InstantEcrit
from application.travail import BAIL, Issue, LigneDeLot, LigneTraitee, Lot, LotInconnu
from kernel.identifiants import identifiant

_LUS: Final = 50
"""Batches shown to an agent, at most."""
_LOTS = sa.Table(
    "lots",
    TABLES,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agent", sa.String, nullable=False, index=True),
    sa.Column("geste", sa.String, nullable=False),
    sa.Column("prepare_le", InstantEcrit, nullable=False),
    sa.Column("valeurs", sa.LargeBinary),
    sa.Column("tenu_jusqu_a", InstantEcrit),
)
_LIGNES = sa.Table(
    "lots_lignes",
    TABLES,
    sa.Column("lot", sa.Uuid, primary_key=True),
    sa.Column("rang", sa.Integer, primary_key=True),
    sa.Column("ref", sa.String, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("commande_id", sa.Uuid, nullable=False),
    sa.Column("issue", sa.String),
    sa.Column("message", sa.String, nullable=False),
)
_NOTER = (
    _LIGNES.update()
    .where(_LIGNES.c.lot == sa.bindparam("le_lot"), _LIGNES.c.rang == sa.bindparam("le_rang"))
    .values(issue=sa.bindparam("dite"), message=sa.bindparam("dit"))
)


class LotsDuSite:
    """Implements `application.lots.Lots`."""

    def __init__(self, base: BaseDuSite) -> None:
        self._base = base

    def preparer(self, agent: str, geste: str, choisis: Sequence[tuple[str, int]]) -> UUID:
        """Keep a selection, by reference and version seen; return its id."""
        lot = uuid4()
        lignes = [
            {"lot": lot, "rang": rang, "ref": ref, "version": version, "commande_id": uuid4(), "message": ""}
            for rang, (ref, version) in enumerate(choisis, 1)
        ]
        with self._base.ecrire() as connexion:
            prepare_le = self._base.maintenant()
            connexion.execute(_LOTS.insert().values(id=lot, agent=agent, geste=geste, prepare_le=prepare_le))
            connexion.execute(_LIGNES.insert(), lignes)
        return lot

    def lire(self, agent: str, lot: UUID) -> Lot:
        """Return it, or refuse with LotInconnu."""
        with self._base.lire() as connexion:
            lue = connexion.execute(sa.select(_LOTS).where(_LOTS.c.id == lot, _LOTS.c.agent == agent)).one_or_none()
            if lue is None:
                raise LotInconnu
            return self._lot(connexion, lue)

    def de(self, agent: str) -> Sequence[Lot]:
        """Return those of an agent, the last first."""
        siens = sa.select(_LOTS).where(_LOTS.c.agent == agent).order_by(_LOTS.c.prepare_le.desc()).limit(_LUS)
        with self._base.lire() as connexion:
            return [self._lot(connexion, lue) for lue in connexion.execute(siens).all()]

    def confirmer(self, agent: str, lot: UUID, valeurs: Mapping[str, Any]) -> None:
        """Keep what is done on each row; what was confirmed first stays."""
        scelle = self._base.sceller(identifiant("agent", agent), "lot", json.dumps(valeurs))
        self._poser(_LOTS.c.id == lot, _LOTS.c.agent == agent, _LOTS.c.valeurs.is_(None), valeurs=scelle)

    def prendre(self, lot: UUID) -> bool:
        """Keep it for oneself a while; False when somebody is doing it."""
        maintenant = self._base.maintenant()
        libre = sa.or_(_LOTS.c.tenu_jusqu_a.is_(None), _LOTS.c.tenu_jusqu_a <= maintenant)
        return self._poser(_LOTS.c.id == lot, libre, tenu_jusqu_a=maintenant + BAIL)

    def noter(self, lot: UUID, resultats: Sequence[LigneTraitee]) -> None:
        """Note what came of these rows, and keep the batch a while more."""
        with self._base.ecrire() as connexion:
            if resultats:
                connexion.execute(
                    _NOTER, [{"le_lot": lot, "le_rang": r, "dite": i.value, "dit": m} for r, i, m in resultats]
                )
            tenu = self._base.maintenant() + BAIL
            connexion.execute(_LOTS.update().where(_LOTS.c.id == lot).values(tenu_jusqu_a=tenu))

    def rendre(self, lot: UUID) -> None:
        """Let it go."""
        self._poser(_LOTS.c.id == lot, tenu_jusqu_a=None)

    def _poser(self, *conditions: sa.ColumnElement[bool], **valeurs: object) -> bool:
        with self._base.ecrire() as connexion:
            return bool(connexion.execute(_LOTS.update().where(*conditions).values(valeurs)).rowcount)

    def _lot(self, connexion: sa.Connection, lue: sa.Row[Any]) -> Lot:
        lignes = connexion.execute(sa.select(_LIGNES).where(_LIGNES.c.lot == lue.id).order_by(_LIGNES.c.rang)).all()
        valeurs = None
        if lue.valeurs is not None:
            valeurs = json.loads(self._base.desceller(identifiant("agent", lue.agent), "lot", lue.valeurs))
        return Lot(
            lue.id,
            lue.agent,
            lue.geste,
            valeurs,
            [
                LigneDeLot(li.rang, li.ref, li.version, li.commande_id, li.issue and Issue(li.issue), li.message)
                for li in lignes
            ],
            tenu=lue.tenu_jusqu_a is not None and lue.tenu_jusqu_a > self._base.maintenant(),
        )
