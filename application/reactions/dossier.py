"""What a dossier awaits of the engine elsewhere: its tiers."""

from collections.abc import Callable

from aggregates.dossier import Dossier
from application.automatisme import Ordre, reaction
from application.geste import envoyer
from application.gestes.tiers import EnregistrerTiers
from application.services import Services


@reaction("dossier", "rattacher_tiers", Dossier)
def rattacher_tiers(dossier: Dossier, ordre: Ordre, services: Services) -> Callable[[Dossier], object]:
    """A dossier was filed: record its tiers by its SIRET (silent when known), then the link."""
    commande = EnregistrerTiers(siret=dossier.siret or "", denomination=dossier.denomination)
    tiers = envoyer(commande, ordre.sous_appel("tiers"), services).id
    return lambda d: d.rattacher_tiers(tiers)
