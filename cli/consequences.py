"""After an act of the command line: the engine alive for this store does what is due, else this process does."""

import time

from application.sans_moteur import faire_ce_qui_est_du, reste_a_faire, touches
from application.services import Services
from kernel.identifiants import BAIL_DU_RELAIS

PATIENCE_S = 5.0
"""How long the command line waits for the living engine: the next command of a script then sees its consequences."""


def laisser_agir_le_moteur(services: Services, depuis: int) -> None:
    """Return when nothing is owed at once to what was touched after a position, or when patience ends."""
    enregistreur = services.store.enregistreur
    fin = time.monotonic() + PATIENCE_S
    while enregistreur.bail_vivant(BAIL_DU_RELAIS):
        if time.monotonic() > fin or not reste_a_faire(services, touches(services, depuis)):
            return
        time.sleep(0.05)
    faire_ce_qui_est_du(services, depuis, pilote="cli")
