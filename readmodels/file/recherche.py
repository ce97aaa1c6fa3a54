"""Everything that people hold a number, a name or an amount of: what finds it exactly, else its words."""

import re
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from kernel.montants import lire_montant
from kernel.refus import Refus
from kernel.textes import sans_accents
from readmodels.base import Lectures
from readmodels.file.ouverture import Tables, ouvrir, refaites_si_abimees
from readmodels.file.pages import paginer

CHERCHES: Final = (
    "dossier",
    "tiers",
    "subvention",
    "deliberation",
    "seance",
    "bordereau",
    "enveloppe",
    "campagne",
    "assemblee",
)
"""Kinds, in the order of the answer: agents are people, and have no page here."""
_SIRET: Final = re.compile(r"[0-9]{14}")
_SANS_CHIFFRE: Final = re.compile(r"[^0-9]+")
_MONTANT: Final = re.compile(r".*(?:[.,][0-9]{2}|€)", re.DOTALL)
"""An amount is written as one: « 2026 » is a year first."""


@refaites_si_abimees
def chercher(
    lectures: Lectures, texte: str, *, espece: str = "", par_espece: int = 10, apres: str = ""
) -> dict[str, Any]:
    """Return what a text finds: `exact`, whether it is one of the numbers; per kind its `total` and its first rows.

    Args:
        lectures: The read models.
        texte: A number, a SIRET, an amount with its decimals, else words that must all be there.
        espece: One kind only, which is then read page by page.
        par_espece: Rows of each kind.
        apres: The cursor of that kind: see `paginer`.
    """
    with ouvrir(lectures) as (connexion, tables):
        a = tables.agregats
        # an expression has no index: the few ids are looked up, instead of every row of a kind
        nom_d_espece: sa.ColumnElement[str] = sa.func.coalesce(a.c.agregat, "")
        especes, condition = [espece] if espece else CHERCHES, _exactement(tables, texte)
        totaux = _compter(connexion, nom_d_espece, especes, condition)
        exact = bool(totaux)
        if not exact:
            nom_d_espece, mots = a.c.agregat, par_mots(a, texte)
            condition = sa.and_(*mots) if mots else None
            totaux = _compter(connexion, nom_d_espece, especes, condition)
        requete = sa.select(a.c.agregat, a.c.id, a.c.ref, a.c.objet, a.c.beneficiaire, a.c.etape)
        requete = requete.add_columns(a.c.demande_centimes, a.c.vote_centimes)
        if condition is not None:
            requete = requete.where(condition)
        return {
            "exact": exact,
            "especes": [
                {
                    "espece": nom,
                    "total": totaux[nom],
                    **paginer(connexion, requete.where(nom_d_espece == nom), a.c.tri, apres, par_espece),
                }
                for nom in CHERCHES
                if nom in totaux
            ],
        }


def _compter(
    connexion: sa.Connection,
    nom_d_espece: sa.ColumnElement[str],
    especes: Sequence[str],
    condition: sa.ColumnElement[bool] | None,
) -> dict[str, int]:
    if condition is None:
        return {}
    compte = sa.select(nom_d_espece, sa.func.count()).where(nom_d_espece.in_(especes), condition)
    return dict(connexion.execute(compte.group_by(nom_d_espece)).all())


def _exactement(tables: Tables, texte: str) -> sa.ColumnElement[bool] | None:
    """Return the condition of what has this number, None for what is no number; a SIRET finds what its tiers asks too."""
    a, r = tables.agregats, tables.reperes
    compact = re.sub(r"\s", "", texte)
    if _SIRET.fullmatch(compact):
        ids = sa.select(r.c.id).where(r.c.genre == "siret", r.c.cle == compact)
        return sa.or_(a.c.id.in_(ids), a.c.tiers.in_(ids))
    cle = sans_accents(texte)
    cles = [("numero", cle)] if cle else []
    if (centimes := _centimes(texte)) is not None:
        cles.append(("montant", str(centimes)))
    if not cles:
        return None
    ids = sa.select(r.c.id).where(sa.or_(*(sa.and_(r.c.genre == genre, r.c.cle == dite) for genre, dite in cles)))
    return a.c.id.in_(ids)


def par_mots(a: sa.Table, texte: str) -> list[sa.ColumnElement[bool]]:
    """Return what is asked of a row: each of these words, in its number, its objet or its bénéficiaire.

    The rarest is looked for first, and most rows are asked it alone: what holds a figure, then the longest.
    """
    mots = sorted(sans_accents(texte).split(), key=lambda mot: (_SANS_CHIFFRE.fullmatch(mot) is not None, -len(mot)))
    return [a.c.cherche.contains(mot, autoescape=True) for mot in mots]


def _centimes(texte: str) -> int | None:
    if not _MONTANT.fullmatch(texte.strip()):
        return None
    try:
        return lire_montant(texte)
    except Refus:
        return None
