"""The rows of the coffre, on both engines. A destroyed key leaves an empty row: a forgotten subject stays so."""

import json
import re
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Self, cast
from uuid import UUID

from eventsourcing.persistence import OperationalError, ProgrammingError

from adapters.cle_maitresse import CleMaitresseAutre
from adapters.store.commun import reprendre_si_perdue
from adapters.store.connexions import ReserveSqlite
from adapters.store.perdue import Appartenance
from adapters.store.schema import SECONDES_SQLITE
from adapters.store.schema_postgres import SECONDES_POSTGRES

Chiffrer = Callable[[bytes, bytes | None], bytes]
"""From the wrapped key of the subject, the encrypted text; the one that was there, sealed again, when there is one."""
Range = tuple[bytes, bool]
"""The encrypted text as it is kept, and whether it was not there before."""
Reemballer = Callable[[UUID, bytes], bytes]
"""From a subject and its wrapped key, the same key wrapped by the new master key."""


def _verifier(garde: tuple[str] | None, attendu: str) -> None:
    """Refuse to write under a master key that was replaced while this process ran: nobody could read it again."""
    if garde != (attendu,):
        raise CleMaitresseAutre(
            "La clé maîtresse du coffre a été remplacée depuis que ce programme tourne : relancez-le avec la nouvelle."
        )


def _tenir_la_cle(c: Any, sujet: UUID, cle_neuve: bytes, temoin: str) -> bytes | None:
    """Return the wrapped key of a subject, made when it had none, its row held to the end; None when it was destroyed."""
    # held too: the master key cannot be replaced between the wrapping and its commit
    _verifier(c.execute("SELECT cle_maitresse FROM coffre.temoin FOR SHARE").fetchone(), temoin)
    c.execute("INSERT INTO coffre.cles VALUES (%s, %s) ON CONFLICT DO NOTHING", (sujet, cle_neuve))
    ligne = c.execute("SELECT cle FROM coffre.cles WHERE sujet=%s FOR SHARE", (sujet,)).fetchone()
    return cast("bytes | None", ligne[0]) if ligne else None


class Rayon(ABC):
    """What is asked of the rows, in the SQL of PostgreSQL; an engine lends a cursor that understands it."""

    _reserve: Any
    _secondes: ClassVar[str]
    """What says now, in its SQL: the clock that dates the texts."""

    @abstractmethod
    def _lire(self) -> AbstractContextManager[Any]:
        """Lend a cursor, each statement being its own transaction."""

    @abstractmethod
    def _ecrire(self) -> AbstractContextManager[Any]:
        """Lend a cursor inside a write transaction."""

    def _effacer(self) -> AbstractContextManager[Any]:
        """Lend a cursor inside a transaction that erases; what a server keeps of old rows goes with its next VACUUM."""
        return self._ecrire()

    @abstractmethod
    def lisibles(self, sujets: Collection[UUID]) -> set[UUID]:
        """Return those of these subjects whose key is there."""

    def fermer(self) -> None:
        self._reserve.fermer()

    def temoin(self) -> str | None:
        ligne = self._une("SELECT cle_maitresse FROM coffre.temoin")
        return ligne[0] if ligne else None

    def appartenance(self) -> Appartenance | None:
        """Return whose the coffre is; None when `migrer` has not written it yet."""
        datee = "SELECT touche_le FROM coffre.textes LIMIT 1"
        try:
            ligne = self._une(f"SELECT store, servi, ({datee}) FROM coffre.appartenance")  # noqa: S608 - constants only
        except (OperationalError, ProgrammingError) as erreur:
            if "appartenance" in str(erreur) or "touche_le" in str(erreur):  # an older coffre was put back
                return None
            raise
        return None if ligne is None else Appartenance(ligne[0], bool(ligne[1]))

    def noter_qu_il_sert(self) -> None:
        """Keep that the store of this coffre holds facts."""
        with self._ecrire() as c:
            c.execute("UPDATE coffre.appartenance SET servi=1")

    def retenir_temoin(self, temoin: str) -> str:
        """Keep what recognises the master key, once; return what is kept."""
        if (garde := self.temoin()) is not None:
            return garde
        with self._ecrire() as c:
            c.execute("INSERT INTO coffre.temoin VALUES (1, %s) ON CONFLICT DO NOTHING", (temoin,))
        return cast(str, self.temoin())

    def ranger(self, texte_id: UUID, sujet: UUID, cle_neuve: bytes, chiffrer: Chiffrer, temoin: str) -> Range | None:
        """Keep a text, sealed afresh when it was there; None when the key of the subject was destroyed."""
        with self._ecrire() as c:
            # the row is held: the key cannot be destroyed between the text and its commit
            cle = _tenir_la_cle(c, sujet, cle_neuve, temoin)
            if cle is None:
                return None
            while True:
                neuf = (texte_id, sujet, chiffrer(cle, None))
                garder = f"INSERT INTO coffre.textes VALUES (%s, %s, %s, {self._secondes}) ON CONFLICT DO NOTHING"  # noqa: S608
                if c.execute(garder, neuf).rowcount:
                    return neuf[2], True
                connu = c.execute(
                    "SELECT chiffre FROM coffre.textes WHERE texte_id=%s FOR UPDATE", (texte_id,)
                ).fetchone()
                if connu is not None:  # else it was taken back in between
                    chiffre = chiffrer(cle, connu[0])
                    toucher = f"UPDATE coffre.textes SET chiffre=%s, touche_le={self._secondes} WHERE texte_id=%s"  # noqa: S608
                    c.execute(toucher, (chiffre, texte_id))
                    return chiffre, False

    def retirer(self, texte_id: UUID, chiffre: bytes) -> None:
        """Remove a text, if nobody sealed it again since."""
        with self._ecrire() as c:
            c.execute("DELETE FROM coffre.textes WHERE texte_id=%s AND chiffre=%s", (texte_id, chiffre))

    def lire(self, texte_id: UUID) -> tuple[UUID, bytes, bytes] | None:
        """Return subject, encrypted text and wrapped key."""
        ligne = self._une(
            "SELECT sujet, chiffre, cle FROM coffre.textes JOIN coffre.cles USING (sujet)"
            " WHERE texte_id=%s AND cle IS NOT NULL",
            texte_id,
        )
        return None if ligne is None else (UUID(str(ligne[0])), ligne[1], ligne[2])

    def sujet(self, texte_id: UUID) -> UUID | None:
        """Return the subject of a text."""
        ligne = self._une("SELECT sujet FROM coffre.textes WHERE texte_id=%s", texte_id)
        return UUID(str(ligne[0])) if ligne else None

    def cle(self, sujet: UUID) -> bytes | None:
        """Return the wrapped key of a subject."""
        ligne = self._une("SELECT cle FROM coffre.cles WHERE sujet=%s", sujet)
        return ligne[0] if ligne else None

    def exiger_cle(self, sujet: UUID, cle_neuve: bytes, temoin: str) -> bytes | None:
        """Return the wrapped key of a subject, made when it had none; None when it was destroyed."""
        with self._ecrire() as c:
            return _tenir_la_cle(c, sujet, cle_neuve, temoin)

    def textes(self) -> Iterator[UUID]:
        """Yield the id of every text."""
        with self._lire() as c:
            for (texte_id,) in c.execute("SELECT texte_id FROM coffre.textes"):
                yield UUID(str(texte_id))

    def purger(self, textes: Collection[UUID], connu: int, repos: int) -> int:
        """Remove those of these texts that nobody kept for `repos` seconds, counted before `connu` too; return how many.

        Asked again of each as it is removed: who keeps one meanwhile makes it of now.
        """
        with self._effacer() as c:
            limite = f"touche_le < least({self._secondes}, %s) - {repos}"
            retirer = f"DELETE FROM coffre.textes WHERE texte_id=%s AND {limite}"  # noqa: S608
            return sum(c.execute(retirer, (texte, connu)).rowcount for texte in textes)

    def detruire(self, sujet: UUID) -> bool:
        """Erase the key and the texts; False when there was no key."""
        with self._effacer() as c:
            # first: it waits for whoever is making that key just now, and forgets one that has no text yet
            c.execute("INSERT INTO coffre.cles VALUES (%s, NULL) ON CONFLICT DO NOTHING", (sujet,))
            cles = c.execute("UPDATE coffre.cles SET cle=NULL WHERE sujet=%s AND cle IS NOT NULL", (sujet,)).rowcount
            c.execute("DELETE FROM coffre.textes WHERE sujet=%s", (sujet,))
        return bool(cles)

    def tourner(self, ancien: str, nouveau: str, reemballer: Reemballer, empreintes: tuple[UUID, bytes]) -> int:
        """Wrap every key again, in one transaction, while nobody else writes; return how many.

        Never tried again by itself: after a lost answer, the key that opens the coffre tells whether it was done.
        """
        with self._effacer() as c:
            _verifier(c.execute("SELECT cle_maitresse FROM coffre.temoin FOR UPDATE").fetchone(), ancien)
            lignes = c.execute("SELECT sujet, cle FROM coffre.cles WHERE cle IS NOT NULL FOR UPDATE").fetchall()
            neuves = [(reemballer(UUID(str(sujet)), cle), sujet) for sujet, cle in lignes]
            c.executemany("UPDATE coffre.cles SET cle=%s WHERE sujet=%s", neuves)
            c.execute("INSERT INTO coffre.cles VALUES (%s, %s) ON CONFLICT DO NOTHING", empreintes)
            c.execute("UPDATE coffre.temoin SET cle_maitresse=%s", (nouveau,))
        return len(lignes)

    def _une(self, requete: str, *params: object) -> tuple[Any, ...] | None:
        with self._lire() as c:
            return cast("tuple[Any, ...] | None", c.execute(requete, params).fetchone())


class RayonSqlite(Rayon):
    """The coffre of an SQLite store: a file of its own, because its backups obey another rule."""

    _secondes = SECONDES_SQLITE

    def __init__(self, chemin: Path) -> None:
        self._reserve = ReserveSqlite(chemin)

    @contextmanager
    def _lire(self) -> Iterator["_Curseur"]:
        with self._reserve.lire() as connexion, closing(connexion.cursor(_Curseur)) as curseur:
            yield curseur

    @contextmanager
    def _ecrire(self) -> Iterator["_Curseur"]:
        with self._reserve.ecrire() as connexion, closing(connexion.cursor(_Curseur)) as curseur:
            yield curseur

    @contextmanager
    def _effacer(self) -> Iterator["_Curseur"]:
        """Lend a write transaction after which what was replaced is nowhere in the file nor in its log."""
        with self._ecrire() as c:
            c.execute("PRAGMA secure_delete=ON")  # the bytes are overwritten, not only unlinked
            yield c
        with self._lire() as c:
            c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def lisibles(self, sujets: Collection[UUID]) -> set[UUID]:
        requete = "SELECT sujet FROM cles WHERE cle IS NOT NULL AND sujet IN (SELECT value FROM json_each(%s))"
        with self._lire() as c:
            return {UUID(sujet) for (sujet,) in c.execute(requete, (json.dumps([str(s) for s in sujets]),))}


class _Curseur(sqlite3.Cursor):
    """Takes the SQL of PostgreSQL: here the file is the schema, and whoever writes holds every row."""

    def execute(self, requete: str, params: Any = (), /) -> Self:
        return super().execute(_en_sqlite(requete), params)

    def executemany(self, requete: str, params: Any, /) -> Self:
        return super().executemany(_en_sqlite(requete), params)


@cache
def _en_sqlite(requete: str) -> str:
    return re.sub(r"coffre\.| FOR (SHARE|UPDATE)$", "", requete).replace("%s", "?").replace("least(", "min(")


sqlite3.register_adapter(UUID, str)


class RayonPostgres(Rayon):
    """The coffre of a PostgreSQL store: the schema `coffre`."""

    _secondes = SECONDES_POSTGRES

    def __init__(self, base: str) -> None:
        from adapters.store.reserve_postgres import ReservePostgres

        self._reserve = ReservePostgres(base, taille=4)

    @contextmanager
    def _lire(self) -> Iterator[Any]:
        with self._reserve.preter() as connexion, connexion.cursor() as curseur:
            yield curseur

    @contextmanager
    def _ecrire(self) -> Iterator[Any]:
        with self._reserve.preter() as connexion, connexion.transaction(), connexion.cursor() as curseur:
            yield curseur

    @reprendre_si_perdue
    def lisibles(self, sujets: Collection[UUID]) -> set[UUID]:
        requete = "SELECT sujet FROM coffre.cles WHERE cle IS NOT NULL AND sujet = ANY(%s)"
        with self._lire() as c:
            return {sujet for (sujet,) in c.execute(requete, (list(sujets),))}

    ranger = reprendre_si_perdue(Rayon.ranger)
    exiger_cle = reprendre_si_perdue(Rayon.exiger_cle)
    retirer = reprendre_si_perdue(Rayon.retirer)
    detruire = reprendre_si_perdue(Rayon.detruire)
    _une = reprendre_si_perdue(Rayon._une)
