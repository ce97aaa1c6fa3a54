"""Failpoints: each is passed somewhere in the product, and nothing of the product can arm one."""

import re
from pathlib import Path

import pytest

from kernel import pannes
from tests.test_maison import pieces_du_linter

RACINE = Path(__file__).resolve().parents[2]


def _sources() -> str:
    fichiers = (f for piece in pieces_du_linter() for f in (RACINE / piece).rglob("*.py") if f != Path(pannes.__file__))
    return "\n".join(f.read_text(encoding="utf-8") for f in fichiers)


def test_chaque_point_est_passe_et_aucun_n_est_arme_par_le_produit() -> None:
    sources = _sources()
    assert set(re.findall(r"passer\(\"([^\"]+)\"\)", sources)) == pannes.POINTS
    assert not re.search(r"kernel\.pannes import (?!passer\b)|pannes\.armer", sources)


def test_chaque_point_a_son_exercice() -> None:
    """A failpoint nobody waits at proves nothing."""
    exercices = "\n".join(f.read_text(encoding="utf-8") for f in Path(__file__).parent.glob("test_*.py"))
    assert {point for point in pannes.POINTS if f'"{point}:' not in exercices} == set()


def test_un_point_inconnu_ne_s_arme_pas() -> None:
    with pytest.raises(KeyError):
        pannes.armer("nulle.part", lambda: None)


def test_un_point_arme_est_franchi_une_fois_par_passage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pannes, "_armees", {})
    passages: list[str] = []
    pannes.passer("store.apres_ecriture")
    pannes.armer("store.apres_ecriture", lambda: passages.append("ici"))
    pannes.passer("store.apres_ecriture")
    pannes.passer("relais.apres_signal")
    assert passages == ["ici"]
