"""Note who comes and goes while a sitting lasts."""

from pydantic import Field

from aggregates.seance import Seance
from aggregates.seance.presences import Mouvement, Statut
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, Reference, resoudre
from application.saisie_presences import lire_heure
from application.services import Services
from kernel.attentes import Role
from kernel.identifiants import ReferenceInconnue


class NoterPresence(Commande):
    """Noter l’arrivée, le départ ou le pouvoir d’un membre en cours de séance, à son heure."""

    seance: Ref
    membre: Reference = Field(description="identifiant du membre, par exemple elu-03")
    statut: Statut = Field(description="present, represente ou absent, à partir de cette heure")
    heure: str = Field(max_length=40, description="heure du mouvement, 15:30")
    pouvoir_a: Reference | None = Field(default=None, description="qui détient son pouvoir, s’il est représenté")


def noter_presence(commande: NoterPresence, demande: Demande, services: Services) -> Recu:
    """Note a movement; the scrutins held from that hour on count it."""

    def decider(seance: Seance) -> None:
        if seance.jour is None:
            raise ReferenceInconnue(f"Aucune séance « {commande.seance} ».", reference=commande.seance)
        a = lire_heure(commande.heure, seance.jour)
        seance.noter_presence(
            Mouvement(membre=commande.membre, statut=commande.statut, pouvoir_a=commande.pouvoir_a, a=a)
        )

    return services.executer(GESTE, Seance, resoudre("seance", commande.seance), decider, commande, demande)


GESTE = Geste("seance", "noter-presence", NoterPresence, noter_presence, (Role.ASSEMBLEES,))
