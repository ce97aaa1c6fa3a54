"""What a dossier leads to: its campagne, its tiers, its sitting, its délibération, the bordereaux that paid it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from aggregates.deliberation import Deliberation
from aggregates.registre import ESPECES
from aggregates.subvention import Subvention
from application.noms import NomsDesServices
from application.services import Services
from application.store import sauf_illisible
from kernel.identifiants import identifiant


def liens(services: Services, document: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield the kind, the name, the number and the id of each, from the document of a dossier."""
    ids: list[tuple[str, UUID]] = []
    if document["campagne"]:
        ids.append(("campagne", identifiant("campagne", document["campagne"])))
    if document["tiers"]:
        ids.append(("tiers", UUID(document["tiers"])))
    if document["deliberation"]:
        deliberation = sauf_illisible(lambda: services.store.charger(Deliberation, UUID(document["deliberation"])))
        if deliberation is not None and deliberation.seance is not None:
            ids.append(("seance", deliberation.seance))
        ids.append(("deliberation", UUID(document["deliberation"])))
    if document["subvention"]:
        lequel = identifiant("subvention", UUID(document["id"]))
        subvention = sauf_illisible(lambda: services.store.charger(Subvention, lequel))
        paiements = () if subvention is None else subvention.paiements.values()
        ids += dict.fromkeys(("bordereau", p.bordereau) for p in paiements if p.bordereau is not None)
    noms = NomsDesServices(services)
    for espece, identite in ids:
        agregat = sauf_illisible(lambda: services.store.charger(ESPECES[espece].classe, identite))  # noqa: B023 - at once
        ref = "" if agregat is None else str(agregat.ref)
        yield espece, noms.designer(espece, identite), ref, str(identite)
