"""Put a dossier on the agenda; sent by the délibération for each of its lines."""

from pydantic import Field

from aggregates.deliberation.etat import LigneInconnue
from aggregates.dossier import Dossier
from application.commandes import Commande, Demande, Entier, Recu
from application.geste import Geste, Ref, Reference, exiger_dossier, exiger_rapport
from application.services import Services
from kernel.attentes import Role


class Inscrire(Commande):
    """Inscrire le dossier à l’ordre du jour, sur une ligne d’un rapport."""

    dossier: Ref
    deliberation: Reference = Field(description="référence du rapport")
    ligne: Entier = Field(ge=1, description="numéro de la ligne")


def inscrire(commande: Inscrire, demande: Demande, services: Services) -> Recu:
    """Put a dossier on the agenda, or refuse with LigneInconnue when that line of the rapport is not this dossier."""
    dossier_id = exiger_dossier(commande.dossier, services)
    rapport = exiger_rapport(commande.deliberation, services)
    ligne = rapport.lignes.get(commande.ligne)
    if ligne is None or ligne.rapport.dossier != dossier_id:
        raise LigneInconnue(
            f"La ligne {commande.ligne} du rapport {rapport.ref} n’est pas celle de ce dossier.", ligne=commande.ligne
        )
    return services.executer(
        GESTE,
        Dossier,
        dossier_id,
        lambda dossier: dossier.inscrire(rapport.id, commande.ligne),
        commande,
        demande,
    )


GESTE = Geste("dossier", "inscrire", Inscrire, inscrire, (Role.ASSEMBLEES,))
