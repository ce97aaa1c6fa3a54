"""Pièces looked at by an agent: verified, or set aside with a motive. One set aside is missing (CRPA L114-5, L114-6)."""

from collections.abc import Sequence
from uuid import UUID

from aggregates.dossier.etat import AVANT_COMPLETUDE, EtatDossier, FaitDossier, PieceExigee
from kernel.agregat import retenues
from kernel.faits import Entete, Noms
from kernel.instants import jour_de
from kernel.refus import Refus
from kernel.textes import enumerer


class PiecesVerifiees(FaitDossier, topic="dossier.pieces_verifiees.v1"):
    """An agent looked at these pièces, each the last version received, and found them to be what they say."""

    pieces: tuple[str, ...]
    versions: tuple[int, ...]

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.pieces_verifiees.update(dict.fromkeys(self.versions, jour_de(entete.effectif_le)))

    def phrase(self, noms: Noms) -> str:
        return f"Pièces vérifiées : {', '.join(noms.piece(code) for code in self.pieces)}."


class VerificationAnnulee(FaitDossier, topic="dossier.verification_annulee.v1"):
    """Pièces were said verified in error: this fact corrects that one, and nobody looked at them."""

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        """Change nothing: the fact it corrects is no longer folded."""

    def phrase(self, noms: Noms) -> str:
        return "Vérification des pièces annulée : elles restent à vérifier."


class PieceEcartee(FaitDossier, topic="dossier.piece_ecartee.v1"):
    """A pièce received is not the one required: it is missing, as if it had never come; the clocks are counted again."""

    code: str
    recue: int
    motif: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.pieces_ecartees[self.code] = max(self.recue, agregat.pieces_ecartees.get(self.code, 0))

    def phrase(self, noms: Noms) -> str:
        return f"Pièce écartée : {noms.piece(self.code)} ({noms.texte(self.motif)}) ; elle manque."


class PiecesAVerifier(Refus, code="pieces_a_verifier"):
    """A mandatory pièce is there and nobody looked at it: the dossier cannot be declared complete."""


class PieceNonRecue(Refus, code="piece_non_recue"):
    """No pièce of that code was received, or it was set aside."""


def a_verifier(dossier: EtatDossier, exigees: Sequence[PieceExigee]) -> list[str]:
    """Return the mandatory pièces received that an agent still has to look at."""
    return dossier.non_verifiees(piece.code for piece in exigees if piece.bloquante and piece.a_verifier)


def exiger_verifiees(dossier: EtatDossier, exigees: Sequence[PieceExigee]) -> None:
    """Let a dossier whose mandatory pièces were all looked at, by that day, pass; or refuse with PiecesAVerifier or AvantLeJalon."""
    if restent := sorted(a_verifier(dossier, exigees)):
        raise PiecesAVerifier(
            f"Pièces reçues que personne n’a vérifiées : {enumerer(restent)}. « dossier verifier-pieces » d’abord.",
            pieces=restent,
        )
    voulues = [piece.code for piece in exigees if piece.bloquante and piece.a_verifier]
    vues = [dossier.pieces_verifiees[tenues[-1].version] for code in voulues if (tenues := dossier.tenues(code))]
    dossier.exiger_apres("la vérification des pièces", max(vues, default=None))


class PiecesDuDossier(EtatDossier):
    """Verify pièces, undo it, or set one aside."""

    def verifier_pieces(self, codes: Sequence[str] = ()) -> None:
        """Verify the last version of these pièces, by default of all that were received; those verified are left out.

        Refuse with GesteImpossible or PieceNonRecue; nothing left to verify is silent.
        """
        self.exiger("verifier-pieces", *AVANT_COMPLETUDE)
        vises = sorted(set(codes)) or [code for code in self.pieces_recues if self.tenues(code)]
        self._exiger_recues(vises)
        restent = self.non_verifiees(vises)
        if not restent:
            return self.redire(PiecesVerifiees)
        dernieres = [self.tenues(code)[-1] for code in restent]
        self.exiger_apres("la réception de la pièce", max(tenue.jour for tenue in dernieres))
        self.survient(PiecesVerifiees(pieces=tuple(restent), versions=tuple(t.version for t in dernieres)))

    def annuler_verification(self) -> None:
        """Undo the last verification, or refuse with GesteImpossible once the dossier is complete; repeating it is silent."""
        dites = (PiecesVerifiees, VerificationAnnulee)
        faites = [i for i in retenues(self.inscriptions) if isinstance(i.fait, dites)]
        derniere = faites[-1] if faites else None
        if derniere is not None and isinstance(derniere.fait, VerificationAnnulee):
            return self.redire(VerificationAnnulee)
        self.exiger("annuler-verification", *AVANT_COMPLETUDE)
        if derniere is None:
            raise self.impossible("annuler-verification", "aucune pièce n’a été vérifiée")
        self.exiger_apres("la vérification des pièces", derniere.entete.effectif_le)
        self.survient(VerificationAnnulee(), corrige=derniere.entete.version)

    def ecarter_piece(self, code: str, motif: UUID) -> None:
        """Set aside what was received of a pièce: it may be asked for again, and produces nothing any more.

        Refuse with GesteImpossible, PieceNonRecue, or DejaFait (for another motive); repeating it is silent.
        """
        self.exiger("ecarter-piece", *AVANT_COMPLETUDE)
        if not (tenues := self.tenues(code)) and code in self.pieces_ecartees:
            ecartee = {"code": code, "recue": self.pieces_ecartees[code]}
            if self.effet_de(PieceEcartee, motif=motif, **ecartee) is None:
                raise PieceEcartee.deja("Cette pièce est déjà écartée, pour un autre motif.")
            return self.redire(PieceEcartee, **ecartee)
        self._exiger_recues([code])
        self.exiger_apres("la réception de la pièce", tenues[-1].jour)
        self.survient(PieceEcartee(code=code, recue=tenues[-1].version, motif=motif))

    def _exiger_recues(self, codes: Sequence[str]) -> None:
        absentes = [code for code in codes if not self.tenues(code)]
        if absentes or not codes:
            raise PieceNonRecue(f"Non reçue : {enumerer(absentes) or '(aucune pièce n’est reçue)'}.", pieces=absentes)
