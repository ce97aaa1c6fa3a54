"""Sums over the whole store, each aggregate folded once: what read models and exports must agree with."""

from collections import Counter
from functools import partial
from typing import Any

from aggregates.dossier import Dossier
from aggregates.registre import ESPECES
from aggregates.subvention import Subvention
from application.consultations.voir import montants
from application.services import Services
from application.store import sauf_illisible
from kernel.agregat import plier


def totaux(services: Services) -> dict[str, Any]:
    """Return facts, dossiers by état, and amounts in cents: asked and proposed by dossiers, voted to paid by subventions."""
    etats: Counter[str] = Counter()
    sommes: Counter[str] = Counter()
    faits = 0
    for inscriptions in services.store.flux_par_flux():
        faits += len(inscriptions)
        entete = inscriptions[0].entete
        if (espece := ESPECES.get(entete.agregat)) is None:
            continue
        agregat = sauf_illisible(partial(plier, espece.classe, entete.id, inscriptions))
        if isinstance(agregat, Dossier):
            etats[agregat.etat.value] += 1
            sommes["demande_centimes"] += agregat.demande_centimes or 0
            sommes["propose_centimes"] += (agregat.proposition.montant_centimes if agregat.proposition else None) or 0
        elif isinstance(agregat, Subvention):
            sommes.update(montants(agregat))
    return {"faits": faits, "dossiers": {"par_etat": dict(sorted(etats.items()))}, "montants": dict(sommes)}
