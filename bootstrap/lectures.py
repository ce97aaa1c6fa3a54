"""The read models of a store, opened."""

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.lectures import fichier_lisible, ouvrir_base
from application.services import Services
from bootstrap.reglages import Reglages
from readmodels.base import Lectures, empreinte_du_code
from readmodels.chronologie import projection as chronologie
from readmodels.file import projection as file


@contextmanager
def lectures(reglages: Reglages, services: Services) -> Iterator[Lectures]:
    """Open them, or refuse with LecturesAbimees."""
    with fichier_lisible(reglages.base):
        ouvertes = Lectures(
            ouvrir_base(reglages.base),
            services.store,
            (file.File(), chronologie.Chronologie()),
            empreinte_du_code(file.DOSSIER, chronologie.DOSSIER),
        )
        try:
            yield ouvertes
        finally:
            ouvertes.fermer()


__all__ = ["Lectures", "lectures"]
