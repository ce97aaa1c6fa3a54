"""What happens around the pièces, until the dossier is complete or closed."""

from datetime import date
from uuid import UUID

from aggregates.dossier.etat import DemandeDePieces, Etat, EtatDossier, FaitDossier
from kernel.attentes import Delai
from kernel.faits import Entete, Noms
from kernel.instants import debut_de, jour_de


class PiecesDemandees(FaitDossier, topic="dossier.pieces_demandees.v1"):
    """Missing pièces were asked for, with a délai that suspends the silence (CRPA L114-5)."""

    pieces: tuple[str, ...]
    jusqu_au: date
    delai: Delai

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        du = jour_de(entete.effectif_le)
        depuis = debut_de(entete.effectif_le)
        agregat.demandes_de_pieces.append(
            DemandeDePieces(entete.version, self.pieces, du, self.jusqu_au, self.delai, depuis)
        )
        if agregat.complet_le is None:  # else recorded late: the complétude that came after it stands
            agregat.passer(Etat.INCOMPLET, entete)

    def phrase(self, noms: Noms) -> str:
        pieces = ", ".join(noms.piece(code) for code in self.pieces)
        return f"Pièces demandées au porteur : {pieces} ; à produire avant le {self.jusqu_au:%d/%m/%Y} inclus."


class PieceRecue(FaitDossier, topic="dossier.piece_recue.v1"):
    """A pièce was received; the file is known by its digest, its name stays in the coffre."""

    code: str
    sha256: str
    nom: UUID | None

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.pieces_recues.setdefault(self.code, []).append((jour_de(entete.effectif_le), self.sha256))

    def phrase(self, noms: Noms) -> str:
        return f"Pièce reçue : {noms.piece(self.code)} (empreinte {self.sha256[:12]})."


class DemandeSatisfaite(FaitDossier, topic="dossier.demande_satisfaite.v1"):
    """All the pièces of the open demandes were produced: the dossier is no longer incomplete."""

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.passer(Etat.RECU, entete)

    def phrase(self, noms: Noms) -> str:
        return "Toutes les pièces demandées ont été produites."


class PiecesNonProduites(FaitDossier, topic="dossier.pieces_non_produites.v1"):
    """The délai given for the pièces ended without them; the silence runs again. A human decides what follows."""

    demande: int

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.demandes_echues.add(self.demande)

    def phrase(self, noms: Noms) -> str:
        return "Délai écoulé : les pièces demandées n’ont pas toutes été produites."


class DeclareComplet(FaitDossier, topic="dossier.declare_complet.v1"):
    """An agent found every mandatory pièce present; the règlement version is frozen here."""

    reglement: str

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.complet_le, agregat.reglement = jour_de(entete.effectif_le), self.reglement
        agregat.passer(Etat.COMPLET, entete)

    def phrase(self, noms: Noms) -> str:
        return f"Dossier déclaré complet sous le règlement {noms.reglement(self.reglement)}."


class ClasseSansSuite(FaitDossier, topic="dossier.classe_sans_suite.v1"):
    """The délai passed and an indispensable pièce is missing: an agent closed the request."""

    motif: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.passer(Etat.CLOS, entete, issue="sans_suite", motif=self.motif)

    def phrase(self, noms: Noms) -> str:
        return f"Dossier classé sans suite : {noms.texte(self.motif)}."


class DeclareIrrecevable(FaitDossier, topic="dossier.declare_irrecevable.v1"):
    """An agent found the request inadmissible; the remedies are told in the letter (CJA R421-5)."""

    motif: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.passer(Etat.CLOS, entete, issue="irrecevable", motif=self.motif)

    def phrase(self, noms: Noms) -> str:
        return f"Dossier déclaré irrecevable : {noms.texte(self.motif)}."
