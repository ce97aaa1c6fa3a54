"""A campagne that was lived to its first payment, and the read models over it, for what counts or finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bootstrap.lectures import Lectures
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.reglages import Reglages
from tests.application.argent import attribuer, fixer, payer, valider_iban
from tests.application.bureau import Atelier
from tests.application.seance import Region, installer_region


def vivre(region: Region) -> None:
    """Award three dossiers on one enveloppe and pay the first, an advance of 70 %; a fourth is only filed."""
    payee = attribuer(region, 3)[0]
    valider_iban(region, payee)
    fixer(region, payee)
    payer(region, payee)
    region.instruire(1, viser=False)


@contextmanager
def campagne_vecue(atelier: Atelier, dossier: Path) -> Iterator[tuple[Region, Lectures]]:
    """Live it on an atelier, and open its read models."""
    region = installer_region(atelier.services)
    vivre(region)
    reglages = Reglages(base=atelier.base, fichiers=dossier / "fichiers")
    with ouvrir_lectures(reglages, atelier.services) as lectures:
        lectures.rattraper("file")
        yield region, lectures
