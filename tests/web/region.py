"""A Région, and the site before it: what is written behind the site is read on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.application.seance import SEANCE, Region, installer_region
from tests.moteur import ouvrir_store
from tests.web.fabrique import Site, devant_le_store


@contextmanager
def ouvrir_site_de_region(dossier: Path) -> Iterator[tuple[Region, Site]]:
    """Put the site before a Région where nothing was done yet."""
    with ouvrir_store(dossier, repetition=True) as (services, base), devant_le_store(services, base) as application:
        yield installer_region(services), Site(application, services, {"seance": SEANCE})


def en_seance(region: Region, lignes: int) -> str:
    """Bring dossiers to an open sitting, in one rapport; return its number."""
    region.ouvrir_credits()
    refs = region.instruire(lignes)
    region.tenir_seance()
    return region.preparer(refs)
