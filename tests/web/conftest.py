"""One small store for all the tests of the web: they only read it."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.web.fabrique import Site, ouvrir_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ouvrir_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def client(site: Site) -> TestClient:
    return site.client_de("ines")
