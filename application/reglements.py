"""The campagne of a dossier, under the version of its règlement that applies to it."""

from datetime import date

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from application.numeros import id_de
from application.services import Services


def campagne_du(dossier: Dossier, services: Services, jour: date | None = None) -> Campagne:
    """Return it as of that day, the day of the command under way by default; a version frozen with the dossier stays its own."""
    campagne = services.store.charger(Campagne, id_de("campagne", dossier.campagne))
    return campagne.selon(dossier.reglement, dossier.depose_le, dossier.jour if jour is None else jour)
