"""The store read again as it is stored, by pages and outside any transaction: nothing is decoded, nothing is kept."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, cast
from uuid import UUID

from eventsourcing.persistence import DatabaseError

from adapters.store.chaine import INSTANT_POSTGRES, LIGNE_POSTGRES, LIGNE_SQLITE, ORIGINE, LigneChainee
from adapters.store.commun import PAGE
from adapters.store.gardes import manquantes_postgres, manquantes_sqlite
from adapters.store.pages import PAR_FLUX, est_abime


class Lire(Protocol):
    """Runs one statement, its own transaction."""

    def __call__(self, requete: str, *params: Any) -> Sequence[tuple[Any, ...]]: ...


class ARelire(Protocol):
    """A recorder whose store can be read again."""

    def relire(self) -> "Relecture": ...


class RecuStocke(NamedTuple):
    """A journal row, as far as it says which facts its command wrote. `rang` follows the order of writing."""

    rang: int
    agregat: str
    version: int
    topics: tuple[str, ...]
    position: int
    enregistre_le: str


class Maillon(NamedTuple):
    """A position and the digest that stands there: what an anchor keeps."""

    position: int
    empreinte: bytes

    def en_json(self) -> dict[str, Any]:
        """Return it as documents show it."""
        return {"position": self.position, "empreinte": self.empreinte.hex()}

    def __str__(self) -> str:
        return f"{self.position}:{self.empreinte.hex()}"


class VersionsDuFlux(NamedTuple):
    """The first and last versions of a stream, and how many facts it has."""

    agregat: str
    premiere: int
    derniere: int
    nombre: int


@lru_cache(maxsize=1024)
def _topics_json(texte: str) -> tuple[str, ...]:
    return tuple(json.loads(texte))


_CLES = (
    f"SELECT position, originator_id, originator_version FROM stored_events INDEXED BY {PAR_FLUX}"  # noqa: S608
    f" WHERE position>? AND position<=? ORDER BY position LIMIT {PAGE}"
)
"""What the index of the streams tells of facts whose page is damaged."""


@dataclass(frozen=True, slots=True)
class Dialecte:
    """How one engine writes what is read: a parameter, what stands before its tables, a fact, the rank of a receipt."""

    p: str
    s: str
    fait: str
    rang: str
    recu: str
    premier_flux: str | UUID
    """Comes before the id of any stream."""
    topics: Callable[[Any], tuple[str, ...]]
    donnee: str | None
    """What says the last position ever given, where a position without fact is always one that was removed."""
    gardes: Callable[[Callable[[str], Sequence[tuple[Any, ...]]]], list[str]]
    index: Callable[[Lire], Iterator[tuple[str, str]]] | None
    """The name of each index, and what reads every entry of it; None where damage is only met by who reads."""


def _index_sqlite(lire: Lire) -> Iterator[tuple[str, str]]:
    requete = "SELECT name, tbl_name, coalesce(sql, '') FROM sqlite_schema WHERE type='index' AND tbl_name IN (?, ?)"
    for nom, table, sql in lire(requete, "stored_events", "journal"):
        (_, _, colonne), *_ = lire(f"PRAGMA index_info({nom})")
        partie = sql.partition(" WHERE ")[2] or "true"
        yield nom, f"SELECT total(length({colonne})) FROM {table} INDEXED BY {nom} WHERE {partie}"  # noqa: S608


SQLITE = Dialecte(
    p="?",
    s="",
    fait=LIGNE_SQLITE,
    rang="rowid",
    recu="rowid, agregat_id, version, topics, position, enregistre_le",
    premier_flux="",
    topics=_topics_json,
    donnee="SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name='stored_events'), 0)",
    gardes=manquantes_sqlite,
    index=_index_sqlite,
)
POSTGRES = Dialecte(
    p="%s",
    s="public.",
    fait=LIGNE_POSTGRES,
    rang="rang",
    recu=f"rang, agregat_id::text, version, topics, position, {INSTANT_POSTGRES}",
    premier_flux=UUID(int=0),
    topics=tuple,
    donnee=None,  # a command that met a conflict has taken a position, and gives it to nobody
    gardes=manquantes_postgres,
    index=None,
)


class Relecture:
    """What verification asks of a store."""

    def __init__(self, lire: Lire, dialecte: Dialecte) -> None:
        self._lire, self._d = lire, dialecte

    @property
    def contigu(self) -> bool:
        """Tell whether positions follow one another without a lawful hole."""
        return self._d.donnee is not None

    def pages(self, apres: int, jusqu_a: int) -> Iterator[Sequence[LigneChainee]]:
        """Yield the facts between two positions, the first one left out, in the order of their positions, by pages."""
        with ThreadPoolExecutor(1) as fil:  # the database reads a page while the one before is being looked at
            suivante = fil.submit(self._page, apres, jusqu_a)
            while page := suivante.result():
                suivante = fil.submit(self._page, page[-1][0], jusqu_a)
                yield page

    def _page(self, apres: int, jusqu_a: int) -> Sequence[LigneChainee]:
        d = self._d
        requete = (
            f"SELECT {d.fait} FROM {d.s}stored_events WHERE position>{d.p} AND position<={d.p}"  # noqa: S608
            f" ORDER BY position LIMIT {PAGE}"
        )
        try:
            return cast(Sequence[LigneChainee], self._lire(requete, apres, jusqu_a))
        except DatabaseError as erreur:
            if not est_abime(erreur):
                raise
            return [self._fait(*cle) for cle in self._lire(_CLES, apres, jusqu_a)]

    def _fait(self, position: int, agregat: str, version: int) -> LigneChainee:
        """Return one fact of a file that has a damaged page; without content, topic nor digest when it is on it."""
        try:
            lues = self._lire(f"SELECT {self._d.fait} FROM stored_events WHERE position=?", position)  # noqa: S608
        except DatabaseError:
            lues = []
        return cast(LigneChainee, lues[0]) if lues else (position, agregat, version, "illisible", b"", "", None)

    def flux_de(self, agregat: UUID) -> Sequence[LigneChainee]:
        """Return the facts of one stream, by version."""
        d = self._d
        cle = agregat if isinstance(d.premier_flux, UUID) else str(agregat)
        requete = f"SELECT {d.fait} FROM {d.s}stored_events WHERE originator_id={d.p} ORDER BY originator_version"  # noqa: S608
        return cast(Sequence[LigneChainee], self._lire(requete, cle))

    def suivante(self, position: int) -> LigneChainee | None:
        """Return the fact that stands after a position."""
        d = self._d
        requete = f"SELECT {d.fait} FROM {d.s}stored_events WHERE position>{d.p} ORDER BY position LIMIT 1"  # noqa: S608
        lues = self._lire(requete, position)
        return cast(LigneChainee, lues[0]) if lues else None

    def recus(self, apres: int) -> Iterator[RecuStocke]:
        """Yield the journal rows after a rank, in their order."""
        d, neuf = self._d, tuple.__new__  # a named tuple's own is a function of Python: a store has a million
        requete = f"SELECT {d.recu} FROM {d.s}journal WHERE {d.rang}>{d.p} ORDER BY {d.rang} LIMIT {PAGE}"  # noqa: S608
        while page := self._lire(requete, apres):
            for rang, agregat, version, topics, position, le in page:
                yield neuf(RecuStocke, (rang, agregat, version, d.topics(topics), position, le))
            apres = page[-1][0]

    def maillon(self, position: int | None = None) -> Maillon:
        """Return the last digest, or the last one up to a position; that of the origin when there is none."""
        d = self._d
        borne = "" if position is None else f" WHERE position<={d.p}"
        params = () if position is None else (position,)
        lignes = self._lire(
            f"SELECT position, empreinte FROM {d.s}stored_events{borne} ORDER BY position DESC LIMIT 1",  # noqa: S608
            *params,
        )
        return Maillon(lignes[0][0], lignes[0][1] or b"") if lignes else Maillon(0, ORIGINE)

    def derniere_donnee(self) -> int:
        """Return the last position ever given; that of the last fact where the engine does not tell."""
        return self.maillon().position if self._d.donnee is None else int(self._lire(self._d.donnee)[0][0])

    def compter(self) -> int:
        """Return how many facts there are."""
        return int(self._lire(f"SELECT count(*) FROM {self._d.s}stored_events")[0][0])  # noqa: S608

    def dernier_rang(self) -> int:
        """Return the rank of the last journal row."""
        return int(self._lire(f"SELECT coalesce(max({self._d.rang}), 0) FROM {self._d.s}journal")[0][0])  # noqa: S608

    def position_du_recu(self, rang: int) -> int:
        """Return the position of the last fact that was there when the journal row of that rank was written."""
        d = self._d
        lignes = self._lire(
            f"SELECT position FROM {d.s}journal WHERE {d.rang}<={d.p} ORDER BY {d.rang} DESC LIMIT 1",  # noqa: S608
            rang,
        )
        return int(lignes[0][0]) if lignes else 0

    def flux(self) -> Iterator[VersionsDuFlux]:
        """Yield the versions of each stream; a statement never reads more than a page of streams."""
        d = self._d
        requete = (
            "SELECT originator_id, min(originator_version), max(originator_version), count(*)"  # noqa: S608
            f" FROM {d.s}stored_events WHERE originator_id>{d.p} GROUP BY originator_id"
            f" ORDER BY originator_id LIMIT {PAGE}"
        )
        apres: Any = d.premier_flux
        while page := self._lire(requete, apres):
            for agregat, *bornes in page:
                yield VersionsDuFlux(str(agregat), *bornes)
            apres = page[-1][0]

    def index_abimes(self) -> list[str]:
        """Return the indexes of facts and receipts that have a damaged page: SQLite finds some of them by nothing else."""
        return (
            [] if self._d.index is None else [nom for nom, lecture in self._d.index(self._lire) if self._abime(lecture)]
        )

    def _abime(self, requete: str) -> bool:
        try:
            self._lire(requete)
        except DatabaseError as erreur:
            if not est_abime(erreur):
                raise
            return True
        return False

    def gardes_manquantes(self) -> list[str]:
        """Return what should keep the tables append-only and is missing or altered."""
        return self._d.gardes(self._lire)
