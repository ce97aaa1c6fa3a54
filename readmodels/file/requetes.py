"""Questions asked of the queue. Same rows for the count and for the page: where the geste is done, and nowhere else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kernel.attentes import Role
from kernel.instants import Instant, dernier_jour, jour_de, triable
from readmodels.base import Lectures
from readmodels.file.ouverture import Tables, ouvrir, refaites_si_abimees
from readmodels.file.pages import ecrire_curseur, lire_curseur, paginer
from readmodels.file.parcours import Etape
from readmodels.file.projection import ILLISIBLE
from readmodels.file.recherche import par_mots
from readmodels.file.schema import MONTANTS_DE_SUBVENTION, ORPHELINS

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filtre:
    """Blank keeps everything; the count and the page of a list are made from the same one."""

    de: frozenset[str] | None = None
    """Roles, None for any but the engine."""
    agregat: str = ""
    """A kind of aggregates."""
    mots: str = ""
    campagne: str = ""
    etape: str = ""
    en_retard: bool = False
    effets: bool = False
    """A délai has already had its effect: a rejet implicite was born."""
    lentes: bool = False
    """Longer than is usual for what is awaited."""
    charge: str = ""
    """A login: the dossiers that agent has charge of."""
    groupes: frozenset[str] | None = None
    """Those of these groups; None for any."""
    a_personne: bool = False
    """Those nobody has charge of, neither agent nor group."""
    confies_a: str = ""
    """Those of that agent, or of that group."""
    entre: tuple[Instant, Instant] | None = None
    """Only what falls due from that instant to the other."""

    @property
    def sur_les_agregats(self) -> bool:
        """Tell whether it says a word of the aggregates, and not only of the attentes."""
        affectes = self.charge or self.groupes is not None or self.a_personne or self.confies_a
        return bool(self.mots.split() or self.campagne or self.etape or affectes)

    def conditions(self, a: sa.Table, t: sa.Table, maintenant: Instant) -> list[sa.ColumnElement[bool]]:
        """Return what a row must be, on the table of the aggregates and that of the attentes."""
        gardees: list[sa.ColumnElement[bool]] = []
        if self.de is not None:
            gardees.append(t.c.de.in_(sorted(self.de)))
        if self.agregat:
            gardees.append(t.c.agregat == self.agregat)
        gardees += par_mots(a, self.mots)
        if self.campagne:
            gardees.append(a.c.campagne == self.campagne)
        if self.etape:
            gardees.append(a.c.etape == self.etape)
        gardees += self._confies(a)
        if self.en_retard:  # the order begins by the échéance, and is read as far as now
            gardees += [t.c.echeance < triable(maintenant), t.c.tri < triable(maintenant)]
        if self.effets:
            nes = a.alias()
            gardees.append(t.c.id.in_(sa.select(nes.c.id).where(sa.text("rejet_implicite"))))  # as in its index
        if self.lentes:
            gardees.append(t.c.bloque_apres < triable(maintenant))
        if self.entre is not None:
            debut, fin = map(triable, self.entre)
            gardees.append(t.c.echeance.between(debut, fin))
        return gardees

    def _confies(self, a: sa.Table) -> list[sa.ColumnElement[bool]]:
        gardees: list[sa.ColumnElement[bool]] = [a.c.charge == self.charge] if self.charge else []
        if self.groupes is not None:
            gardees.append(a.c.groupe.in_(sorted(self.groupes)))
        if self.confies_a:
            gardees.append(sa.or_(a.c.charge == self.confies_a, a.c.groupe == self.confies_a))
        if self.a_personne:
            gardees += [a.c.agregat == "dossier", a.c.charge.is_(None), a.c.groupe.is_(None)]
        return gardees


def confies(charge: str, login: str, groupes: frozenset[str]) -> Filtre:
    """Return the filter of whose dossiers are asked: `moi`, `groupe` (mine), `personne`, else an agent or a group by its code."""
    match charge:
        case "moi":
            return Filtre(charge=login)
        case "groupe":
            return Filtre(groupes=groupes)
        case "personne":
            return Filtre(a_personne=True)
    return Filtre(confies_a=charge)


@refaites_si_abimees
def file(
    lectures: Lectures,
    maintenant: Instant,
    *,
    de: str | None = None,
    parmi: Filtre | None = None,
    limite: int | None = PAGE,
    apres: str = "",
    curseurs: bool = False,
) -> dict[str, Any]:
    """Return what people are awaited for: overdue first, then by échéance, then by age; `en_retard` is a count.

    Pages, here and in the other lists: see `paginer`.
    """
    with ouvrir(lectures) as (connexion, (a, t, *_)):
        parmi = parmi or Filtre()
        roles = t.c.de != Role.SYSTEME.value if de is None else t.c.de == de
        filtre = sa.and_(_ici(t), roles, *parmi.conditions(a, t, maintenant))
        # without a word on the aggregates, the count reads the attentes alone, by their index
        compte = sa.select(sa.func.count(), sa.func.sum(sa.case((t.c.echeance < triable(maintenant), 1), else_=0)))
        ensemble = a.join(t, a.c.id == t.c.id)
        compte = compte.select_from(ensemble if parmi.sur_les_agregats else t).where(filtre)
        total, en_retard = connexion.execute(compte).one()
        demande = (a.c.campagne, a.c.beneficiaire, a.c.demande_centimes, a.c.version, a.c.rejet_implicite)
        requete = (
            sa.select(a.c.agregat, a.c.id, a.c.ref, a.c.objet, a.c.etape, *demande, t.c.document, t.c.echeance)
            .add_columns(t.c.bloque_apres)
            .select_from(ensemble)
            .where(filtre)
        )
        # the past is before the future: overdue first
        page = paginer(connexion, requete, t.c.tri, apres, limite, curseurs=curseurs)
    for ligne in page["lignes"]:
        ligne["attente"] = {**ligne.pop("document"), "retard_jours": _retard(ligne.pop("echeance"), maintenant)}
        ligne["lente"] = (ligne.pop("bloque_apres") or "9") < triable(maintenant)
    return {"total": total, "en_retard": int(en_retard or 0), **page}


@refaites_si_abimees
def voisins(
    lectures: Lectures, maintenant: Instant, parmi: Filtre, curseur: str, dossier: UUID
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Return the rows of other dossiers just before and just after a row of the queue, which need not be there any more.

    An award is read with its dossier. Refuse with SaisieInvalide a cursor that nobody gave.
    """
    cle = lire_curseur(curseur)
    with ouvrir(lectures) as (connexion, (a, t, *_)):
        autres = (a.c.agregat.in_(("dossier", "subvention")), sa.func.coalesce(a.c.dossier, a.c.id) != str(dossier))
        des_gens = (_ici(t), t.c.de != Role.SYSTEME.value, *parmi.conditions(a, t, maintenant))
        requete = sa.select(a.c.agregat, a.c.ref, a.c.id, t.c.tri).select_from(a.join(t, a.c.id == t.c.id)).limit(1)
        requete = requete.where(*autres, *des_gens)
        avant, apres = (
            connexion.execute(voisine).mappings().one_or_none()
            for voisine in (
                requete.where(t.c.tri < cle).order_by(t.c.tri.desc()),
                requete.where(t.c.tri > cle).order_by(t.c.tri),
            )
        )
    return _avec_curseur(avant), _avec_curseur(apres)


def _avec_curseur(lue: sa.RowMapping | None) -> dict[str, Any] | None:
    return None if lue is None else {**lue, "curseur": ecrire_curseur(lue["tri"])}


@refaites_si_abimees
def valeurs(lectures: Lectures) -> dict[str, list[str]]:
    """Return the campagnes and the steps of what is awaited: what a filter may ask."""
    with ouvrir(lectures) as (connexion, (a, *_)):
        colonnes = (("campagnes", a.c.campagne), ("etapes", a.c.etape))
        ouverts = a.c.attentes > sa.literal_column("0")  # as in the index: a value sent apart could be another
        return {nom: _distinctes(connexion, colonne, ouverts) for nom, colonne in colonnes}


def _distinctes(connexion: sa.Connection, colonne: sa.Column[str], parmi: sa.ColumnElement[bool]) -> list[str]:
    """Return the values of an indexed column, blank left out, from one to the next: not a row more is read."""
    suivantes = sa.select(sa.func.min(colonne).label("lue")).where(parmi, colonne > "").cte("suivantes", recursive=True)
    suivante = sa.select(sa.func.min(colonne)).where(parmi, colonne > suivantes.c.lue).scalar_subquery()
    suivantes = suivantes.union_all(sa.select(suivante).where(suivantes.c.lue.is_not(None)))
    return list(connexion.scalars(sa.select(suivantes.c.lue).where(suivantes.c.lue.is_not(None))))


@refaites_si_abimees
def par_role(lectures: Lectures, maintenant: Instant) -> list[dict[str, Any]]:
    """Return how many attentes each role has, and how many of them are late, by role."""
    with ouvrir(lectures) as (connexion, (_, t, *_)):
        en_retard = sa.func.sum(sa.case((t.c.echeance < triable(maintenant), 1), else_=0))
        requete = sa.select(t.c.de, sa.func.count(), en_retard).where(_ici(t)).group_by(t.c.de).order_by(t.c.de)
        return [{"de": de, "total": total, "en_retard": int(tard)} for de, total, tard in connexion.execute(requete)]


def _retard(echeance: str | None, maintenant: Instant) -> int:
    if echeance is None or datetime.fromisoformat(echeance) >= maintenant:
        return 0
    return max(0, (jour_de(maintenant) - dernier_jour(datetime.fromisoformat(echeance))).days)


@dataclass(frozen=True, slots=True)
class FiltreDeDossiers:
    """Blank keeps everything."""

    etat: str = ""
    mots: str = ""
    """As `sans_accents` writes them: in the number, the bénéficiaire or the objet."""
    campagne: str = ""
    qpv: str = ""
    commune: str = ""
    etape: str = ""
    """The name of a step of `parcours.Etape` reached, by the dossier or by its subvention."""

    def conditions(self, tables: Tables) -> list[sa.ColumnElement[bool]]:
        """Return what a dossier must be."""
        a, li, p = tables.agregats, tables.lieux, tables.parcours
        gardees: list[sa.ColumnElement[bool]] = [a.c.agregat == "dossier"]
        for colonne, voulue in ((a.c.etape, self.etat), (a.c.campagne, self.campagne)):
            if voulue:
                gardees.append(colonne == voulue)
        gardees += par_mots(a, self.mots)
        for genre, cle in (("qpv", self.qpv), ("commune", self.commune)):
            if cle:
                gardees.append(a.c.id.in_(sa.select(li.c.id).where(li.c.genre == genre, li.c.code == cle)))
        if self.etape:
            gardees.append(a.c.id.in_(sa.select(p.c.id).where(p.c.atteint >= Etape[self.etape.upper()])))
        return gardees


@refaites_si_abimees
def dossiers(
    lectures: Lectures, parmi: FiltreDeDossiers | None = None, *, limite: int | None = PAGE, apres: str = ""
) -> dict[str, Any]:
    """Return dossiers, by number."""
    with ouvrir(lectures) as (connexion, tables):
        a = tables.agregats
        demande = (a.c.campagne, a.c.beneficiaire, a.c.objet, a.c.etape.label("etat"))
        requete = sa.select(a.c.ref, a.c.id, *demande, a.c.version, a.c.demande_centimes, a.c.propose_centimes)
        requete = requete.where(*(parmi or FiltreDeDossiers()).conditions(tables))
        return _liste(connexion, requete, a.c.tri, apres, limite)


@refaites_si_abimees
def campagnes(lectures: Lectures) -> list[str]:
    """Return the campagnes of the dossiers."""
    with ouvrir(lectures) as (connexion, (a, *_)):
        requete = sa.select(a.c.ref).where(a.c.agregat == "campagne").order_by(a.c.tri)
        return list(connexion.scalars(requete))


@refaites_si_abimees
def lister(lectures: Lectures, agregat: str, *, apres: str = "", limite: int | None = PAGE) -> dict[str, Any]:
    """Return the aggregates of a kind, by number."""
    with ouvrir(lectures) as (connexion, (a, *_)):
        connus = (
            sa.func.nullif(colonne, "").label(nom)
            for nom, colonne in (("etat", a.c.etape), ("objet", a.c.objet), ("beneficiaire", a.c.beneficiaire))
        )
        colonnes = (a.c.ref, a.c.id, *connus, a.c.version, a.c.attentes, *(a.c[nom] for nom in MONTANTS_DE_SUBVENTION))
        return _liste(connexion, sa.select(*colonnes).where(a.c.agregat == agregat), a.c.tri, apres, limite)


@refaites_si_abimees
def seances(lectures: Lectures) -> list[dict[str, Any]]:
    """Return every sitting, the last one first, with how many rapports it has, their lines, those still to vote."""
    with ouvrir(lectures) as (connexion, (a, *_)):
        r = a.alias()
        comptes = (
            sa.select(r.c.seance, sa.func.count().label("rapports"))
            .add_columns(sa.func.sum(r.c.lignes).label("lignes"), sa.func.sum(r.c.a_voter).label("a_voter"))
            .where(r.c.agregat == "deliberation")
            .group_by(r.c.seance)
            .subquery()
        )
        nombres = (sa.func.coalesce(comptes.c[nom], 0).label(nom) for nom in ("rapports", "lignes", "a_voter"))
        requete = (
            sa.select(a.c.id, a.c.ref, a.c.jour, a.c.etape.label("etat"), a.c.termine, *nombres)
            .select_from(a.outerjoin(comptes, comptes.c.seance == a.c.id))
            .where(a.c.agregat == "seance")
            .order_by(a.c.jour.desc(), a.c.tri)
        )
        return [dict(ligne) for ligne in connexion.execute(requete).mappings()]


@refaites_si_abimees
def rejets(lectures: Lectures, *, apres: str = "", limite: int | None = PAGE) -> dict[str, Any]:
    """Return the échéances that the comptable refused, as (`id` of the subvention, `rang`); `restants`: to be taken up."""
    with ouvrir(lectures) as (connexion, (*_, r)):
        requete = sa.select(r.c.id, r.c.cle).where(r.c.genre == "rejet")
        compte = requete.with_only_columns(sa.func.count(), sa.func.sum(sa.case((r.c.cle < "1", 1), else_=0)))
        total, restants = connexion.execute(compte).one()
        page = paginer(connexion, requete, r.c.cle, apres, limite)
    lignes = [{"id": UUID(ligne["id"]), "rang": int(ligne["cle"].rpartition(" ")[2])} for ligne in page["lignes"]]
    return {"total": total, "restants": int(restants or 0), **page, "lignes": lignes}


def _liste(
    connexion: sa.Connection, requete: sa.Select[Any], tri: sa.Column[str], apres: str, limite: int | None
) -> dict[str, Any]:
    """Return a page, how many rows there are in all, and the amounts of each together."""
    total = connexion.scalar(requete.with_only_columns(sa.func.count(), maintain_column_froms=True))
    page = paginer(connexion, requete, tri, apres, limite)
    return {"total": total or 0, **page, "lignes": [_montants_ensemble(ligne) for ligne in page["lignes"]]}


@refaites_si_abimees
def par_etat(lectures: Lectures) -> dict[str, int]:
    """Return how many dossiers stand at each état."""
    with ouvrir(lectures) as (connexion, (a, *_)):
        requete = sa.select(a.c.etape, sa.func.count()).where(a.c.agregat == "dossier").group_by(a.c.etape)
        return dict(connexion.execute(requete.order_by(a.c.etape)).all())


@refaites_si_abimees
def totaux(lectures: Lectures) -> dict[str, int]:
    """Return the sums of what is asked and proposed (dossiers) and voted to paid (subventions), in cents."""
    with ouvrir(lectures) as (connexion, (a, *_)):
        sommes: dict[str, int] = {}
        for agregat, noms in (
            ("dossier", ("demande_centimes", "propose_centimes")),
            ("subvention", MONTANTS_DE_SUBVENTION),
        ):
            requete = sa.select(*(sa.func.coalesce(sa.func.sum(a.c[nom]), 0) for nom in noms))
            lues = connexion.execute(requete.where(a.c.agregat == agregat)).one()
            sommes.update(zip(noms, map(int, lues), strict=True))
    return sommes


@refaites_si_abimees
def prochains(lectures: Lectures, jusqu_a: Instant) -> list[tuple[str, UUID, int, Instant]]:
    """Return the aggregates for which the engine has something to do by that instant: (kind, id, version, instant)."""
    with ouvrir(lectures) as (connexion, (a, *_)):
        requete = (
            sa.select(a.c.agregat, a.c.id, a.c.version, a.c.prochain)
            .where(a.c.prochain <= triable(jusqu_a))
            .order_by(a.c.prochain, a.c.id)
        )
        return [
            (li.agregat, UUID(li.id), li.version, datetime.fromisoformat(li.prochain))
            for li in connexion.execute(requete)
        ]


@refaites_si_abimees
def etat(lectures: Lectures, maintenant: Instant, retard_depuis: Instant) -> dict[str, Any]:
    """Return automatismes due and late, open aggregates without attente, human delays (counted, not anomalies)."""
    with ouvrir(lectures) as (connexion, (a, t, *_)):
        en_retard, aux_gens = t.c.echeance < triable(maintenant), t.c.de != Role.SYSTEME.value
        conditions = {
            "dus": t.c.prochain <= triable(maintenant),
            "en_retard": t.c.prochain < triable(retard_depuis),
            "retards_humains": sa.and_(_ici(t), t.c.automatisme.is_(None), en_retard, aux_gens),
            "au_dela_de_l_usage": sa.and_(_ici(t), t.c.bloque_apres < triable(maintenant)),
        }
        comptes = {
            nom: connexion.scalar(sa.select(sa.func.count()).select_from(t).where(condition)) or 0
            for nom, condition in conditions.items()
        }
        return {**comptes, "sans_attente": _sans_attente(connexion, a)}


@refaites_si_abimees
def sans_attente(lectures: Lectures) -> list[dict[str, Any]]:
    """Return what is open and awaits nobody, which is an anomaly."""
    with ouvrir(lectures) as (connexion, (a, *_)):
        return _sans_attente(connexion, a)


def _sans_attente(connexion: sa.Connection, a: sa.Table) -> list[dict[str, Any]]:
    orphelins = sa.select(a.c.agregat, a.c.ref, a.c.id).where(ORPHELINS, a.c.etape != ILLISIBLE)
    return [dict(ligne) for ligne in connexion.execute(orphelins).mappings()]


@refaites_si_abimees
def bloques(lectures: Lectures, maintenant: Instant, limite: int = 20) -> list[dict[str, Any]]:
    """Return what people are awaited for longer than is usual, the longest first: green everywhere, and yet dead."""
    with ouvrir(lectures) as (connexion, (a, t, *_)):
        requete = (
            sa.select(
                a.c.agregat, a.c.ref, a.c.id, t.c.document["code"].as_string().label("attente"), t.c.de, t.c.depuis
            )
            .select_from(a.join(t, a.c.id == t.c.id))
            .where(_ici(t), t.c.bloque_apres < triable(maintenant))
            .order_by(t.c.bloque_apres, a.c.ref, t.c.rang)
            .limit(limite)
        )
        return [dict(ligne) for ligne in connexion.execute(requete).mappings()]


def _ici(attentes: sa.Table) -> sa.ColumnElement[bool]:
    """Keep what is awaited where its geste is done: what awaits one act, of one aggregate or of two, is one row."""
    return ~attentes.c.ailleurs


def _montants_ensemble(ligne: dict[str, Any]) -> dict[str, Any]:
    montants = {nom: valeur for nom, valeur in ligne.items() if nom.endswith("_centimes")}
    return {**{nom: valeur for nom, valeur in ligne.items() if nom not in montants}, "montants": montants}
