"""What the Région gives elsewhere for the same project: other dossiers of the same applicant with the same objet."""

from functools import partial

from aggregates.dossier import Dossier
from aggregates.tiers import Tiers
from application.consultations.doubles import meme_projet
from application.services import Services
from application.store import sauf_illisible
from dispositifs.evaluation import LigneBudget
from dispositifs.financeurs import AUTRE_AIDE


def autres_aides(dossier: Dossier, services: Services) -> tuple[LigneBudget, ...]:
    """Return what each of them was given, or is proposed; what is only asked gives nothing yet."""
    store, tiers_id = services.store, dossier.tiers_id
    tiers = None if tiers_id is None else sauf_illisible(partial(store.charger, Tiers, tiers_id))
    montants = () if tiers is None else (_montant(autre) for autre in meme_projet(store, dossier, tiers))
    return tuple(LigneBudget(financeur=AUTRE_AIDE, montant_centimes=montant) for montant in montants if montant)


def _montant(dossier: Dossier) -> int:
    if dossier.decide_le is not None:
        return dossier.vote_centimes or 0
    return (dossier.proposition and dossier.proposition.montant_centimes) or 0
