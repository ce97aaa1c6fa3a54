"""After an act of the site: the engine alive for this store does what is due, else this process does, as the command line."""

from application.sans_moteur import faire_ce_qui_est_du
from application.services import Services
from kernel.identifiants import BAIL_DU_RELAIS


def laisser_agir_le_moteur(services: Services, depuis: int) -> None:
    """Do what is due at once on what was touched after a position, unless an engine is there to do it."""
    if not services.store.enregistreur.bail_vivant(BAIL_DU_RELAIS):
        faire_ce_qui_est_du(services, depuis, pilote="site")
