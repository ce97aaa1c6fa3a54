"""Where requests stand, how long each step took, what is left of the credits, and where: counted by the database."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from readmodels.base import Lectures
from readmodels.file.ouverture import Tables, ouvrir, refaites_si_abimees
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
        d, s, ensemble = _dossiers_et_subventions(tables)
        atteint = sa.case((s.c.avancement > d.c.avancement, s.c.avancement), else_=d.c.avancement)
        montants = {
            "demande": d.c.demande_centimes,
            "propose": d.c.propose_centimes,
            "vote": sa.func.coalesce(s.c.vote_centimes, d.c.vote_centimes),
            "engage": s.c.engage_centimes,
            "paye": s.c.paye_centimes,
        }
        sommes = (sa.func.coalesce(sa.func.sum(montant), 0).label(nom) for nom, montant in montants.items())
        requete = sa.select(atteint.label("rang"), sa.func.count().label("dossiers"), *sommes).select_from(ensemble)
        lues = connexion.execute(requete.where(*_de(d, campagne)).group_by(atteint)).mappings().all()
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
    with ouvrir(lectures) as (connexion, (a, _, _)):
        lus = {}
        for nom in JOURS:
            jours = a.c[nom]
            filtre = [jours.is_not(None), *([a.c.campagne == campagne] if campagne else [])]
            requete = sa.select(jours, sa.func.count()).where(*filtre).group_by(jours).order_by(jours)
            lus[nom] = [(int(nombre), int(fois)) for nombre, fois in connexion.execute(requete)]
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
        d, s, ensemble = _dossiers_et_subventions(tables)
        r = tables.reperes
        vote = sa.func.coalesce(s.c.vote_centimes, d.c.vote_centimes)
        requete = (
            sa.select(r.c.cle.label("code"), sa.func.count().label("dossiers"))
            .add_columns(sa.func.coalesce(sa.func.sum(d.c.demande_centimes), 0).label("demande_centimes"))
            .add_columns(sa.func.coalesce(sa.func.sum(vote), 0).label("vote_centimes"))
            .select_from(ensemble.join(r, sa.and_(r.c.id == d.c.id, r.c.genre == genre)))
            .where(*_de(d, campagne))
            .group_by(r.c.cle)
            .order_by(sa.func.count().desc(), r.c.cle)
        )
        return [
            {nom: valeur if nom == "code" else int(valeur) for nom, valeur in lue.items()}
            for lue in connexion.execute(requete).mappings()
        ]


@refaites_si_abimees
def enveloppes(lectures: Lectures, debut: str = "") -> list[dict[str, Any]]:
    """Return the enveloppes whose number begins so: voted, reserved, engaged, ordered and paid, in cents."""
    with ouvrir(lectures) as (connexion, (a, _, _)):
        s = a.alias()
        sommes = (
            sa.select(s.c.enveloppe, sa.func.sum(s.c.mandate_centimes).label("mandate"))
            .add_columns(sa.func.sum(s.c.paye_centimes).label("paye"))
            .where(s.c.enveloppe.is_not(None))
            .group_by(s.c.enveloppe)
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
    with ouvrir(lectures) as (connexion, (a, _, _)):
        sommes = sa.select(sa.func.sum(a.c.liquide_centimes), sa.func.sum(a.c.paye_centimes))
        liquide, paye = connexion.execute(sommes.where(a.c.enveloppe == enveloppe, a.c.engage_centimes > 0)).one()
        return int(liquide or 0), int(paye or 0)


def _dossiers_et_subventions(tables: Tables) -> tuple[Any, Any, Any]:
    d, s = tables.agregats.alias("d"), tables.agregats.alias("s")
    return d, s, d.outerjoin(s, s.c.dossier == d.c.id)


def _de(d: Any, campagne: str) -> list[sa.ColumnElement[bool]]:
    return [d.c.agregat == "dossier", *([d.c.campagne == campagne] if campagne else [])]
