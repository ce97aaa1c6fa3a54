"""Receive a pièce."""

from pydantic import Field

from aggregates.dossier import Dossier
from application.commandes import Commande, Demande, Fichier, Recu
from application.geste import Geste, Ref, resoudre_dossier
from application.gestes.deposer_dossier import ranger_piece
from application.services import Services
from dispositifs.reglement import Code
from kernel.attentes import Role


class RecevoirPiece(Commande):
    """Recevoir une pièce ; le fichier est gardé par son empreinte."""

    dossier: Ref
    code: Code = Field(description="code de la pièce")
    fichier: Fichier = Field(description="le fichier reçu")


def recevoir_piece(commande: RecevoirPiece, demande: Demande, services: Services) -> Recu:
    """Keep the file, then record the pièce by its digest."""
    dossier_id = resoudre_dossier(commande.dossier)
    services.store.charger_existant(Dossier, dossier_id, commande.dossier)
    sha256 = ranger_piece(commande.fichier, services)
    nom = services.confier(commande.fichier.nom, dossier_id, "piece")
    return services.executer(
        GESTE,
        Dossier,
        dossier_id,
        lambda dossier: dossier.recevoir_piece(commande.code, sha256, nom),
        commande,
        demande,
    )


GESTE = Geste("dossier", "recevoir-piece", RecevoirPiece, recevoir_piece, (Role.INSTRUCTEUR, Role.PORTEUR))
