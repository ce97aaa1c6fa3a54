"""A dossier becomes complete: pièces are asked for and received."""

from pydantic import Field

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from aggregates.dossier.etat import PieceExigee
from application.commandes import Commande, Fichier
from application.geste import Liste, geste
from application.gestes.cibles import DOSSIER, RefDossier
from application.loi import delai_pieces
from application.references import id_campagne
from application.services import Services
from dispositifs.reglement import Code
from kernel.attentes import Role
from kernel.delais import lire_duree


@geste("demander-pieces", "Demander des pièces", Role.INSTRUCTEUR, sur=DOSSIER)
class DemanderPieces(Commande):
    """Demander au porteur des pièces que le règlement exige, dans un délai."""

    dossier: RefDossier
    pieces: Liste = Field(title="Pièces", description="codes des pièces, séparés par des virgules")
    delai: str = Field(title="Délai", description="délai donné, par exemple « 15 jours »")

    def decider(self, dossier: Dossier, _: Services) -> None:
        """Ask for pièces; the silence is suspended until they come or the délai ends."""
        dossier.demander_pieces(self.pieces, delai_pieces(str(lire_duree(self.delai))))


@geste("recevoir-piece", "Recevoir une pièce", Role.INSTRUCTEUR, Role.PORTEUR, sur=DOSSIER)
class RecevoirPiece(Commande):
    """Recevoir une pièce ; le fichier est gardé par son empreinte."""

    dossier: RefDossier
    code: Code = Field(title="Pièce", description="code de la pièce")
    fichier: Fichier = Field(title="Fichier", description="le fichier reçu")

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record the pièce by the digest of its file, which is kept; its name goes to the coffre."""
        nom = services.confier(self.fichier.nom, dossier.id, "piece")
        dossier.recevoir_piece(self.code, services.garder(self.fichier), nom)


@geste(
    "declarer-complet", "Déclarer complet", Role.INSTRUCTEUR, sur=DOSSIER, se_defait_par="dossier annuler-completude"
)
class DeclarerComplet(Commande):
    """Déclarer le dossier complet ; la version du règlement est figée."""

    dossier: RefDossier

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Declare complete under the règlement in force for the campagne."""
        campagne = services.store.charger_existant(Campagne, id_campagne(dossier.campagne), dossier.campagne)
        reglement = (campagne.ouverte and campagne.ouverte.reglement_ref) or ""
        dossier.declarer_complet(reglement, pieces_exigees(campagne))


@geste("annuler-completude", "Annuler la déclaration de complétude", Role.INSTRUCTEUR, sur=DOSSIER)
class AnnulerCompletude(Commande):
    """Annuler une déclaration de complétude faite par erreur, tant que rien ne repose sur elle."""

    dossier: RefDossier

    def decider(self, dossier: Dossier, _: Services) -> None:
        """Correct the fact: what was awaited before it is awaited again."""
        dossier.annuler_completude()


def pieces_exigees(campagne: Campagne) -> tuple[PieceExigee, ...]:
    """Return the pièces the règlement of a campagne demands, as a dossier keeps them; none for a take-over."""
    reglement = campagne.reglement
    if reglement is None:
        return ()
    return tuple(PieceExigee(code=p.code, exigee_par=p.exigee_par, bloquante=p.bloquante) for p in reglement.pieces)
