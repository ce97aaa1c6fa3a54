"""What a take-over brought: the requests ready for a vote, the awards ready to be paid."""

from dataclasses import dataclass
from uuid import UUID

from aggregates.dossier import Dossier, Etat
from aggregates.dossier.reprise import Repris
from aggregates.subvention import Subvention
from aggregates.subvention.ouverture import SubventionReprise
from aggregates.tiers import Tiers
from application.services import Services


@dataclass(frozen=True, slots=True)
class Payable:
    """An award with its échéances in cents; `tiers` is the number of who receives it."""

    ref: str
    tiers: str
    echeances: tuple[int, ...]


def proposees(services: Services, campagne: str) -> list[tuple[str, int]]:
    """Return the requests proposed with an amount, by number: (number, proposed cents)."""
    trouvees = []
    for dossier_id in services.store.enregistreur.ids_par_topic(Repris.topic):
        dossier = services.store.charger(Dossier, dossier_id)
        montant = None if dossier.proposition is None else dossier.proposition.montant_centimes
        if dossier.campagne == campagne and dossier.etat is Etat.PROPOSE and montant is not None:
            trouvees.append((dossier.ref, montant))
    return sorted(trouvees)


def payables(services: Services, campagne: str) -> list[Payable]:
    """Return the awards whose échéancier is known, by number."""
    trouvees = []
    for subvention_id in services.store.enregistreur.ids_par_topic(SubventionReprise.topic):
        subvention = services.store.charger(Subvention, subvention_id)
        if subvention.campagne == campagne and subvention.echeancier_valide:
            echeances = tuple(echeance.montant_centimes for echeance in subvention.echeancier)
            trouvees.append(Payable(subvention.ref, _tiers(services, subvention.dossier), echeances))
    return sorted(trouvees, key=lambda payable: payable.ref)


def _tiers(services: Services, dossier_id: UUID | None) -> str:
    assert dossier_id is not None
    tiers_id = services.store.charger(Dossier, dossier_id).tiers_id
    assert tiers_id is not None
    return services.store.charger(Tiers, tiers_id).ref
