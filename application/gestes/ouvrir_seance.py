"""Open a sitting with its attendance sheet, or record that the quorum lacks."""

from typing import Final

from pydantic import Field

from aggregates.assemblee import Assemblee
from aggregates.seance import Seance
from application.commandes import Commande, Demande, Fichier, Recu
from application.geste import Geste, Ref, resoudre
from application.saisie_presences import lire_presences
from application.services import Services
from kernel.attentes import Delai, Nature, Role
from kernel.identifiants import ReferenceInconnue, identifiant

ASSEMBLEE: Final = "commission-permanente"
REUNION_DE_DROIT: Final = Delai(
    code="reunion_de_droit", duree="3 jours", source="CGCT, art. L4132-13-1", nature=Nature.LOI
)
"""Without a quorum, the sitting of right is held three days later, whatever the number."""


class OuvrirSeance(Commande):
    """Ouvrir la séance : présences et pouvoirs, un membre par ligne (membre,statut,pouvoir_a,arrivee,depart)."""

    seance: Ref
    presences: Fichier = Field(description="feuille de présence, CSV")
    preside_par: str | None = Field(default=None, description="qui préside, si ce n’est pas le président")


def ouvrir_seance(commande: OuvrirSeance, demande: Demande, services: Services) -> Recu:
    """Open it under the composition of its day."""
    seance_id = resoudre("seance", commande.seance)
    assemblee = services.store.charger_existant(Assemblee, identifiant("assemblee", ASSEMBLEE), ASSEMBLEE)

    def decider(seance: Seance) -> None:
        if seance.jour is None:
            raise ReferenceInconnue(f"Aucune séance « {commande.seance} ».", reference=commande.seance)
        presences = lire_presences(commande.presences, seance.jour)
        seance.ouvrir(assemblee.composition(seance.jour), presences, commande.preside_par, REUNION_DE_DROIT)

    return services.executer(GESTE, Seance, seance_id, decider, commande, demande)


GESTE = Geste("seance", "ouvrir", OuvrirSeance, ouvrir_seance, (Role.ASSEMBLEES,))
