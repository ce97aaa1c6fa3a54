"""The campagne of a dossier, under the version of its règlement that applies to it; what its règlement calls things."""

from datetime import date
from functools import partial
from uuid import UUID

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from application.libelles import SANS, Appellations
from application.numeros import id_de
from application.services import Services
from application.store import sauf_illisible
from dispositifs.reglement import Reglement
from kernel.identifiants import identifiant


def campagne_du(dossier: Dossier, services: Services, jour: date | None = None) -> Campagne:
    """Return it as of that day, the day of the command under way by default; a version frozen with the dossier stays its own."""
    campagne = services.store.charger(Campagne, id_de("campagne", dossier.campagne))
    return campagne.selon(dossier.reglement, dossier.depose_le, dossier.jour if jour is None else jour)


def libelles_de(services: Services, campagne: str) -> Appellations:
    """Return what the règlement of a campagne calls its pièces, criteria and services, the last version first."""
    lue = sauf_illisible(partial(services.store.charger, Campagne, identifiant("campagne", campagne)))
    if lue is None or lue.reglement is None:
        return SANS
    return Appellations.de([lue.reglement, *(Reglement.relire(revise.reglement) for _, revise in lue.revisions)])


def libelles_sur(services: Services, espece: str, identifiant_lu: UUID) -> Appellations:
    """Return those that the facts of an aggregate are said with: a dossier has its campagne."""
    if espece != Dossier.nom:
        return SANS
    dossier = sauf_illisible(partial(services.store.a_ses_debuts, Dossier, identifiant_lu))
    return SANS if dossier is None else libelles_de(services, dossier.campagne)
