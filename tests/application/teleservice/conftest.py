"""A guichet on each engine."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bootstrap.reglages import Reglages
from bootstrap.site import site as ouvrir_le_site
from tests.application.bureau import Atelier
from tests.application.teleservice.guichet import Guichet, correspondance
from tests.demarche_numerique import serveur_dn


@pytest.fixture
def guichet(atelier: Atelier) -> Iterator[Guichet]:
    base = Reglages(base=atelier.base)
    atelier.services.store.enregistreur.regler_horloge(datetime(2026, 2, 2, 9, tzinfo=UTC))
    with serveur_dn() as dn, ouvrir_le_site(base, atelier.services.coffre, a_preparer=True) as site:
        yield Guichet(atelier.services, site, dn, correspondance())
