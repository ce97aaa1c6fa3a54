"""A store says which one it is, on each engine."""

from pathlib import Path

import pytest

from adapters.store.identite import identite
from adapters.store.schema import migrer


def test_sqlite(tmp_path: Path) -> None:
    un, deux = (f"sqlite:///{tmp_path / nom}.db" for nom in ("un", "deux"))
    assert identite_apres(un) != identite_apres(deux)


@pytest.mark.postgres
def test_postgresql(postgres_url: str) -> None:
    identite_apres(postgres_url)


def identite_apres(base: str) -> str:
    premiere = str(migrer(base)["store_id"])
    assert identite(base) == premiere == migrer(base)["store_id"]
    return premiere
