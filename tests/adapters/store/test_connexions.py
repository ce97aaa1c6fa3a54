"""How an SQLite store is opened: durable at every commit, its log carried into the file seldom enough."""

from pathlib import Path

from adapters.store.connexions import PAGES_DE_WAL, connecter


def test_chaque_ecriture_atteint_le_disque_et_le_journal_de_sqlite_est_grand(tmp_path: Path) -> None:
    connexion = connecter(tmp_path / "essai.db")
    try:
        assert connexion.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connexion.execute("PRAGMA wal_autocheckpoint").fetchone() == (PAGES_DE_WAL,)
    finally:
        connexion.close()
    # SQLite's own thousand pages cost a large store a tenth of its commands (`diligence banc million`)
    assert PAGES_DE_WAL > 1000
