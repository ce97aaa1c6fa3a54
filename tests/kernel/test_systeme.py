"""Reasons of the system and of the databases, in French."""

import errno

import pytest

from kernel.systeme import raison_de_la_base, raison_du_systeme


@pytest.mark.parametrize(
    ("numero", "dit"), [(errno.ENOENT, "il n’existe pas"), (errno.EISDIR, "c’est un dossier"), (errno.ENOSPC, "plein")]
)
def test_une_raison_du_systeme_se_dit_en_francais(numero: int, dit: str) -> None:
    assert dit in raison_du_systeme(OSError(numero, "in English"))


def test_une_raison_sans_traduction_est_citee() -> None:
    assert raison_du_systeme(OSError(errno.EXDEV, "Invalid cross-device link")) == "Invalid cross-device link"
    assert raison_de_la_base(ValueError("something new\nand more")) == "something new"
    assert raison_de_la_base(ValueError()) == "ValueError"


@pytest.mark.parametrize(
    ("anglais", "dit"),
    [
        ("file is not a database", "ce fichier n’est pas une base"),
        ("attempt to write a readonly database", "lecture seule"),
        ('connection to server at "127.0.0.1", port 1 failed: Connection refused\n\tIs it?', "personne ne répond"),
    ],
)
def test_une_raison_de_la_base_se_dit_en_francais(anglais: str, dit: str) -> None:
    assert dit in raison_de_la_base(RuntimeError(anglais))
