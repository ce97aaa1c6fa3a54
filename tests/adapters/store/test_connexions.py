"""How an SQLite store is opened: durable at every commit, its log seldom carried into the file."""

from contextlib import closing
from pathlib import Path

from adapters.store.connexions import PAGES_DE_WAL, connecter


def test_chaque_ecriture_atteint_le_disque(tmp_path: Path) -> None:
    with closing(connecter(tmp_path / "essai.db")) as connexion:
        assert connexion.execute("PRAGMA synchronous").fetchone() == (2,)


def test_le_journal_de_sqlite_est_reporte_rarement(tmp_path: Path) -> None:
    """SQLite's own thousand pages cost a large store a tenth of its commands (`diligence banc million`)."""
    with closing(connecter(tmp_path / "essai.db")) as connexion:
        assert connexion.execute("PRAGMA wal_autocheckpoint").fetchone() == (PAGES_DE_WAL,)
        assert PAGES_DE_WAL > 1000
