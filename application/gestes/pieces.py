"""Pièces looked at: verified, several at once, and undone; or one set aside with its motive."""

from typing import Annotated

from pydantic import Field

from aggregates.dossier import Dossier
from aggregates.dossier.completude import PieceRecue
from aggregates.dossier.pieces import PiecesVerifiees
from application.commandes import Commande
from application.declaration import Choix, Liste, geste
from application.genres import est_trompeur
from application.gestes.cibles import DOSSIER, Motif, RefDossier
from application.services import Services
from dispositifs.reglement import Code
from kernel.attentes import Role
from kernel.refus import Refus
from kernel.textes import enumerer


class PieceTrompeuse(Refus, code="piece_trompeuse"):
    """A file is not what its name says, or is a program: it is set aside, never verified."""


@geste(
    "verifier-pieces",
    "Vérifier les pièces",
    Role.INSTRUCTEUR,
    sur=DOSSIER,
    se_defait_par="dossier annuler-verification",
    par_lot=True,
    d_un_clic="Tout est vérifié",
)
class VerifierPieces(Commande):
    """Dire que les pièces reçues ont été lues et sont bien celles exigées ; toutes celles qui restent, par défaut."""

    dossier: RefDossier
    pieces: Annotated[Liste, Choix("pieces_recues")] = Field(
        default=(), title="Pièces", description="codes des pièces, séparés par des virgules ; toutes par défaut"
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Verify them, once the first bytes of each say what its name says."""
        dossier.verifier_pieces(self.pieces)
        versions = [v for fait in dossier.nouveaux_faits if isinstance(fait, PiecesVerifiees) for v in fait.versions]
        recues = [dossier.inscriptions[version - 1].fait for version in versions]
        trompeuses = [r.code for r in recues if isinstance(r, PieceRecue) and _trompe(dossier, r, services)]
        if trompeuses:
            raise PieceTrompeuse(
                f"Pas ce que dit le nom du fichier : {enumerer(trompeuses)}. « dossier ecarter-piece », avec un motif.",
                pieces=trompeuses,
            )


def _trompe(dossier: Dossier, recue: PieceRecue, services: Services) -> bool:
    if dossier.oubli is not None:
        return False  # nobody reads it any more
    debut = next(iter(services.fichiers.lire_par_blocs(dossier.id, recue.sha256)), b"")
    return est_trompeur(debut, (recue.nom and services.coffre.lire(recue.nom)) or "")


@geste(
    "annuler-verification",
    "Annuler la vérification des pièces",
    Role.INSTRUCTEUR,
    sur=DOSSIER,
    decide=Dossier.annuler_verification,
)
class AnnulerVerification(Commande):
    """Annuler la dernière vérification, faite par erreur ; ses pièces restent à vérifier."""

    dossier: RefDossier


@geste("ecarter-piece", "Écarter une pièce", Role.INSTRUCTEUR, sur=DOSSIER)
class EcarterPiece(Commande):
    """Écarter une pièce reçue qui n’est pas celle exigée ; elle manque alors, et se demande de nouveau."""

    dossier: RefDossier
    code: Annotated[Code, Choix("pieces_recues")] = Field(title="Pièce", description="code de la pièce")
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Set it aside; why goes to the coffre."""
        dossier.ecarter_piece(self.code, services.confier_exige(self.motif, dossier.id, "motif"))
