"""How far each démarche of a téléservice was read, and what of it was not taken. It may be lost: it is read again."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any, Final

import sqlalchemy as sa

from adapters.site.base import TABLES, BaseDuSite, InstantEcrit
from application.teleservice.distant import RejetDeChamp, Repere, Suites, SuiviDistant
from kernel.instants import Instant

_REPERES = sa.Table(
    "teleservices",
    TABLES,
    sa.Column("demarche", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("depuis", InstantEcrit),
    sa.Column("apres", sa.String),
    sa.Column("vu_jusqu_a", InstantEcrit),
    sa.Column("supprimes_depuis", InstantEcrit),
    sa.Column("incomplete", sa.Boolean, nullable=False),
    sa.Column("finie_le", InstantEcrit),
    sa.Column("panne", sa.String),
)
_VUS = sa.Table(
    "teleservices_dossiers",
    TABLES,
    sa.Column("demarche", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("numero", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("modifie_le", InstantEcrit, nullable=False),
    sa.Column("ref", sa.String),
    sa.Column("a_relire", sa.Boolean, nullable=False),
    sa.Column("rejets", sa.String),
)
_SUITES = sa.Table(
    "teleservices_suites",
    TABLES,
    sa.Column("demarche", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("numero", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("decision", sa.String),
    sa.Column("messages", sa.Integer, nullable=False),
)
_COLONNES: Final = tuple(_VUS.c[champ.name] for champ in fields(SuiviDistant))


class ReperesDuSite:
    """Implements `application.teleservice.distant.Reperes`."""

    def __init__(self, base: BaseDuSite) -> None:
        self._base = base

    def maintenant(self) -> Instant:
        """Return the clock of this machine."""
        return self._base.maintenant()

    def lire(self, demarche: int) -> Repere:
        """Return how far a démarche was read; from the beginning when it never was."""
        lus = self._reperes(_REPERES.c.demarche == demarche)
        return lus[0] if lus else Repere(demarche=demarche)

    def noter(self, repere: Repere) -> None:
        """Keep how far it was read."""
        with self._base.ecrire(seul=_REPERES) as connexion:
            connexion.execute(_REPERES.delete().where(_REPERES.c.demarche == repere.demarche))
            connexion.execute(_REPERES.insert().values(asdict(repere)))

    def tous(self) -> Sequence[Repere]:
        """Return every démarche ever read."""
        return self._reperes(sa.true())

    def vu(self, demarche: int, numero: int) -> SuiviDistant | None:
        """Return what is known of a remote request; None when it was never seen."""
        return next(iter(self._vus(sa.and_(_VUS.c.demarche == demarche, _VUS.c.numero == numero), 1)), None)

    def voir(self, demarche: int, vu: SuiviDistant) -> None:
        """Keep it: what was answered is not."""
        rejets = [[rejet.champ, rejet.libelle, rejet.motif] for rejet in vu.rejets]
        valeurs = {champ.name: getattr(vu, champ.name) for champ in fields(SuiviDistant)}
        valeurs |= {"demarche": demarche, "rejets": json.dumps(rejets, ensure_ascii=False) if rejets else None}
        with self._base.ecrire(seul=_VUS) as connexion:
            connexion.execute(_VUS.delete().where(_VUS.c.demarche == demarche, _VUS.c.numero == vu.numero))
            connexion.execute(_VUS.insert().values(valeurs))

    def a_relire(self, demarche: int, apres: int, limite: int) -> Sequence[SuiviDistant]:
        """Return the requests that were not wholly taken, by number, after one."""
        return self._vus(sa.and_(_VUS.c.demarche == demarche, _VUS.c.a_relire, _VUS.c.numero > apres), limite)

    def rejetes(self, demarche: int, limite: int) -> Sequence[SuiviDistant]:
        """Return the requests something of which was not taken, by number."""
        return self._vus(sa.and_(_VUS.c.demarche == demarche, _VUS.c.rejets.is_not(None)), limite)

    def compter_rejets(self, demarche: int) -> int:
        """Return how many there are."""
        ici = sa.and_(_VUS.c.demarche == demarche, _VUS.c.rejets.is_not(None))
        with self._base.lire() as connexion:
            return int(connexion.scalar(sa.select(sa.func.count()).select_from(_VUS).where(ici)) or 0)

    def noter_suite(self, demarche: int, numero: int, decision: str | None, messages: int) -> None:
        """Keep what a request became there: its état and a count, no word of it."""
        with self._base.ecrire(seul=_SUITES) as connexion:
            connexion.execute(_SUITES.delete().where(_SUITES.c.demarche == demarche, _SUITES.c.numero == numero))
            if decision or messages:
                suite = {"demarche": demarche, "numero": numero, "decision": decision, "messages": messages}
                connexion.execute(_SUITES.insert().values(suite))

    def suites(self, demarche: int) -> Suites:
        """Return how many were decided, by état, and how many messages they have."""
        comptes = sa.select(_SUITES.c.decision, sa.func.count(), sa.func.sum(_SUITES.c.messages))
        comptes = comptes.where(_SUITES.c.demarche == demarche).group_by(_SUITES.c.decision)
        with self._base.lire() as connexion:
            lus = list(connexion.execute(comptes.order_by(_SUITES.c.decision)))
        return Suites({d: combien for d, combien, _ in lus if d}, sum(int(messages) for *_, messages in lus))

    def _reperes(self, ou: sa.ColumnElement[bool]) -> list[Repere]:
        with self._base.lire() as connexion:
            lues = connexion.execute(sa.select(_REPERES).where(ou).order_by(_REPERES.c.demarche)).mappings()
            return [Repere(**ligne) for ligne in lues]

    def _vus(self, ou: sa.ColumnElement[bool], limite: int) -> list[SuiviDistant]:
        with self._base.lire() as connexion:
            requete = sa.select(*_COLONNES).where(ou).order_by(_VUS.c.numero).limit(limite)
            return [_vu(ligne) for ligne in connexion.execute(requete).mappings()]


def _vu(ligne: sa.RowMapping) -> SuiviDistant:
    dits: dict[str, Any] = dict(ligne)
    rejets = tuple(RejetDeChamp(*rejet) for rejet in json.loads(dits.pop("rejets") or "[]"))
    return SuiviDistant(**dits, rejets=rejets)
