"""A file is whole, or stays what it was."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from adapters.cle_maitresse import creer_cle, lire_cle
from adapters.ecriture import ecrit_en_entier


def test_un_fichier_prend_sa_place_entier_et_secret(tmp_path: Path) -> None:
    fichier = tmp_path / "f"
    fichier.write_text("avant")
    with ecrit_en_entier(fichier, durable=True) as provisoire:
        assert provisoire.stat().st_mode & 0o777 == 0o600  # before its first byte
        provisoire.write_text("après")
        assert fichier.read_text() == "avant"
    assert (fichier.read_text(), fichier.stat().st_mode & 0o777) == ("après", 0o600)
    assert list(tmp_path.iterdir()) == [fichier]


def test_un_echec_laisse_ce_qui_etait_la_et_rien_d_autre(tmp_path: Path) -> None:
    fichier = tmp_path / "f"
    fichier.write_text("avant")
    with suppress(KeyError), ecrit_en_entier(fichier) as provisoire:
        provisoire.write_text("demi")
        raise KeyError
    with pytest.raises(FileExistsError), ecrit_en_entier(fichier, neuf=True) as provisoire:
        provisoire.write_text("autre")
    assert fichier.read_text() == "avant"
    assert list(tmp_path.iterdir()) == [fichier]


def test_de_plusieurs_cles_creees_a_la_fois_une_seule_est_gardee(tmp_path: Path) -> None:
    fichier = tmp_path / "cle"
    with ThreadPoolExecutor(8) as fils:
        list(fils.map(creer_cle, [fichier] * 16))
    assert len(lire_cle(fichier)) == 32
    assert list(tmp_path.iterdir()) == [fichier]
