"""The rows of the coffre, on both engines. A destroyed key leaves an empty row: a forgotten subject stays so."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from adapters.cle_maitresse import CleMaitresseAutre
from adapters.store.commun import reprendre_si_perdue
from adapters.store.connexions import ReserveSqlite

Chiffrer = Callable[[bytes, bytes | None], bytes]
"""From the wrapped key of the subject, the encrypted text; the one that was there, sealed again, when there is one."""
Range = tuple[bytes, bool]
"""The encrypted text as it is kept, and whether it was not there before."""
Reemballer = Callable[[UUID, bytes], bytes]
"""From a subject and its wrapped key, the same key wrapped by the new master key."""


def _verifier(garde: str | None, attendu: str) -> None:
    """Refuse to write under a master key that was replaced while this process ran: nobody could read it again."""
    if garde != attendu:
        raise CleMaitresseAutre(
            "La clé maîtresse du coffre a été remplacée depuis que ce programme tourne : relancez-le avec la nouvelle."
        )


class RayonSqlite:
    """The coffre of an SQLite store: a file of its own, because its backups obey another rule."""

    def __init__(self, chemin: Path) -> None:
        self._reserve = ReserveSqlite(chemin)

    def temoin(self) -> str | None:
        with self._reserve.lire() as c:
            ligne = c.execute("SELECT cle_maitresse FROM temoin").fetchone()
        return ligne[0] if ligne else None

    def retenir_temoin(self, temoin: str) -> str:
        """Keep what recognises the master key, once; return what is kept."""
        if (garde := self.temoin()) is not None:
            return garde
        with self._reserve.ecrire() as c:
            c.execute("INSERT OR IGNORE INTO temoin VALUES (1, ?)", (temoin,))
        return cast(str, self.temoin())

    def ranger(self, texte_id: UUID, sujet: UUID, cle_neuve: bytes, chiffrer: Chiffrer, temoin: str) -> Range | None:
        """Keep a text, sealed afresh when it was there; None when the key of the subject was destroyed."""
        with self._reserve.ecrire() as c:
            _verifier(c.execute("SELECT cle_maitresse FROM temoin").fetchone()[0], temoin)
            c.execute("INSERT OR IGNORE INTO cles VALUES (?,?)", (str(sujet), cle_neuve))
            (cle,) = c.execute("SELECT cle FROM cles WHERE sujet=?", (str(sujet),)).fetchone()
            if cle is None:
                return None
            connu = c.execute("SELECT chiffre FROM textes WHERE texte_id=?", (str(texte_id),)).fetchone()
            chiffre = chiffrer(cle, connu and connu[0])
            if connu is None:
                c.execute("INSERT INTO textes VALUES (?,?,?)", (str(texte_id), str(sujet), chiffre))
            else:
                c.execute("UPDATE textes SET chiffre=? WHERE texte_id=?", (chiffre, str(texte_id)))
        return chiffre, connu is None

    def retirer(self, texte_id: UUID, chiffre: bytes) -> None:
        """Remove a text, if nobody sealed it again since."""
        with self._reserve.ecrire() as c:
            c.execute("DELETE FROM textes WHERE texte_id=? AND chiffre=?", (str(texte_id), chiffre))

    def lire(self, texte_id: UUID) -> tuple[UUID, bytes, bytes] | None:
        """Return subject, encrypted text and wrapped key."""
        with self._reserve.lire() as c:
            ligne = c.execute(
                "SELECT sujet, chiffre, cle FROM textes JOIN cles USING (sujet) WHERE texte_id=? AND cle IS NOT NULL",
                (str(texte_id),),
            ).fetchone()
        return None if ligne is None else (UUID(ligne[0]), ligne[1], ligne[2])

    def cle(self, sujet: UUID) -> bytes | None:
        """Return the wrapped key of a subject."""
        with self._reserve.lire() as c:
            ligne = c.execute("SELECT cle FROM cles WHERE sujet=?", (str(sujet),)).fetchone()
        return ligne[0] if ligne else None

    def detruire(self, sujet: UUID) -> bool:
        """Erase the key and the texts, from the file and from its log too."""
        with self._effacer() as c:
            detruite = (
                c.execute("UPDATE cles SET cle=NULL WHERE sujet=? AND cle IS NOT NULL", (str(sujet),)).rowcount > 0
            )
            c.execute("INSERT OR IGNORE INTO cles VALUES (?, NULL)", (str(sujet),))  # one that had no text yet
            c.execute("DELETE FROM textes WHERE sujet=?", (str(sujet),))
        return detruite

    def lisibles(self, sujets: Collection[UUID]) -> set[UUID]:
        """Return those of these subjects whose key is there."""
        requete = "SELECT sujet FROM cles WHERE cle IS NOT NULL AND sujet IN (SELECT value FROM json_each(?))"
        with self._reserve.lire() as c:
            return {UUID(sujet) for (sujet,) in c.execute(requete, (json.dumps([str(s) for s in sujets]),))}

    def tourner(self, ancien: str, nouveau: str, reemballer: Reemballer, empreintes: tuple[UUID, bytes]) -> int:
        """Wrap every key again, in one transaction; the old wrappings leave the file. Return how many."""
        with self._effacer() as c:
            _verifier(c.execute("SELECT cle_maitresse FROM temoin").fetchone()[0], ancien)
            lignes = c.execute("SELECT sujet, cle FROM cles WHERE cle IS NOT NULL").fetchall()
            c.executemany("UPDATE cles SET cle=? WHERE sujet=?", [(reemballer(UUID(s), cle), s) for s, cle in lignes])
            c.execute("INSERT OR IGNORE INTO cles VALUES (?,?)", (str(empreintes[0]), empreintes[1]))
            c.execute("UPDATE temoin SET cle_maitresse=?", (nouveau,))
        return len(lignes)

    @contextmanager
    def _effacer(self) -> Iterator[sqlite3.Connection]:
        """Lend a write transaction after which what was replaced is nowhere in the file nor in its log."""
        with self._reserve.lire() as c:
            c.execute("PRAGMA secure_delete=ON")  # the bytes are overwritten, not only unlinked
            try:
                c.execute("BEGIN IMMEDIATE")
                yield c
                c.execute("COMMIT")
            except BaseException:
                if c.in_transaction:
                    c.execute("ROLLBACK")
                raise
            c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def fermer(self) -> None:
        self._reserve.fermer()


class RayonPostgres:
    """The coffre of a PostgreSQL store: the schema `coffre`."""

    def __init__(self, base: str) -> None:
        from adapters.store.reserve_postgres import ReservePostgres

        self._reserve = ReservePostgres(base, taille=4)

    def temoin(self) -> str | None:
        ligne = self._une("SELECT cle_maitresse FROM coffre.temoin")
        return ligne[0] if ligne else None

    def retenir_temoin(self, temoin: str) -> str:
        """Keep what recognises the master key, once; return what is kept."""
        if (garde := self.temoin()) is not None:
            return garde
        self._une("INSERT INTO coffre.temoin VALUES (1, %s) ON CONFLICT DO NOTHING RETURNING un", temoin)
        return cast(str, self.temoin())

    @reprendre_si_perdue
    def ranger(self, texte_id: UUID, sujet: UUID, cle_neuve: bytes, chiffrer: Chiffrer, temoin: str) -> Range | None:
        """Keep a text, sealed afresh when it was there; None when the key of the subject was destroyed."""
        with self._reserve.preter() as c, c.transaction():
            # held to the end: the master key cannot be replaced between the wrapping and its commit
            garde = c.execute("SELECT cle_maitresse FROM coffre.temoin FOR SHARE").fetchone()
            _verifier(garde[0] if garde else None, temoin)
            c.execute("INSERT INTO coffre.cles VALUES (%s, %s) ON CONFLICT DO NOTHING", (sujet, cle_neuve))
            # the row is held: the key cannot be destroyed between the text and its commit
            ligne = c.execute("SELECT cle FROM coffre.cles WHERE sujet=%s FOR SHARE", (sujet,)).fetchone()
            if ligne is None or ligne[0] is None:
                return None
            while True:
                neuf = (texte_id, sujet, chiffrer(bytes(ligne[0]), None))
                pose = c.execute("INSERT INTO coffre.textes VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", neuf)
                if pose.rowcount:
                    return neuf[2], True
                connu = c.execute(
                    "SELECT chiffre FROM coffre.textes WHERE texte_id=%s FOR UPDATE", (texte_id,)
                ).fetchone()
                if connu is not None:  # else it was taken back in between
                    chiffre = chiffrer(bytes(ligne[0]), bytes(connu[0]))
                    c.execute("UPDATE coffre.textes SET chiffre=%s WHERE texte_id=%s", (chiffre, texte_id))
                    return chiffre, False

    @reprendre_si_perdue
    def retirer(self, texte_id: UUID, chiffre: bytes) -> None:
        """Remove a text, if nobody sealed it again since."""
        with self._reserve.preter() as c:
            c.execute("DELETE FROM coffre.textes WHERE texte_id=%s AND chiffre=%s", (texte_id, chiffre))

    def lire(self, texte_id: UUID) -> tuple[UUID, bytes, bytes] | None:
        """Return subject, encrypted text and wrapped key."""
        ligne = self._une(
            "SELECT sujet, chiffre, cle FROM coffre.textes JOIN coffre.cles USING (sujet)"
            " WHERE texte_id=%s AND cle IS NOT NULL",
            texte_id,
        )
        return None if ligne is None else (ligne[0], bytes(ligne[1]), bytes(ligne[2]))

    @reprendre_si_perdue
    def detruire(self, sujet: UUID) -> bool:
        """Erase the key and the texts; what the server keeps of the old rows goes with its next VACUUM."""
        with self._reserve.preter() as c, c.transaction():
            # first: it waits for whoever is making that key just now, and forgets one that has no text yet
            c.execute("INSERT INTO coffre.cles VALUES (%s, NULL) ON CONFLICT DO NOTHING", (sujet,))
            cle = c.execute("UPDATE coffre.cles SET cle=NULL WHERE sujet=%s AND cle IS NOT NULL", (sujet,))
            c.execute("DELETE FROM coffre.textes WHERE sujet=%s", (sujet,))
            return cle.rowcount > 0

    def cle(self, sujet: UUID) -> bytes | None:
        """Return the wrapped key of a subject."""
        ligne = self._une("SELECT cle FROM coffre.cles WHERE sujet=%s", sujet)
        return bytes(ligne[0]) if ligne and ligne[0] is not None else None

    @reprendre_si_perdue
    def lisibles(self, sujets: Collection[UUID]) -> set[UUID]:
        """Return those of these subjects whose key is there."""
        with self._reserve.preter() as c:
            requete = "SELECT sujet FROM coffre.cles WHERE cle IS NOT NULL AND sujet = ANY(%s)"
            return {sujet for (sujet,) in c.execute(requete, (list(sujets),))}

    def tourner(self, ancien: str, nouveau: str, reemballer: Reemballer, empreintes: tuple[UUID, bytes]) -> int:
        """Wrap every key again, in one transaction, while nobody else writes; return how many.

        Never tried again by itself: after a lost answer, the key that opens the coffre tells whether it was done.
        """
        with self._reserve.preter() as c, c.transaction():
            garde = c.execute("SELECT cle_maitresse FROM coffre.temoin FOR UPDATE").fetchone()
            _verifier(garde[0] if garde else None, ancien)
            lignes = c.execute("SELECT sujet, cle FROM coffre.cles WHERE cle IS NOT NULL FOR UPDATE").fetchall()
            with c.cursor() as curseur:
                curseur.executemany(
                    "UPDATE coffre.cles SET cle=%s WHERE sujet=%s",
                    [(reemballer(sujet, bytes(cle)), sujet) for sujet, cle in lignes],
                )
            c.execute("INSERT INTO coffre.cles VALUES (%s, %s) ON CONFLICT DO NOTHING", empreintes)
            c.execute("UPDATE coffre.temoin SET cle_maitresse=%s", (nouveau,))
        return len(lignes)

    def fermer(self) -> None:
        self._reserve.fermer()

    @reprendre_si_perdue
    def _une(self, requete: str, *params: object) -> tuple[Any, ...] | None:
        with self._reserve.preter() as c:
            return c.execute(requete.encode(), params).fetchone()
