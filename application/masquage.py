"""Whose texts were masked at the asking of a person: the coffre keeps them, and nobody is shown them but who controls."""

from functools import partial
from typing import Final
from uuid import UUID

from aggregates.dossier import Dossier
from aggregates.subvention import Subvention
from application.noms import sans_les_textes
from application.services import Services
from application.store import sauf_illisible
from kernel.attentes import Role

MASQUE: Final = "(masqué)"


def est_masque(services: Services, espece: str, objet: UUID, roles: frozenset[Role] = frozenset()) -> bool:
    """Tell whether the texts of a request, or of its award, are masked for these roles: an auditor reads during a contrôle."""
    if espece == "subvention":
        subvention = sauf_illisible(partial(services.store.charger, Subvention, objet))
        objet = objet if subvention is None else subvention.dossier or objet
    elif espece != "dossier":
        return False
    dossier = sauf_illisible(partial(services.store.charger, Dossier, objet))
    if dossier is None or dossier.masque is None:
        return False
    return dossier.controle is None or Role.AUDITEUR not in roles


def selon_le_masque(services: Services, espece: str, objet: UUID) -> Services:
    """Return the doors through which it is read: the coffre is closed when its texts are masked."""
    return sans_les_textes(services, MASQUE) if est_masque(services, espece, objet) else services
