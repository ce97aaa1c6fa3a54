"""The address of the base may be a secret in a file; what is given by hand wins."""

from pathlib import Path

import pytest

from bootstrap.reglages import BaseIntrouvable, Reglages
from cli.commun import reglages


def test_la_base_se_lit_dans_un_fichier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fichier = tmp_path / "base"
    fichier.write_text("postgresql://quelqu.un:secret@postgres/diligence\n", encoding="utf-8")
    monkeypatch.delenv("DILIGENCE_BASE", raising=False)
    monkeypatch.setenv("DILIGENCE_BASE_FICHIER", str(fichier))
    assert Reglages().base == "postgresql://quelqu.un:secret@postgres/diligence"
    assert reglages("sqlite:///ailleurs.db").base == "sqlite:///ailleurs.db"
    monkeypatch.setenv("DILIGENCE_BASE", "sqlite:///ici.db")
    assert Reglages().base == "sqlite:///ici.db"


def test_un_fichier_absent_est_refuse_par_son_nom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DILIGENCE_BASE", raising=False)
    monkeypatch.setenv("DILIGENCE_BASE_FICHIER", str(tmp_path / "absent"))
    with pytest.raises(BaseIntrouvable, match="absent"):
        Reglages()
    assert reglages("sqlite:///ailleurs.db").base == "sqlite:///ailleurs.db"
