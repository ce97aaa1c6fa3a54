"""Questions asked of the log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kernel.faits import FAITS
from kernel.instants import Instant, rfc3339
from readmodels.base import Lectures


def compter(lectures: Lectures) -> int:
    """Return how many facts there are."""
    with lectures.lire("chronologie") as (connexion, meta):
        (table,) = meta.tables.values()
        return int(connexion.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


@dataclass(frozen=True, slots=True)
class RechercheDeFaits:
    """Blank keeps everything. `topics`: of these; the two instants are of recording, the last left out."""

    agregat: str = ""
    topics: frozenset[str] = frozenset()
    acteur: str = ""
    ids: frozenset[UUID] | None = None
    du: Instant | None = None
    au: Instant | None = None


def chercher(lectures: Lectures, cherche: RechercheDeFaits, *, apres: int, limite: int) -> Sequence[dict[str, Any]]:
    """Return the rows of the facts sought, the last recorded first, from before the position `apres` (0: the end)."""
    with lectures.lire("chronologie") as (connexion, meta):
        (t,) = meta.tables.values()
        requete = sa.select(t).order_by(t.c.position.desc()).limit(limite)
        if cherche.agregat:
            requete = requete.where(t.c.agregat == cherche.agregat)
        if cherche.topics:
            requete = requete.where(t.c.fait.in_(sorted(cherche.topics)))
        if cherche.acteur:
            requete = requete.where(t.c.acteur == cherche.acteur)
        if cherche.ids is not None:
            requete = requete.where(t.c.id.in_([str(lequel) for lequel in sorted(cherche.ids)]))
        if cherche.du is not None:
            requete = requete.where(t.c.position > _derniere_avant(connexion, t, cherche.du))
        if cherche.au is not None:
            requete = requete.where(t.c.position <= _derniere_avant(connexion, t, cherche.au))
        if apres:
            requete = requete.where(t.c.position < apres)
        return [dict(ligne) for ligne in connexion.execute(requete).mappings()]


def _derniere_avant(connexion: sa.Connection, t: sa.Table, instant: Instant) -> int:
    """Return the position of the last fact recorded before an instant: positions follow the clock of the store."""
    avant = sa.select(t.c.position).where(t.c.enregistre_le < rfc3339(instant))
    return connexion.scalar(avant.order_by(t.c.enregistre_le.desc(), t.c.position.desc()).limit(1)) or 0


def des_commandes(lectures: Lectures, commandes: Iterable[UUID], limite: int) -> Sequence[int]:
    """Return the positions of the facts that these commands recorded, in that order."""
    return _positions(lectures, "commande_id", commandes, limite)


def causes_par(lectures: Lectures, commandes: Iterable[UUID], limite: int) -> Sequence[int]:
    """Return the positions of the facts whose command answers to one of these, in that order."""
    return _positions(lectures, "cause", commandes, limite)


def _positions(lectures: Lectures, colonne: str, commandes: Iterable[UUID], limite: int) -> Sequence[int]:
    with lectures.lire("chronologie") as (connexion, meta):
        (t,) = meta.tables.values()
        voulues = t.c[colonne].in_([str(commande) for commande in commandes])
        return connexion.scalars(sa.select(t.c.position).where(voulues).order_by(t.c.position).limit(limite)).all()


# what an auditor asks of the order of facts: positions, the last first


def apres(lectures: Lectures, fait: str, *, sauf: Sequence[str] = ()) -> Sequence[int]:
    """Return the facts of an aggregate that were recorded after one of this kind, those of the kinds `sauf` left out."""
    with lectures.lire("chronologie") as (connexion, meta):
        (t,) = meta.tables.values()
        termes = sa.select(t.c.id, sa.func.min(t.c.position).label("terme")).where(t.c.fait.in_(_topics(fait)))
        fin = termes.group_by(t.c.id).subquery()
        exclus = [topic for nom in (fait, *sauf) for topic in _topics(nom)]
        requete = sa.select(t.c.position).join(fin, sa.and_(t.c.id == fin.c.id, t.c.position > fin.c.terme))
        return _les_derniers(connexion, requete.where(t.c.fait.not_in(exclus)), t)


def sans(lectures: Lectures, fait: str, exige: str) -> Sequence[int]:
    """Return the facts of a kind that none of another kind comes before, in the same aggregate."""
    with lectures.lire("chronologie") as (connexion, meta):
        (t,) = meta.tables.values()
        avant = t.alias()
        exigee = sa.exists().where(
            avant.c.id == t.c.id, avant.c.position < t.c.position, avant.c.fait.in_(_topics(exige))
        )
        return _les_derniers(connexion, sa.select(t.c.position).where(t.c.fait.in_(_topics(fait)), ~exigee), t)


def du_meme_agent(lectures: Lectures, fait: str, dernier: str) -> Sequence[int]:
    """Return the facts of a kind by whom recorded the last one of another kind before, in the same aggregate."""
    with lectures.lire("chronologie") as (connexion, meta):
        (t,) = meta.tables.values()
        avant = t.alias()
        auteur = (
            sa.select(avant.c.acteur)
            .where(avant.c.id == t.c.id, avant.c.position < t.c.position, avant.c.fait.in_(_topics(dernier)))
            .order_by(avant.c.position.desc())
            .limit(1)
            .scalar_subquery()
        )
        return _les_derniers(
            connexion, sa.select(t.c.position).where(t.c.fait.in_(_topics(fait)), t.c.acteur == auteur), t
        )


def ceux(lectures: Lectures, fait: str) -> Sequence[int]:
    """Return the facts of a kind."""
    with lectures.lire("chronologie") as (connexion, meta):
        (t,) = meta.tables.values()
        return _les_derniers(connexion, sa.select(t.c.position).where(t.c.fait.in_(_topics(fait))), t)


def _topics(nom: str) -> list[str]:
    """Return the topics of a kind of facts, "dossier.vise", whatever their version."""
    return [topic for topic in FAITS if topic.startswith(f"{nom}.")]


def _les_derniers(connexion: sa.Connection, requete: sa.Select[int], t: sa.Table) -> Sequence[int]:
    return connexion.scalars(requete.order_by(t.c.position.desc())).all()
