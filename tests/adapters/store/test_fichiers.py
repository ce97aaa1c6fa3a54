"""Pièces, by content."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from adapters.fichiers import FichierAltere, FichierInconnu, FichiersDossier


def test_les_memes_octets_sont_gardes_une_fois(tmp_path: Path) -> None:
    fichiers = FichiersDossier(tmp_path / "pieces")
    empreinte = sha256(b"statuts").hexdigest()
    assert fichiers.ranger(b"statuts") is not None
    assert fichiers.ranger(b"statuts") is None
    assert fichiers.lire(empreinte) == b"statuts"
    assert [f.relative_to(tmp_path / "pieces").as_posix() for f in (tmp_path / "pieces").rglob("*") if f.is_file()] == [
        f"{empreinte[:2]}/{empreinte[2:]}"
    ]


def test_une_piece_alteree_ne_se_lit_pas_et_se_range_de_nouveau(tmp_path: Path) -> None:
    fichiers = FichiersDossier(tmp_path)
    empreinte = sha256(b"statuts").hexdigest()
    fichiers.ranger(b"statuts")
    (tmp_path / empreinte[:2] / empreinte[2:]).write_bytes(b"STATUTS")
    with pytest.raises(FichierAltere):
        fichiers.lire(empreinte)
    assert fichiers.ranger(b"statuts") is None, "facts may name what was there: nobody takes it back"
    assert fichiers.lire(empreinte) == b"statuts"


def test_ce_que_nul_autre_n_a_garde_se_reprend(tmp_path: Path) -> None:
    fichiers = FichiersDossier(tmp_path)
    empreinte = sha256(b"statuts").hexdigest()
    retrait = fichiers.ranger(b"statuts")
    assert retrait is not None
    retrait()
    with pytest.raises(FichierInconnu):
        fichiers.lire(empreinte)
    retrait()  # once more: nothing to take back
    premier = fichiers.ranger(b"statuts")
    assert premier is not None
    fichiers.ranger(b"statuts")
    premier()
    assert fichiers.lire(empreinte) == b"statuts", "somebody kept the same since: the facts of another may name it"


@pytest.mark.parametrize("empreinte", ["0" * 64, "../../etc/passwd", "", "Z" * 64, "/" * 64])
def test_une_empreinte_inconnue_ou_qui_sort_du_dossier(tmp_path: Path, empreinte: str) -> None:
    with pytest.raises(FichierInconnu):
        FichiersDossier(tmp_path).lire(empreinte)


def test_deux_a_la_fois_ne_se_genent_pas(tmp_path: Path) -> None:
    fichiers = FichiersDossier(tmp_path)
    contenus = [bytes([rang % 5]) * 10_000 for rang in range(50)]
    with ThreadPoolExecutor(8) as fils:
        retraits = list(fils.map(fichiers.ranger, contenus))
    assert sum(retrait is not None for retrait in retraits) == 5
    assert [fichiers.lire(sha256(contenu).hexdigest()) for contenu in contenus] == contenus
    assert not list(tmp_path.rglob(".*"))


def test_un_oubli_note_l_est_pour_de_bon_et_a_part_des_pieces(tmp_path: Path) -> None:
    fichiers, sujets = FichiersDossier(tmp_path / "pieces"), {uuid4(), uuid4()}
    assert fichiers.oublies() == set()
    for sujet in [*sujets, *sujets]:
        fichiers.noter_oubli(sujet)
    (tmp_path / "pieces" / "oublies" / ".nfs0001").touch()
    assert FichiersDossier(tmp_path / "pieces").oublies() == sujets
