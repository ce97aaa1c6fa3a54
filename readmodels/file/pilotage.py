"""Where requests stand, how long each step took, what is left of the credits, and where: counted by the database."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from readmodels.base import Lectures
from readmodels.file.ouverture import ouvrir, refaites_si_abimees
from readmodels.file.parcours import JOURS, Etape

CENTILE: Final = 90
_EUROS: Final = {
    Etape.DEPOSE: "demande",
    Etape.COMPLET: "demande",
    Etape.INSTRUIT: "demande",
    Etape.PROPOSE: "propose",
    Etape.VOTE: "vote",
    Etape.ENGAGE: "engage",
    Etape.PAYE: "paye",
}
"""The amount that each step is about."""


@refaites_si_abimees
def entonnoir(lectures: Lectures, campagne: str = "") -> list[dict[str, Any]]:
    """Return, for each step, how many dossiers reached it and their amount there, in cents."""
    with ouvrir(lectures) as (connexion, tables):
        p = tables.parcours
        sommes = (_somme(p, nom) for nom in dict.fromkeys(_EUROS.values()))
        requete = sa.select(p.c.atteint.label("rang"), sa.func.count().label("dossiers"), *sommes).where(
            *_de(p, campagne)
        )
        lues = connexion.execute(requete.group_by(p.c.atteint)).mappings().all()
    return [
        {
            "etape": etape.name.lower(),
            "dossiers": sum(lu["dossiers"] for lu in lues if lu["rang"] >= etape),
            "centimes": int(sum(lu[_EUROS[etape]] for lu in lues if lu["rang"] >= etape)),
        }
        for etape in Etape
    ]


@refaites_si_abimees
def durees(lectures: Lectures, campagne: str = "") -> list[dict[str, Any]]:
    """Return, for each step, how many lived it, and its days: the median, and those within which nine in ten did."""
    lus: dict[str, list[tuple[int, int]]] = {}
    with ouvrir(lectures) as (connexion, tables):
        p = tables.parcours
        for nom in JOURS:
            jours = p.c[nom]
            requete = sa.select(jours, sa.func.count()).where(jours.is_not(None), *_de(p, campagne))
            lus[nom] = [(jour, fois) for jour, fois in connexion.execute(requete.group_by(jours).order_by(jours))]
    return [
        {
            "duree": nom,
            "nombre": sum(fois for _, fois in comptes),
            "mediane": _centile(comptes, 50),
            "neuf_sur_dix": _centile(comptes, CENTILE),
        }
        for nom, comptes in lus.items()
    ]


def _centile(comptes: Sequence[tuple[int, int]], centile: int) -> int | None:
    """Return the smallest number of days within which that share of them is, None when there is none."""
    reste = sum(fois for _, fois in comptes) * centile
    for jours, fois in comptes:
        reste -= fois * 100
        if reste <= 0:
            return jours
    return None


@refaites_si_abimees
def territoire(lectures: Lectures, genre: str, campagne: str = "") -> list[dict[str, Any]]:
    """Return, by `qpv` or by `commune`, its dossiers and what they ask and were voted; one of two places is in each."""
    with ouvrir(lectures) as (connexion, tables):
        li = tables.lieux
        requete = (
            sa.select(li.c.code, sa.func.count().label("dossiers"))
            .add_columns(*(_somme(li, nom).label(f"{nom}_centimes") for nom in ("demande", "vote")))
            .where(li.c.genre == genre, *_de(li, campagne))
            .group_by(li.c.code)
            .order_by(sa.func.count().desc(), li.c.code)
        )
        return [
            {nom: valeur if nom == "code" else int(valeur) for nom, valeur in lue.items()}
            for lue in connexion.execute(requete).mappings()
        ]


@refaites_si_abimees
def enveloppes(lectures: Lectures, debut: str = "") -> list[dict[str, Any]]:
    """Return the enveloppes whose number begins so: voted, reserved, engaged, ordered and paid, in cents."""
    with ouvrir(lectures) as (connexion, tables):
        a, p = tables.agregats, tables.parcours
        sommes = (
            sa.select(p.c.enveloppe, _somme(p, "mandate"), _somme(p, "paye"))
            .where(p.c.enveloppe.is_not(None))
            .group_by(p.c.enveloppe)
            .subquery()
        )
        requete = (
            sa.select(a.c.ref, a.c.id, a.c.vote_centimes, a.c.reserve_centimes, a.c.engage_centimes)
            .add_columns(sa.func.coalesce(sommes.c.mandate, 0).label("mandate_centimes"))
            .add_columns(sa.func.coalesce(sommes.c.paye, 0).label("paye_centimes"))
            .select_from(a.outerjoin(sommes, sommes.c.enveloppe == a.c.ref))
            .where(a.c.agregat == "enveloppe", a.c.ref.startswith(debut, autoescape=True))
            .order_by(a.c.tri)
        )
        return [
            {nom: int(valeur or 0) if nom.endswith("_centimes") else valeur for nom, valeur in lue.items()}
            for lue in connexion.execute(requete).mappings()
        ]


@refaites_si_abimees
def verses(lectures: Lectures, enveloppe: str) -> tuple[int, int]:
    """Return what was reckoned as owed, and what was paid, on what an enveloppe engages; in cents."""
    with ouvrir(lectures) as (connexion, (a, *_)):
        sommes = sa.select(sa.func.sum(a.c.liquide_centimes), sa.func.sum(a.c.paye_centimes))
        liquide, paye = connexion.execute(sommes.where(a.c.enveloppe == enveloppe, a.c.engage_centimes > 0)).one()
        return int(liquide or 0), int(paye or 0)


def _somme(table: sa.Table, nom: str) -> sa.Label[Any]:
    return sa.func.coalesce(sa.func.sum(table.c[f"{nom}_centimes"]), 0).label(nom)


def _de(table: sa.Table, campagne: str) -> list[sa.ColumnElement[bool]]:
    return [table.c.campagne == campagne] if campagne else []
