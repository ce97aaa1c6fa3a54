"""A rehearsal store with agents, an open campagne, and what a sitting needs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.store.schema import migrer
from bootstrap.cablage import services
from bootstrap.reglages import Reglages
from tests.application.bureau import Atelier
from tests.application.seance import Region, ouvrir_region
from tests.moteur import DEBUT, preparer


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    """A Région on the eve of its first sitting, its clock at hand."""
    with ouvrir_region(tmp_path) as ouverte:
        yield ouverte


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def vide(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Atelier]:
    """An empty rehearsal store, on each engine."""
    sqlite = request.param == "sqlite"
    base = f"sqlite:///{tmp_path / 'essai.db'}" if sqlite else str(request.getfixturevalue("postgres_url"))
    migrer(base, repetition=True, debut=DEBUT)
    cle = tmp_path / "essai.cle"
    cle.write_text("0" * 64, encoding="ascii")
    reglages = Reglages(base=base, cle_maitresse=cle, fichiers=tmp_path / "fichiers", taille_max_fichier=1000)
    with services(reglages) as ouverts:
        yield Atelier(ouverts, base, tmp_path / "fichiers")


@pytest.fixture
def atelier(vide: Atelier) -> Atelier:
    """A store with agents and one open campagne."""
    preparer(vide.services)
    return vide
