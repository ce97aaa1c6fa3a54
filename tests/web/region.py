"""A Région, and the site before it: what is written behind the site is read on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bootstrap.cablage import services as ouvrir_services
from tests.application.seance import SEANCE, Region, preparer_region
from tests.moteur import installer
from tests.web.fabrique import Site, devant_le_store


@contextmanager
def ouvrir_site_de_region(dossier: Path) -> Iterator[tuple[Region, Site]]:
    """Put the site before a Région where nothing was done yet."""
    reglages, _ = installer(dossier, preparer_region, repetition=True)
    with ouvrir_services(reglages) as services, devant_le_store(services, reglages.base) as application:
        yield Region(services), Site(application, services, {"seance": SEANCE})


def en_seance(region: Region, lignes: int) -> str:
    """Bring dossiers to an open sitting, in one rapport; return its number."""
    region.ouvrir_credits()
    refs = region.instruire(lignes)
    region.tenir_seance()
    return region.preparer(refs)
