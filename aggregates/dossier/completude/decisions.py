"""Decisions about the pièces and the complétude."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from aggregates.dossier.completude.faits import (
    ClasseSansSuite,
    DeclareComplet,
    DeclareIrrecevable,
    DemandeSatisfaite,
    PieceRecue,
    PiecesDemandees,
    PiecesNonProduites,
)
from aggregates.dossier.etat import AVANT_COMPLETUDE, AVANT_VOTE, Etat, EtatDossier, PieceExigee
from aggregates.dossier.silence.calcul import produites_le
from kernel.attentes import Delai
from kernel.delais import echoir, lire_duree
from kernel.instants import Instant, fin_de_jour
from kernel.refus import DejaFait, GesteImpossible, Refus, SaisieInvalide

_CODE_DE_PIECE: Final = re.compile(r"[a-z][a-z0-9_-]{0,59}")
"""A code, never a sentence: it goes into a fact."""


class PiecesManquantes(Refus):
    """The dossier cannot be declared complete."""

    code = "pieces_manquantes"

    def __init__(self, pieces: Sequence[str]) -> None:
        super().__init__(f"Pièces manquantes : {', '.join(sorted(pieces))}.", pieces=sorted(pieces))


class PieceNonExigee(Refus):
    """No text demands this pièce: it cannot be asked for (CRPA L114-5)."""

    code = "piece_non_exigee"


class Completude(EtatDossier):
    """Ask for pièces, receive them, declare complete, or close."""

    def demander_pieces(self, pieces: Sequence[str], delai: Delai) -> None:
        """Ask for missing pièces within a délai, or refuse with GesteImpossible, PieceNonExigee or DejaFait (already there).

        The same demande again is silent; one recorded after the pièces it asked for is satisfied at once. One made
        before the complétude but recorded after it only tells that the silence was suspended.
        """
        if not self._est_anterieure_a_la_completude():
            self.exiger("demander-pieces", *AVANT_COMPLETUDE)
        demandees = tuple(sorted(set(pieces)))
        exigees = {piece.code for piece in self.pieces_exigees}
        if not demandees or not exigees.issuperset(demandees):
            inconnues = sorted(set(demandees) - exigees)
            raise PieceNonExigee(
                f"Aucun texte n’exige : {', '.join(inconnues) or '(aucune pièce nommée)'}. "
                f"Le règlement exige : {', '.join(sorted(exigees))}.",
                pieces=inconnues,
            )
        deja = sorted(
            code for code in demandees if any(jour <= self.jour for jour, _ in self.pieces_recues.get(code, ()))
        )
        if deja:
            raise DejaFait(f"Déjà reçues : {', '.join(deja)}.", pieces=deja, fait=PieceRecue.topic)
        fin = echoir(self.jour, lire_duree(delai.duree), source=delai.source).dernier_jour
        if any(
            (d.pieces, d.du, d.jusqu_au, d.delai) == (demandees, self.jour, fin, delai) for d in self.demandes_de_pieces
        ):
            return
        self.survient(PiecesDemandees(pieces=demandees, jusqu_au=fin, delai=delai))
        self._satisfaire()

    def _est_anterieure_a_la_completude(self) -> bool:
        """Tell whether this command, recorded late, was true before the complétude of a dossier not yet decided."""
        return self.tient_encore and self.complet_le is not None and self.jour < self.complet_le

    def recevoir_piece(self, code: str, sha256: str, nom: UUID | None) -> None:
        """Record a pièce, or refuse with GesteImpossible after the vote, SaisieInvalide (code).

        The same bytes for the same code are silent, unless they turn out to have come on an earlier day.
        """
        if not _CODE_DE_PIECE.fullmatch(code):
            raise SaisieInvalide(
                f"« {code} » n’est pas un code de pièce : minuscules sans accent, chiffres, tirets (par exemple « statuts »).",
                code=code,
            )
        if not self.tient_encore:
            raise GesteImpossible(
                f"« recevoir-piece » est impossible : le dossier {self.ref} est à l’état « {self.etat} ».",
                geste="recevoir-piece",
                etat=self.etat.value,
            )
        if any(recue == sha256 and jour <= self.jour for jour, recue in self.pieces_recues.get(code, ())):
            return
        self.survient(PieceRecue(code=code, sha256=sha256, nom=nom))
        self._satisfaire()

    def _satisfaire(self) -> None:
        """Record that nothing asked for is missing any more, on the day the last pièce came."""
        productions = [produites_le(self, demande.pieces) for demande in self.demandes_de_pieces]
        if self.etat is not Etat.INCOMPLET or None in productions:
            return
        dernier = max(jour for jour in productions if jour is not None)
        self.survient(DemandeSatisfaite(), effectif_le=dernier if dernier > self.jour else None)

    def constater_pieces_non_produites(self, demande: int, au: Instant) -> None:
        """Record that a délai ended without the pièces, or refuse with GesteImpossible before its end; silent when done."""
        if demande in self.demandes_echues or self.etat is not Etat.INCOMPLET:
            return
        dossier_de = next((d for d in self.demandes_de_pieces if d.version == demande), None)
        if dossier_de is not None and produites_le(self, dossier_de.pieces) is not None:
            return
        if dossier_de is None or fin_de_jour(dossier_de.jusqu_au) > au:
            raise GesteImpossible(
                "Le délai donné pour produire les pièces court encore.",
                geste="constater-pieces-non-produites",
                etat=self.etat.value,
            )
        self.survient(PiecesNonProduites(demande=demande), effectif_le=dossier_de.jusqu_au)

    def declarer_complet(self, reglement: str, exigees: Sequence[PieceExigee]) -> None:
        """Open the instruction, or refuse with GesteImpossible, PiecesManquantes or DejaFait; repeating it is silent."""
        if self.complet_le is not None and self.etat in AVANT_VOTE:
            if self.reglement == reglement:
                return
            raise DejaFait("Le dossier est déjà complet, sous un autre règlement.", fait=DeclareComplet.topic)
        self.exiger("declarer-complet", *AVANT_COMPLETUDE)
        manquantes = [piece.code for piece in exigees if piece.bloquante and not self.pieces_recues.get(piece.code)]
        if manquantes:
            raise PiecesManquantes(manquantes)
        self.survient(DeclareComplet(reglement=reglement))

    def classer_sans_suite(self, motif: UUID) -> None:
        """Close an incomplete request whose délai has passed, or refuse with GesteImpossible or DejaFait (other motive)."""
        if self.deja_clos("sans_suite", motif, ClasseSansSuite.topic):
            return
        self.exiger("classer-sans-suite", Etat.INCOMPLET)
        echues = [d for d in self.demandes_de_pieces if d.version in self.demandes_echues]
        if all(produites_le(self, demande.pieces) is not None for demande in echues):
            raise GesteImpossible(
                "Le délai donné pour produire les pièces court encore.",
                geste="classer-sans-suite",
                etat=self.etat.value,
            )
        self.survient(ClasseSansSuite(motif=motif))

    def declarer_irrecevable(self, motif: UUID) -> None:
        """Close an inadmissible request, or refuse with GesteImpossible once it is proposed, DejaFait (other motive)."""
        if self.deja_clos("irrecevable", motif, DeclareIrrecevable.topic):
            return
        self.exiger("declarer-irrecevable", *AVANT_COMPLETUDE, Etat.COMPLET, Etat.EN_INSTRUCTION)
        self.survient(DeclareIrrecevable(motif=motif))
