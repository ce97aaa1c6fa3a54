"""A Région whose sitting is open, or whose orders wait for a signature, and the site before it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bootstrap.lectures import lectures
from bootstrap.reglages import Reglages
from bootstrap.site import site as ouvrir_le_site
from tests.application.seance import SEANCE, Region, installer_region
from tests.moteur import ouvrir_store
from tests.web.fabrique import Site
from web.application import creer


@contextmanager
def ouvrir_site_de_region(dossier: Path) -> Iterator[tuple[Region, Site]]:
    """Put the site before a Région; what is written behind it is read."""
    with ouvrir_store(dossier, repetition=True) as (services, base):
        region = installer_region(services)
        reglages = Reglages(base=base)
        with (
            lectures(reglages, services) as ouvertes,
            ouvrir_le_site(reglages, services.coffre, a_preparer=True) as du_site,
        ):
            application = creer(reglages, services, ouvertes, du_site)
            application.state.portes.demandes.limite = 1_000_000
            yield region, Site(application, services, {"seance": SEANCE})


def en_seance(region: Region, lignes: int) -> str:
    """Bring dossiers to an open sitting, in one rapport; return its number."""
    region.ouvrir_credits()
    refs = region.instruire(lignes)
    region.tenir_seance()
    return region.preparer(refs)
