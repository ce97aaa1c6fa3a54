"""How an SQLite store is opened: durable at every commit, its log carried into the file as seldom as its size asks."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.store.connexions import PAGES_DE_WAL, connecter

PAGE = 4096


def test_chaque_ecriture_atteint_le_disque(tmp_path: Path) -> None:
    with closing(connecter(tmp_path / "essai.db")) as connexion:
        assert connexion.execute("PRAGMA synchronous").fetchone() == (2,)


@pytest.mark.parametrize(
    ("pages_du_fichier", "attendues"),
    [(0, PAGES_DE_WAL[0]), (100, PAGES_DE_WAL[0]), (32_000, 4_000), (10_000_000, PAGES_DE_WAL[1])],
)
def test_le_journal_de_sqlite_est_a_la_mesure_du_fichier(tmp_path: Path, pages_du_fichier: int, attendues: int) -> None:
    """SQLite's own thousand pages cost a large store a tenth of its commands (`diligence banc million`)."""
    fichier = tmp_path / "essai.db"
    with closing(sqlite3.connect(fichier)) as connexion:
        connexion.execute("CREATE TABLE t (n INTEGER)")
    os.truncate(fichier, max(fichier.stat().st_size, pages_du_fichier * PAGE))  # sparse: what SQLite ignores
    with closing(connecter(fichier)) as connexion:
        assert connexion.execute("PRAGMA wal_autocheckpoint").fetchone() == (attendues,)
