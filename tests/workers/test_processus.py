"""What the processes do as they open the store."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bootstrap.reglages import Reglages
from tests.adapters.store.falsifications import relire
from tests.moteur import ouvrir_store
from workers.processus import _ouvrir_gardee


@pytest.mark.parametrize("repetition", [False, True])
def test_servir_dit_les_gardes_qu_il_remet(tmp_path: Path, *, repetition: bool) -> None:
    """Whoever took one away had a reason: the story of the process says which came back, once."""
    with ouvrir_store(tmp_path, repetition=repetition) as (_, base):
        pass
    with closing(sqlite3.connect(tmp_path / "essai.db")) as c:
        c.execute("DROP TRIGGER journal_delete")
    reglages = Reglages(base=base, cle_maitresse=tmp_path / "cle", fichiers=tmp_path / "fichiers")
    dits = []
    for _ in range(2):
        with capture_logs() as lignes, _ouvrir_gardee(reglages) as services:
            assert relire(services.store).gardes_manquantes() == []
        dits.append([ligne["message"] for ligne in lignes if ligne["event"] == "base.garde_remise"])
    assert dits == [["Remis en place, car absent ou changé : journal_delete."], []]
