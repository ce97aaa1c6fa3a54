"""Pièces asked for and received; complétude declared, and undone when it was in error."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, Self
from uuid import UUID

from aggregates.dossier.ecrits import (
    QUE_DES_ANCIENS,
    DemandeARemettre,
    NatureDocument,
    a_remettre,
    dire_la_reception,
    en_route,
)
from aggregates.dossier.etat import (
    AVANT_COMPLETUDE,
    AVANT_VOTE,
    DemandeDePieces,
    Etat,
    EtatDossier,
    FaitDossier,
    PieceExigee,
    PieceTenue,
)
from aggregates.dossier.nature import vaut_pour_le_demandeur
from aggregates.dossier.pieces import a_verifier, exiger_verifiees
from aggregates.dossier.rejet import permis
from aggregates.dossier.silence import produites_le
from kernel.attentes import Attente, Cle, Delai, Nature, Role
from kernel.delais import lire_duree
from kernel.faits import Entete, Jalon, Noms
from kernel.instants import Effet, Instant, debut_de, fin_de_jour, jour_de
from kernel.refus import Refus, SaisieInvalide
from kernel.textes import enumerer


class PiecesDemandees(FaitDossier, topic="dossier.pieces_demandees.v1"):
    """Missing pièces are asked for, with a délai that suspends the silence from the reception of the demande (CRPA L114-5).

    Asked is not received: `DemandeDePiecesRecue` says when it was, and nothing is suspended before.
    An older fact says in one that it was received, as it was made: its applicant was told `jusqu_au`, and keeps it.
    """

    pieces: tuple[str, ...]
    delai: Delai
    jusqu_au: date | None = QUE_DES_ANCIENS

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.demandes_a_remettre[entete.version] = DemandeARemettre(self.pieces, self.delai, Jalon.de(entete))
        if self.jusqu_au is not None:
            recue = DemandeDePiecesRecue(
                demande=entete.version, jusqu_au=self.jusqu_au, delai=self.delai, presumee=True
            )
            recue.appliquer(agregat, entete)

    def a_la_date(self, le: Effet) -> Self:
        return (
            self if self.jusqu_au is None else self.model_copy(update={"jusqu_au": self.delai.echoir(le).dernier_jour})
        )

    def phrase(self, noms: Noms) -> str:
        pieces = ", ".join(noms.piece(code) for code in self.pieces)
        if self.jusqu_au is not None:
            return f"Pièces demandées au porteur : {pieces} ; à produire avant le {self.jusqu_au:%d/%m/%Y} inclus."
        duree = lire_duree(self.delai.duree).libelle
        return f"Pièces demandées au porteur : {pieces} ; {duree} pour les produire, à compter de la réception."


class DemandeDePiecesRecue(FaitDossier, topic="dossier.demande_de_pieces_recue.v1"):
    """The applicant has the demande: its délai runs, and the silence is suspended, from that day.

    Handed; or sent, and `presumee`; or delivered otherwise, on the copy of what was (`sha256`).
    """

    demande: int
    jusqu_au: date
    delai: Delai
    presumee: bool
    sha256: str | None = None

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        if (demande := agregat.demandes_a_remettre.pop(self.demande, None)) is None:
            return  # blank: the demande was corrected, or comes later in the fold
        du, depuis = jour_de(entete.effectif_le), debut_de(entete.effectif_le)
        agregat.demandes_de_pieces.append(
            DemandeDePieces(self.demande, demande.pieces, du, self.jusqu_au, demande.delai, depuis)
        )
        if (
            agregat.complet_le is None and agregat.etat in AVANT_COMPLETUDE
        ):  # else recorded late: what came after it stands
            agregat.passer(Etat.INCOMPLET, entete)

    def a_la_date(self, le: Effet) -> Self:
        return self.model_copy(update={"jusqu_au": self.delai.echoir(le).dernier_jour})

    def phrase(self, noms: Noms) -> str:
        comment = dire_la_reception(presumee=self.presumee, sha256=self.sha256)
        return f"Demande de pièces {comment} : à produire avant le {self.jusqu_au:%d/%m/%Y} inclus ; le silence est suspendu."


class PieceRecue(FaitDossier, topic="dossier.piece_recue.v1"):
    """A pièce was received: its digest, its name in the coffre, and the receptions from a téléservice that it replaces there."""

    code: str
    sha256: str
    nom: UUID | None
    remplace: tuple[int, ...] = ()

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        recue = PieceTenue(jour_de(entete.effectif_le), self.sha256, entete.version)
        agregat.pieces_recues.setdefault(self.code, []).append(recue)
        if self.remplace:  # of most it is empty: a stream may have hundreds
            agregat.remplacees_la_bas.update(self.remplace)

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
        fins = {demande.version: demande.jusqu_au for demande in agregat.demandes_de_pieces}
        if fins.get(self.demande) == jour_de(
            entete.effectif_le
        ):  # else its date was corrected since: its end is another
            agregat.demandes_echues.add(self.demande)

    def phrase(self, noms: Noms) -> str:
        return "Délai écoulé : les pièces demandées n’ont pas toutes été produites."


class DeclareComplet(FaitDossier, topic="dossier.declare_complet.v1"):
    """An agent found every mandatory pièce present; the règlement version is frozen here."""

    reglement: str
    criteres: tuple[str, ...] = ()
    """The criteria it lists: each is appreciated before a proposition."""

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.complet_le, agregat.reglement = jour_de(entete.effectif_le), self.reglement
        agregat.criteres = self.criteres
        agregat.completude_annulee = False
        agregat.passer(Etat.COMPLET, entete)

    def phrase(self, noms: Noms) -> str:
        return f"Dossier déclaré complet sous le règlement {noms.reglement(self.reglement)}."


class CompletudeAnnulee(FaitDossier, topic="dossier.completude_annulee.v1"):
    """The complétude was declared in error: this fact corrects it, and the dossier is what it was without it."""

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.completude_annulee = True

    def phrase(self, noms: Noms) -> str:
        return "Déclaration de complétude annulée : le dossier revient à l’examen."


_CODE_DE_PIECE: Final = re.compile(r"[a-z][a-z0-9_-]{0,59}")
"""A code, never a sentence: it goes into a fact."""


class PiecesManquantes(Refus, code="pieces_manquantes"):
    """The dossier cannot be declared complete."""

    def __init__(self, pieces: Sequence[str]) -> None:
        super().__init__(f"Pièces manquantes : {', '.join(sorted(pieces))}.", pieces=sorted(pieces))


class DemandeurAVerifier(Refus, code="demandeur_a_verifier"):
    """The SIRET of the applicant is that of a tiers known under another name: nobody said yet whose it is."""


class PieceNonExigee(Refus, code="piece_non_exigee"):
    """The règlement names no such pièce: it can neither be asked for (CRPA L114-5) nor received under that code."""

    def __init__(self, pieces: Sequence[str], exigees: Sequence[PieceExigee]) -> None:
        super().__init__(
            f"Pas au règlement : {enumerer(pieces) or '(aucune pièce nommée)'}. Une telle pièce n’est pas exigée et ne "
            f"suspend aucun délai. Pièces du règlement : {enumerer(sorted(p.code for p in exigees)) or '(aucune)'}.",
            pieces=list(pieces),
        )


class Completude(EtatDossier):
    """Ask for pièces, receive them, declare complete, or undo it."""

    def demander_pieces(self, pieces: Sequence[str], delai: Delai) -> int:
        """Ask for missing pièces within a délai, or refuse with GesteImpossible, PieceNonExigee or DejaFait (already there).

        Return the demande that waits to be delivered, by its version, or 0. The same again is silent: one that waits, or was
        made that day. One made before the complétude but recorded after it, or after the vote, only tells, once received,
        that the silence was suspended.
        """
        if not self._est_anterieure_a_la_completude():
            self.exiger("demander-pieces", *AVANT_COMPLETUDE)
        demandees = tuple(sorted(set(pieces)))
        exigees = {piece.code for piece in self.pieces_exigees}
        if not demandees or not exigees.issuperset(demandees):
            raise PieceNonExigee(sorted(set(demandees) - exigees), self.pieces_exigees)
        deja = sorted(code for code in demandees if any(tenue.jour <= self.jour for tenue in self.tenues(code)))
        if deja:
            raise PieceRecue.deja(f"Déjà reçues : {', '.join(deja)}.", pieces=deja)
        for version, attend in self.demandes_a_remettre.items():
            if (attend.pieces, attend.delai) == (demandees, delai):
                self.redire(PiecesDemandees, pieces=demandees, delai=delai)
                return version
        faite = self.effet_de(PiecesDemandees, pieces=demandees, delai=delai)
        if faite is None or jour_de(faite) != self.jour:
            self.survient(PiecesDemandees(pieces=demandees, delai=delai))
            return self.version
        return 0

    def recevoir_la_demande(self, demande: int, *, presumee: bool = False, sha256: str | None = None) -> None:
        """Record that the applicant has a demande that waited to be delivered; silent when it has it already.

        Refuse with AvantLeJalon before it was made.
        """
        if (attendue := self.demandes_a_remettre.get(demande)) is None:
            return
        self.exiger_apres("la demande de pièces", attendue.jalon)
        fin = attendue.delai.echoir(self.jour).dernier_jour
        self.survient(
            DemandeDePiecesRecue(demande=demande, jusqu_au=fin, delai=attendue.delai, presumee=presumee, sha256=sha256)
        )
        self._satisfaire()

    def _est_anterieure_a_la_completude(self) -> bool:
        """Tell whether this command, recorded late, even after the vote, was true before the complétude."""
        return self.existe and self.complet_le is not None and self.jour < self.complet_le

    def recevoir_piece(
        self, code: str, sha256: str, nom: UUID | None, *, au_depot: bool = False, remplace: tuple[int, ...] = ()
    ) -> None:
        """Record a pièce, or refuse with GesteImpossible after the vote, SaisieInvalide or PieceNonExigee (its code).

        One that came before what ended the request, and is only recorded after it, still tells what the silence was.
        What came with the request (`au_depot`) is received under any code: the dépôt makes a motif of it.
        A request taken over has no règlement: any code is one of its own. The same bytes for the same code are silent,
        unless they turn out to have come on an earlier day.
        """
        if not _CODE_DE_PIECE.fullmatch(code):
            raise SaisieInvalide(
                f"« {code} » n’est pas un code de pièce : minuscules sans accent, chiffres, tirets (par exemple « statuts »).",
                code=code,
            )
        if self.silence_fini_le is None or self.jour >= self.silence_fini_le or self.oubli is not None:
            self.exiger("recevoir-piece", *AVANT_VOTE)
        if self.pieces_exigees and not au_depot and code not in {piece.code for piece in self.pieces_exigees}:
            raise PieceNonExigee([code], self.pieces_exigees)
        if any(recue.sha256 == sha256 and recue.jour <= self.jour for recue in self.tenues(code)):
            return self.redire(PieceRecue, code=code, sha256=sha256)
        self.survient(PieceRecue(code=code, sha256=sha256, nom=nom, remplace=remplace))
        self._satisfaire()

    def _satisfaire(self) -> None:
        """Record that nothing asked for is missing any more, on the day the last pièce came."""
        productions = [produites_le(self, demande.pieces) for demande in self.demandes_de_pieces]
        if self.etat is not Etat.INCOMPLET or None in productions:
            return
        dernier = max(jour for jour in productions if jour is not None)
        for a_tort in self._dites_non_produites_a_tort() or (None,):
            self.survient(DemandeSatisfaite(), effectif_le=dernier if dernier > self.jour else None, corrige=a_tort)

    def _dites_non_produites_a_tort(self) -> list[int]:
        """Return the versions that said pièces not produced which turn out to have come in time: they are corrected."""
        fins = {demande.version: demande for demande in self.demandes_de_pieces}
        return [
            entete.version
            for entete, fait, *_ in self.inscriptions
            if isinstance(fait, PiecesNonProduites)
            and fait.demande in self.demandes_echues
            and (venues := produites_le(self, fins[fait.demande].pieces)) is not None
            and venues <= fins[fait.demande].jusqu_au
        ]

    def constater_pieces_non_produites(self, demande: int, au: Instant) -> None:
        """Record that a délai ended without the pièces, or refuse with GesteImpossible before its end; silent when done."""
        if demande in self.demandes_echues or self.etat is not Etat.INCOMPLET:
            return
        dossier_de = next((d for d in self.demandes_de_pieces if d.version == demande), None)
        if dossier_de is not None and produites_le(self, dossier_de.pieces) is not None:
            return
        if dossier_de is None or fin_de_jour(dossier_de.jusqu_au) > au:
            raise self.impossible(
                "constater-pieces-non-produites", "le délai donné pour produire les pièces court encore"
            )
        self.survient(PiecesNonProduites(demande=demande), effectif_le=dossier_de.jusqu_au)

    def declarer_complet(self, reglement: str, exigees: Sequence[PieceExigee], criteres: Sequence[str] = ()) -> None:
        """Open the instruction; repeating it is silent.

        Refuse with GesteImpossible, PiecesManquantes, PiecesAVerifier, DemandeurAVerifier, AvantLeJalon or DejaFait.
        """
        if self.complet_le is not None and self.etat in AVANT_VOTE:
            if self.reglement == reglement:
                return self.redire(DeclareComplet)
            raise DeclareComplet.deja("Le dossier est déjà complet, sous un autre règlement.")
        self.exiger("declarer-complet", *AVANT_COMPLETUDE)
        manquantes = [piece.code for piece in exigees if piece.bloquante and not self.tenues(piece.code)]
        if manquantes:
            raise PiecesManquantes(manquantes)
        exiger_verifiees(self, exigees)
        if self.desaccord is not None:
            raise DemandeurAVerifier(
                "Le numéro du demandeur est celui d’un tiers connu sous un autre nom : « dossier confirmer-demandeur » d’abord."
            )
        bloquantes = tuple(piece.code for piece in exigees if piece.bloquante)
        self.exiger_apres("la réception de la dernière pièce exigée", produites_le(self, bloquantes))
        self.survient(DeclareComplet(reglement=reglement, criteres=tuple(criteres)))

    def annuler_completude(self) -> None:
        """Undo a complétude declared in error, or refuse with GesteImpossible once something rests on it.

        An avis asked, a proposition, or pièces asked for and recorded since, rest on it. Repeating it is silent.
        """
        if self.completude_annulee:
            return self.redire(CompletudeAnnulee)
        declaree = max((i.entete.version for i in self.inscriptions if isinstance(i.fait, DeclareComplet)), default=0)
        if not declaree:
            raise self.impossible("annuler-completude", "le dossier n’a pas été déclaré complet")
        self.exiger("annuler-completude", Etat.COMPLET)
        if any(demande.version > declaree for demande in self.demandes_de_pieces):
            raise self.impossible("annuler-completude", "des pièces ont été demandées depuis")
        self.exiger_apres("la complétude", self.jalon)
        self.survient(CompletudeAnnulee(), corrige=declaree)


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the agent's examination, or the applicant's pièces and then the agent's follow-up; and what is to be delivered."""
    jalon = dossier.jalon
    if jalon is None or dossier.etat not in AVANT_COMPLETUDE:
        return
    ouvertes = [d for d in dossier.demandes_de_pieces if produites_le(dossier, d.pieces) is None]
    if dossier.etat is not Etat.INCOMPLET or not ouvertes:  # nothing asked for is missing any more
        yield Attente(
            Cle("completude", "", 1),
            de=Role.INSTRUCTEUR,
            depuis=jalon.depuis,
            gestes=dossier.a_faire(*_suite(dossier), "retirer", *permis(dossier, "declarer-irrecevable")),
            fondement="examen de la complétude",
            habituelle=timedelta(days=15),
        )
    else:
        for demande in ouvertes:
            yield _pieces_attendues(dossier, demande)
    for version, attend in dossier.demandes_a_remettre.items():
        if produites_le(dossier, attend.pieces) is None and not en_route(
            dossier.documents.values(), NatureDocument.PIECES, str(version)
        ):
            cle = Cle("demande_a_remettre", ",".join(attend.pieces), version)
            gestes = dossier.a_faire("enregistrer-remise", "demander-pieces")
            yield a_remettre(cle, attend.jalon.depuis, attend.delai, gestes)


def _pieces_attendues(dossier: EtatDossier, demande: DemandeDePieces) -> Attente:
    """Return the pièces that a demande awaits of the applicant; then, its délai passed, the agent's follow-up."""
    echue = demande.version in dossier.demandes_echues
    de_la_loi = not echue and vaut_pour_le_demandeur(dossier, demande.delai, demande.du)
    suite = (*_suite(dossier), *permis(dossier, "classer-sans-suite")) if echue else ("recevoir-piece", "retirer")
    return Attente(
        Cle("suite_pieces" if echue else "pieces", ",".join(demande.pieces), demande.version),
        de=Role.INSTRUCTEUR if echue else Role.PORTEUR,
        depuis=demande.depuis,
        echeance=None if echue else fin_de_jour(demande.jusqu_au),
        automatisme=None if echue else "constater_pieces_non_produites",
        gestes=dossier.a_faire(*suite),
        nature=Nature.LOI if de_la_loi else Nature.USAGE,
        fondement=demande.delai.fondement if de_la_loi or echue else "demande de l’instructeur",
        habituelle=timedelta(days=15) if echue else None,
        pas_avant=demande.jusqu_au + timedelta(days=1) if echue else None,
    )


def _suite(dossier: EtatDossier) -> tuple[str, ...]:
    """Return what leads to the complétude: declare it when nothing mandatory is missing, else ask for what is."""
    manquantes = dossier.pieces_manquantes
    if dossier.desaccord is not None:
        return ("confirmer-demandeur", "demander-pieces") if manquantes else ("confirmer-demandeur",)
    if any(piece.bloquante for piece in manquantes):
        return ("demander-pieces", "recevoir-piece")
    if a_verifier(dossier, dossier.pieces_exigees):
        return ("verifier-pieces", "ecarter-piece")
    return ("declarer-complet", "demander-pieces") if manquantes else ("declarer-complet",)
