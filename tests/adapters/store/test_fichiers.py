"""Pièces, by content."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from adapters.fichiers import FichierAltere, FichierInconnu, FichiersDossier


def test_les_memes_octets_sont_gardes_une_fois(tmp_path: Path) -> None:
    fichiers = FichiersDossier(tmp_path / "pieces")
    empreinte = fichiers.ranger(b"statuts")
    assert empreinte == sha256(b"statuts").hexdigest() == fichiers.ranger(b"statuts")
    assert fichiers.lire(empreinte) == b"statuts"
    assert fichiers.contient(empreinte)
    assert [f.relative_to(tmp_path / "pieces").as_posix() for f in (tmp_path / "pieces").rglob("*") if f.is_file()] == [
        f"{empreinte[:2]}/{empreinte[2:]}"
    ]


def test_une_piece_alteree_ne_se_lit_pas_et_se_range_de_nouveau(tmp_path: Path) -> None:
    fichiers = FichiersDossier(tmp_path)
    empreinte = fichiers.ranger(b"statuts")
    (tmp_path / empreinte[:2] / empreinte[2:]).write_bytes(b"STATUTS")
    with pytest.raises(FichierAltere):
        fichiers.lire(empreinte)
    fichiers.ranger(b"statuts")
    assert fichiers.lire(empreinte) == b"statuts"


@pytest.mark.parametrize("empreinte", ["0" * 64, "../../etc/passwd", "", "Z" * 64, "/" * 64])
def test_une_empreinte_inconnue_ou_qui_sort_du_dossier(tmp_path: Path, empreinte: str) -> None:
    with pytest.raises(FichierInconnu):
        FichiersDossier(tmp_path).lire(empreinte)


def test_deux_a_la_fois_ne_se_genent_pas(tmp_path: Path) -> None:
    fichiers = FichiersDossier(tmp_path)
    contenus = [bytes([rang % 5]) * 10_000 for rang in range(50)]
    with ThreadPoolExecutor(8) as fils:
        empreintes = list(fils.map(fichiers.ranger, contenus))
    assert len(set(empreintes)) == 5
    assert [fichiers.lire(e) for e in empreintes] == contenus
    assert not list(tmp_path.rglob(".*"))
