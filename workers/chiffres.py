"""The figures of the engine, taken in one place: `diligence etat` says them to people, /metriques to a supervisor."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any, Final, TypeVar
from uuid import UUID

from eventsourcing.persistence import InterfaceError, OperationalError

from application.services import Services
from bootstrap.cablage import adresse_temporal, journal_retire, verification_du_store
from bootstrap.lectures import Lectures
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.reglages import Reglages
from kernel.refus import Refus
from kernel.systeme import raison_de_la_base
from readmodels.file import requetes
from workers.horloges import horloge_suspecte
from workers.rapport import FILET_S, Genre
from workers.voies import VOIES, nom_du_curseur, reculs

ARRETEE_S: Final = 60.0
"""A projector reads a fact within a second: beyond a minute, none runs, or one fact stops it."""
VOIE_ARRETEE_S: Final = {"vif": 60.0, "lot": 3600.0}
"""The same of the relay; the slow lane of a campaign may lawfully be minutes behind."""
INTEGRITE_DITE: Final = 20
"""`verifier` says them all."""
INJOIGNABLE: Final = "temporal_injoignable"
PARTIES: Final = ("lectures", "base", "suivis", "teleservices", "integrite")
"""What `etat` reads, apart: one that does not answer leaves the others."""
PILOTES: Final = ("workflow", "filet", "cli")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Retard:
    """How far a reader of the store is behind: facts not read, and the age of the first of them."""

    position: int
    faits: int = 0
    secondes: float = 0.0


@dataclass(frozen=True, slots=True)
class DuStore:
    """What the store tells alone: the lanes of the relay, who drove what, what was refused."""

    tete: int
    relais: Mapping[str, Retard]
    par: Mapping[str, int]
    refus: Mapping[str, int]
    reculs: Mapping[str, int]
    """How far each lane of the relay had read before an older copy of the store was put back."""
    arretees: list[dict[str, Any]]
    """Lanes that stand still: a fact has waited for longer than `VOIE_ARRETEE_S` to be told."""
    relus: tuple[UUID, ...] = ()
    """Forgotten, and readable again: an older copy of the coffre was put back."""
    horloge: Sequence[dict[str, Any]] = ()
    """That the clock does not agree with the last recording."""


@dataclass(frozen=True, slots=True)
class DesLectures:
    """What the read models tell. `automatismes_dus` includes `automatismes_en_retard`."""

    projections: Mapping[str, Retard]
    automatismes_dus: int
    automatismes_en_retard: int
    sans_attente: list[dict[str, Any]]
    retards_humains: int
    au_dela_de_l_usage: int
    bloques: list[dict[str, Any]]
    """The first of them, the longest stuck first."""
    reculs: list[dict[str, Any]]
    arretees: list[dict[str, Any]]
    """Projections that stand still: facts wait for longer than `ARRETEE_S`, or reading them fails."""
    illisibles: list[dict[str, Any]]
    """Elements that have a fact this program cannot read, each with that fact and why."""


RIEN_DU_STORE: Final = DuStore(0, {}, {}, {}, {}, [])
Suivis = tuple[dict[str, Any] | None, list[dict[str, Any]]]
Lues = tuple["DesLectures", Mapping[str, int]]
SANS_SUIVIS: Final[Suivis] = (None, [])
AUCUNES_LUES: Final[Lues] = (DesLectures({}, 0, 0, [], 0, 0, [], [], [], []), {})


def relever_le_store(services: Services) -> DuStore:
    """Read the store."""
    enregistreur = services.store.enregistreur
    relais = {voie: retard(services, enregistreur.curseur(nom_du_curseur(voie))) for voie in VOIES}
    lentes = [] if enregistreur.est_repetition() else [v for v in VOIES if relais[v].secondes > VOIE_ARRETEE_S[v]]
    return DuStore(
        tete=enregistreur.derniere_position(),
        relais=relais,
        reculs=reculs(enregistreur),
        arretees=[{"voie": voie, "secondes": relais[voie].secondes} for voie in lentes],
        par={**dict.fromkeys(PILOTES, 0), **enregistreur.compter_par_pilote()},
        refus=enregistreur.compter_refus(),
        relus=tuple(sorted(services.coffre.lisibles(services.fichiers.oublies()))),
        horloge=horloge_suspecte(services),
    )


def relever_les_lectures(services: Services, lectures: Lectures, *, rattraper: bool = False) -> DesLectures:
    """Read the read models as they are; with `rattraper`, the lags are those found, the rest is up to date.

    A supervisor never catches up: it would hide that the projector stands still.
    """
    projections = {nom: retard(services, lectures.position(nom)) for nom in lectures.projections}
    arretees = [] if services.store.enregistreur.est_repetition() else _arretees(projections)
    if rattraper:
        try:
            lectures.rattraper("file")
        except Exception as erreur:  # said, and the rest with the rows there are
            arretees.append({"projection": "file", "erreur": type(erreur).__name__})
    maintenant = services.maintenant()
    lu = requetes.etat(lectures, maintenant, maintenant - timedelta(seconds=FILET_S))
    return DesLectures(
        projections=projections,
        automatismes_dus=lu["dus"],
        automatismes_en_retard=lu["en_retard"],
        sans_attente=lu["sans_attente"],
        retards_humains=lu["retards_humains"],
        au_dela_de_l_usage=lu["au_dela_de_l_usage"],
        bloques=requetes.bloques(lectures, maintenant) if lu["au_dela_de_l_usage"] else [],
        reculs=lectures.reculs(),
        arretees=arretees,
        illisibles=lectures.illisibles(),
    )


def _arretees(projections: Mapping[str, Retard]) -> list[dict[str, Any]]:
    return [{"projection": nom, "secondes": lu.secondes} for nom, lu in projections.items() if lu.secondes > ARRETEE_S]


def retard(services: Services, position: int) -> Retard:
    """Return how far a position is behind the head of the store."""
    enregistreur = services.store.enregistreur
    premier = next(iter(enregistreur.lire_depuis(position, 1)), None)
    if premier is None or premier.enregistre_le is None:
        return Retard(position)
    age = (services.maintenant() - premier.enregistre_le).total_seconds()
    return Retard(position, enregistreur.derniere_position() - position, round(max(age, 0.0), 3))


def copies_anciennes(store: DuStore, lectures: DesLectures) -> list[dict[str, Any]]:
    """Return what tells that an older copy was put back: readers that have seen more facts, people readable again."""
    return [
        *({"genre": Genre.OUBLI_ANNULE, "id": str(sujet)} for sujet in store.relus),
        *({"genre": Genre.STORE_EN_ARRIERE, **recul} for recul in lectures.reculs),
        *(
            {"genre": Genre.STORE_EN_ARRIERE, "relais": voie, "position": max(lu.position, vue), "tete": store.tete}
            for voie, lu in store.relais.items()
            if (vue := store.reculs.get(voie, 0)) or lu.position > store.tete
        ),
    ]


def etat(reglages: Reglages, services: Services) -> dict[str, Any]:
    """Return the document of `diligence etat`, what is cheap to read again of the store included.

    It always answers: a part that cannot be read is one of its `illisibles`, with the reason. A database that does not
    answer is an outage (`panne`): what was read before stands, the other parts are not waited for.
    """
    muettes: list[dict[str, Any]] = []
    pannes: list[str] = []

    def lire(partie: str, lecture: Callable[[], T], sinon: T) -> T:
        if pannes:
            muettes.append({"partie": partie, "pourquoi": pannes[0]})
            return sinon
        try:
            return lecture()
        except Exception as erreur:
            if isinstance(erreur, OperationalError | InterfaceError):
                pannes.append(raison_de_la_base(erreur))
            if isinstance(erreur, Refus) and erreur.code == INJOIGNABLE:
                raise
            muettes.append({"partie": partie, "pourquoi": _pourquoi(erreur)})
            return sinon

    with ExitStack() as pile:
        lectures = lire("lectures", lambda: pile.enter_context(ouvrir_lectures(reglages, services)), None)
        lues, positions = lire("lectures", lambda: _lues(services, lectures), AUCUNES_LUES)
        du_store = lire("base", lambda: relever_le_store(services), RIEN_DU_STORE)
        try:
            rapport, echecs = lire("suivis", lambda: _suivis(reglages, services, lectures), SANS_SUIVIS)
        except Refus as refus:
            lu = document(du_store, lues, positions, None)
            lu["temporal"] = refus.message
            lu["derive"].append({"genre": refus.code, "adresse": adresse_temporal(reglages)})
        else:
            lu = {**document(du_store, lues, positions, rapport), "en_echec": echecs}
        lu["teleservices"] = lire("teleservices", lambda: _teleservices(reglages, services), list[dict[str, Any]]())
        lu |= lire("integrite", lambda: integrite(services), dict[str, Any]())
    if journal_retire(reglages.base):
        lu["derive"].append({"genre": Genre.JOURNAL_RETIRE})
    lu["illisibles"] = [*lu["illisibles"], *muettes]
    lu["panne"] = next(iter(pannes), None)
    return lu


def etat_sans_base(reglages: Reglages, panne: str) -> dict[str, Any]:
    """Return the document of `diligence etat` where the store does not even open: why, and what is known without it."""
    lu = document(RIEN_DU_STORE, AUCUNES_LUES[0], {}, None)
    lu["illisibles"] = [{"partie": partie, "pourquoi": panne} for partie in PARTIES]
    if journal_retire(reglages.base):
        lu["derive"].append({"genre": Genre.JOURNAL_RETIRE})
    return lu | {"panne": panne}


def _lues(services: Services, lectures: Lectures | None) -> Lues:
    if lectures is None:
        return AUCUNES_LUES
    lues = relever_les_lectures(services, lectures, rattraper=True)
    return lues, {nom: lectures.position(nom) for nom in lectures.projections}


def _suivis(reglages: Reglages, services: Services, lectures: Lectures | None) -> Suivis:
    """Return what a pass of reconciliation says, and the steps that fail again and again; refuse with TemporalInjoignable."""
    adresse = adresse_temporal(reglages)
    if adresse is None:
        return SANS_SUIVIS
    from workers.entretien import en_echec, reconcilier  # only here: without an engine there is no Temporal to load

    rapport = asyncio.run(reconcilier(reglages, services, adresse, reparer=False))
    return rapport, [] if lectures is None else asyncio.run(en_echec(reglages, services, lectures, adresse))


def _teleservices(reglages: Reglages, services: Services) -> list[dict[str, Any]]:
    """Return how each démarche ever read goes; a store whose site was not prepared reads none."""
    from bootstrap.site import site  # only here: a supervisor asks nothing of it

    try:
        with site(reglages, services.coffre) as ouvert:
            lues = ouvert.reperes
            return [
                repere.en_json(lues.compter_rejets(repere.demarche), lues.suites(repere.demarche))
                for repere in lues.tous()
            ]
    except Refus:
        return []


def _pourquoi(erreur: Exception) -> str:
    if isinstance(erreur, Refus):
        return erreur.message
    dite = raison_de_la_base(erreur)
    return type(erreur).__name__ if dite == str(erreur).partition("\n")[0] else dite


def integrite(services: Services) -> dict[str, Any]:
    """Return the head of the chain, and what does not hold of the guards, the counts and the last facts."""
    verification = verification_du_store(services)
    constats = islice(verification.en_tete(), INTEGRITE_DITE)
    return {"integrite": [constat.en_json() for constat in constats], "tete": verification.tete.en_json()}


def document(
    store: DuStore, lectures: DesLectures, positions: Mapping[str, int], rapport: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the document of `diligence etat`; `rapport` is that of a pass of reconciliation, None without Temporal."""
    return {
        "positions": {
            "store": store.tete,
            "relais": {voie: lu.position for voie, lu in store.relais.items()},
            "projections": dict(positions),
        },
        "retards": {"relais": _retards(store.relais.items()), "projections": _retards(lectures.projections.items())},
        "automatismes": {
            "dus": lectures.automatismes_dus,
            "en_retard": lectures.automatismes_en_retard,
            "par": dict(store.par),
        },
        "refus": dict(store.refus),
        "illisibles": lectures.illisibles,
        "parques": [] if rapport is None else rapport["parques"],
        "sans_attente": lectures.sans_attente,
        "derive": [
            *store.horloge,
            *copies_anciennes(store, lectures),
            *([] if rapport is None else rapport["derive"]),
        ],
        "temporal": "non consulté" if rapport is None else {"ouverts": rapport["ouverts"], "suivis": rapport["suivis"]},
        "retards_humains": lectures.retards_humains,
        "au_dela_de_l_usage": lectures.au_dela_de_l_usage,
        "bloques": lectures.bloques,
        "teleservices": [],
        # without an engine nobody projects, and nobody has to
        "voies_arretees": [] if rapport is None else store.arretees,
        "projections_arretees": [a for a in lectures.arretees if rapport is not None or "erreur" in a],
        "en_echec": [],
        "integrite": [],
        "tete": None,
        "panne": None,
    }


def _retards(lus: Iterable[tuple[str, Retard]]) -> dict[str, dict[str, float]]:
    return {nom: {"faits": lu.faits, "secondes": lu.secondes} for nom, lu in lus}
