"""Ask the applicant for missing pièces."""

from pydantic import Field

from aggregates.dossier import Dossier
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Liste, Ref, exiger_dossier
from application.references import delai_pieces
from application.services import Services
from kernel.attentes import Role
from kernel.delais import lire_duree


class DemanderPieces(Commande):
    """Demander au porteur des pièces que le règlement exige, dans un délai."""

    dossier: Ref
    pieces: Liste = Field(description="codes des pièces, séparés par des virgules")
    delai: str = Field(description="délai donné, par exemple « 15 jours »")


def demander_pieces(commande: DemanderPieces, demande: Demande, services: Services) -> Recu:
    """Ask for pièces; the silence is suspended until they come or the délai ends."""
    delai = delai_pieces(str(lire_duree(commande.delai)))
    return services.executer(
        GESTE,
        Dossier,
        exiger_dossier(commande.dossier, services),
        lambda dossier: dossier.demander_pieces(commande.pieces, delai),
        commande,
        demande,
    )


GESTE = Geste("dossier", "demander-pieces", DemanderPieces, demander_pieces, (Role.INSTRUCTEUR,))
