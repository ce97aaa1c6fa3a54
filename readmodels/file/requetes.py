"""Questions asked of the queue. Same rows for the count and for the page: where the geste is done, and nowhere else."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kernel.attentes import Role
from kernel.instants import Instant, dernier_jour, jour_de, triable
from kernel.textes import sans_accents
from readmodels.base import Lectures
from readmodels.file.schema import MONTANTS_DE_SUBVENTION

PAGE = 50


def file(
    lectures: Lectures, maintenant: Instant, *, de: str | None = None, limite: int | None = PAGE, decalage: int = 0
) -> dict[str, Any]:
    """Return what people are awaited for: overdue first, then by échéance, then by age; `en_retard` is a count."""
    with lectures.lire("file") as (connexion, meta):
        a, t = _tables(meta)
        instant = triable(maintenant)
        filtre = sa.and_(_ici(t), t.c.de != Role.SYSTEME.value if de is None else t.c.de == de)
        tard = sa.func.sum(sa.case((t.c.echeance < instant, 1), else_=0))
        total, en_retard = connexion.execute(sa.select(sa.func.count(), tard).select_from(t).where(filtre)).one()
        requete = (
            sa.select(a.c.agregat, a.c.id, a.c.ref, a.c.objet, a.c.etape, a.c.beneficiaire, t.c.document, t.c.echeance)
            .select_from(a.join(t, a.c.id == t.c.id))
            .where(filtre)
            .order_by(t.c.tri, t.c.rang)  # the past is before the future: overdue first
            .limit(limite)
            .offset(decalage)
        )
        lignes = [
            {
                "agregat": ligne.agregat,
                "id": ligne.id,
                "ref": ligne.ref,
                "objet": ligne.objet,
                "etape": ligne.etape,
                "beneficiaire": ligne.beneficiaire,
                "attente": {**ligne.document, "retard_jours": _retard(ligne.echeance, maintenant)},
            }
            for ligne in connexion.execute(requete)
        ]
    return {"total": total, "en_retard": int(en_retard or 0), "lignes": lignes}


def par_role(lectures: Lectures, maintenant: Instant) -> list[dict[str, Any]]:
    """Return how many attentes each role has, and how many of them are late, by role."""
    with lectures.lire("file") as (connexion, meta):
        _, t = _tables(meta)
        en_retard = sa.func.sum(sa.case((t.c.echeance < triable(maintenant), 1), else_=0))
        requete = sa.select(t.c.de, sa.func.count(), en_retard).where(_ici(t)).group_by(t.c.de).order_by(t.c.de)
        return [{"de": de, "total": total, "en_retard": int(tard)} for de, total, tard in connexion.execute(requete)]


def _retard(echeance: str | None, maintenant: Instant) -> int:
    if echeance is None or datetime.fromisoformat(echeance) >= maintenant:
        return 0
    return max(0, (jour_de(maintenant) - dernier_jour(datetime.fromisoformat(echeance))).days)


def dossiers(lectures: Lectures, *, etat: str | None = None) -> list[dict[str, Any]]:
    """Return the dossiers, by number."""
    with lectures.lire("file") as (connexion, meta):
        a, _ = _tables(meta)
        return [_dossier(ligne) for ligne in connexion.execute(_dossiers(a, etat))]


def chercher(
    lectures: Lectures, *, etat: str | None = None, mots: str = "", limite: int = PAGE, decalage: int = 0
) -> dict[str, Any]:
    """Return a page of the dossiers whose number, bénéficiaire or objet holds every word, whatever accents and case."""
    cherches = sans_accents(mots).split()
    with lectures.lire("file") as (connexion, meta):
        a, _ = _tables(meta)
        requete = _dossiers(a, etat)
        if cherches:
            # in Python: the two databases fold accents and case differently
            lignes = [
                li for li in connexion.execute(requete) if _contient((li.ref, li.beneficiaire, li.objet), cherches)
            ]
            return {"total": len(lignes), "lignes": [_dossier(li) for li in lignes[decalage : decalage + limite]]}
        total = connexion.scalar(sa.select(sa.func.count()).select_from(requete.order_by(None).subquery()))
        page = connexion.execute(requete.limit(limite).offset(decalage))
        return {"total": total or 0, "lignes": [_dossier(ligne) for ligne in page]}


def lister(lectures: Lectures, agregat: str, *, apres: str = "", limite: int = PAGE) -> dict[str, Any]:
    """Return the aggregates of a kind by number, from the one that follows `apres`; `suivant` is what to ask next."""
    with lectures.lire("file") as (connexion, meta):
        a, _ = _tables(meta)
        de_ce_genre = a.c.agregat == agregat
        total = connexion.scalar(sa.select(sa.func.count()).select_from(a).where(de_ce_genre))
        requete = sa.select(a).where(de_ce_genre, a.c.ref > apres).order_by(a.c.ref).limit(limite + 1)
        lus = list(connexion.execute(requete))
    lignes = [
        {
            "ref": li.ref,
            "id": li.id,
            "etat": li.etape or None,
            "objet": li.objet or None,
            "beneficiaire": li.beneficiaire or None,
            "version": li.version,
            "attentes": li.attentes,
            "montants": {nom: getattr(li, nom) for nom in MONTANTS_DE_SUBVENTION},
        }
        for li in lus[:limite]
    ]
    return {"total": total or 0, "lignes": lignes, "suivant": lignes[-1]["ref"] if len(lus) > limite else None}


def _dossiers(agregats: sa.Table, etat: str | None) -> sa.Select[Any]:
    requete = sa.select(agregats).where(agregats.c.agregat == "dossier").order_by(agregats.c.ref)
    return requete if etat is None else requete.where(agregats.c.etape == etat)


def _dossier(ligne: Any) -> dict[str, Any]:
    return {
        "ref": ligne.ref,
        "id": ligne.id,
        "campagne": ligne.campagne,
        "beneficiaire": ligne.beneficiaire,
        "objet": ligne.objet,
        "etat": ligne.etape,
        "version": ligne.version,
        "montants": {"demande_centimes": ligne.demande_centimes, "propose_centimes": ligne.propose_centimes},
    }


def _contient(champs: tuple[str, ...], mots: list[str]) -> bool:
    simple = sans_accents(" ".join(champs))
    return all(mot in simple for mot in mots)


def par_etat(lectures: Lectures, agregat: str = "dossier", campagne: str | None = None) -> dict[str, int]:
    """Return how many aggregates stand at each état."""
    with lectures.lire("file") as (connexion, meta):
        a, _ = _tables(meta)
        requete = (
            sa.select(a.c.etape, sa.func.count().label("nombre"))
            .where(a.c.agregat == agregat)
            .group_by(a.c.etape)
            .order_by(a.c.etape)
        )
        if campagne is not None:
            requete = requete.where(a.c.campagne == campagne)
        return {ligne.etape: ligne.nombre for ligne in connexion.execute(requete)}


def totaux(lectures: Lectures, campagnes: list[str] | None = None) -> dict[str, int]:
    """Return the sums of what is asked and proposed (dossiers) and voted to paid (subventions), in cents."""
    with lectures.lire("file") as (connexion, meta):
        a, _ = _tables(meta)
        sommes: dict[str, int] = {}
        for agregat, noms in (
            ("dossier", ("demande_centimes", "propose_centimes")),
            ("subvention", MONTANTS_DE_SUBVENTION),
        ):
            requete = sa.select(*(sa.func.coalesce(sa.func.sum(a.c[nom]), 0) for nom in noms)).where(
                a.c.agregat == agregat
            )
            if campagnes is not None:
                requete = requete.where(a.c.campagne.in_(campagnes))
            sommes.update(zip(noms, map(int, connexion.execute(requete).one()), strict=True))
    return sommes


def prochains(lectures: Lectures, jusqu_a: Instant) -> list[tuple[str, UUID, int, Instant]]:
    """Return the aggregates for which the engine has something to do by that instant: (kind, id, version, instant)."""
    with lectures.lire("file") as (connexion, meta):
        a, _ = _tables(meta)
        requete = (
            sa.select(a.c.agregat, a.c.id, a.c.version, a.c.prochain)
            .where(a.c.prochain <= triable(jusqu_a))
            .order_by(a.c.prochain, a.c.id)
        )
        return [
            (li.agregat, UUID(li.id), li.version, datetime.fromisoformat(li.prochain))
            for li in connexion.execute(requete)
        ]


def etat(lectures: Lectures, maintenant: Instant, retard_depuis: Instant) -> dict[str, Any]:
    """Return automatismes due and late, open aggregates without attente, human delays (counted, not anomalies)."""
    with lectures.lire("file") as (connexion, meta):
        a, t = _tables(meta)
        automatismes = sa.select(sa.func.count()).select_from(t)
        dus = connexion.scalar(automatismes.where(t.c.prochain <= triable(maintenant)))
        en_retard = connexion.scalar(automatismes.where(t.c.prochain < triable(retard_depuis)))
        humains = connexion.scalar(
            sa.select(sa.func.count())
            .select_from(t)
            .where(_ici(t), t.c.automatisme.is_(None), t.c.echeance < triable(maintenant), t.c.de != Role.SYSTEME.value)
        )
        orphelins = sa.select(a.c.agregat, a.c.ref, a.c.id).where(a.c.attentes == 0, ~a.c.termine, ~a.c.peut_reposer)
        bloques = connexion.scalar(
            sa.select(sa.func.count()).select_from(t).where(_ici(t), t.c.bloque_apres < triable(maintenant))
        )
        sans_attente = [{"agregat": li.agregat, "ref": li.ref, "id": li.id} for li in connexion.execute(orphelins)]
    return {
        "dus": dus or 0,
        "en_retard": en_retard or 0,
        "retards_humains": humains or 0,
        "au_dela_de_l_usage": bloques or 0,
        "sans_attente": sans_attente,
    }


def bloques(lectures: Lectures, maintenant: Instant, limite: int = 20) -> list[dict[str, Any]]:
    """Return what people are awaited for longer than is usual, the longest first: green everywhere, and yet dead."""
    with lectures.lire("file") as (connexion, meta):
        a, t = _tables(meta)
        requete = (
            sa.select(a.c.agregat, a.c.ref, a.c.id, t.c.document, t.c.de, t.c.depuis)
            .select_from(a.join(t, a.c.id == t.c.id))
            .where(_ici(t), t.c.bloque_apres < triable(maintenant))
            .order_by(t.c.bloque_apres, a.c.ref, t.c.rang)
            .limit(limite)
        )
        return [
            {
                "agregat": li.agregat,
                "ref": li.ref,
                "id": li.id,
                "attente": li.document["code"],
                "de": li.de,
                "depuis": li.depuis,
            }
            for li in connexion.execute(requete)
        ]


def _ici(attentes: sa.Table) -> sa.ColumnElement[bool]:
    """Keep what is awaited where its geste is done: two aggregates that await one act are one row."""
    return ~attentes.c.ailleurs


def _tables(meta: sa.MetaData) -> tuple[sa.Table, sa.Table]:
    agregats = next(table for nom, table in meta.tables.items() if nom.startswith("file_agregats_"))
    attentes = next(table for nom, table in meta.tables.items() if nom.startswith("file_attentes_"))
    return agregats, attentes
