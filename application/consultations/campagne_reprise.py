"""What a take-over brought: the requests ready for a vote, the awards ready to be paid."""

from dataclasses import dataclass

from aggregates.dossier import Dossier, Etat
from aggregates.dossier.reprise import Repris
from aggregates.subvention import Subvention
from aggregates.subvention.ouverture import SubventionReprise
from application.consultations.voir import beneficiaire
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
    for dossier in services.store.ayant(Dossier, Repris):
        montant = None if dossier.proposition is None else dossier.proposition.montant_centimes
        if dossier.campagne == campagne and dossier.etat is Etat.PROPOSE and montant is not None:
            trouvees.append((dossier.ref, montant))
    return sorted(trouvees)


def payables(services: Services, campagne: str) -> list[Payable]:
    """Return the awards whose échéancier is known, by number."""
    trouvees = []
    for subvention in services.store.ayant(Subvention, SubventionReprise):
        if subvention.campagne == campagne and subvention.echeancier_valide:
            tiers = beneficiaire(services, subvention)
            assert tiers is not None
            echeances = tuple(echeance.montant_centimes for echeance in subvention.echeancier)
            trouvees.append(Payable(subvention.ref, tiers.ref, echeances))
    return sorted(trouvees, key=lambda payable: payable.ref)
