"""What keeps a request from being forgotten: it is open, a recours or a contrôle runs, its durée d’utilité administrative too.

Meanwhile a person may ask that its data be masked: the coffre keeps them, sealed, and copies that are read do not show them.
"""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from aggregates.dossier.etat import Etat, EtatDossier, FaitDossier
from aggregates.dossier.notification import delais_de_recours
from aggregates.dossier.recours import recours_en_cours, rejete_par_silence_le
from kernel.attentes import Attente, Cle, Role
from kernel.delais import echoir, lire_duree
from kernel.faits import Entete, Jalon, Noms
from kernel.instants import jour_de
from kernel.refus import Refus


class ControleOuvert(FaitDossier, topic="dossier.controle_ouvert.v1"):
    """A contrôle of the aid began: nothing of the dossier may be forgotten. What it is, is in the coffre."""

    texte: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.controle, agregat.controle_texte = Jalon.de(entete), self.texte

    def phrase(self, noms: Noms) -> str:
        return f"Contrôle ouvert : {noms.texte(self.texte)}."


class ControleTermine(FaitDossier, topic="dossier.controle_termine.v1"):
    """A contrôle is over; what came of it is in the coffre."""

    texte: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.controle, agregat.controle_texte = None, self.texte
        agregat.controle_fini_le = jour_de(entete.effectif_le)

    def phrase(self, noms: Noms) -> str:
        return f"Contrôle terminé : {noms.texte(self.texte)}."


class DonneesMasquees(FaitDossier, topic="dossier.donnees_masquees.v1", reveille=False):
    """What the coffre holds of the dossier is shown to nobody any more; it is kept, sealed."""

    motif: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.masque = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Données personnelles masquées : {noms.texte(self.motif)}."


class DonneesDemasquees(FaitDossier, topic="dossier.donnees_demasquees.v1", reveille=False):
    """What was masked is shown again."""

    motif: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.masque = None

    def phrase(self, noms: Noms) -> str:
        return f"Données personnelles de nouveau lisibles : {noms.texte(self.motif)}."


class ConservationEnCours(Refus, code="conservation_en_cours"):
    """The law keeps it still: it cannot be forgotten, it can be masked."""


class DuaInconnue(Refus, code="dua_inconnue"):
    """Nobody entered the durée d’utilité administrative: an unknown one is never over."""


def ce_qui_empeche_de_clore(dossier: EtatDossier) -> str | None:
    """Return what keeps a decided dossier open, with the gestes that end it; None when nothing does."""
    if recours := recours_en_cours(dossier):
        return f"le recours n° {recours[0].rang} court : « dossier repondre-recours », ou « dossier retirer-recours », d’abord"
    if dossier.controle is not None:
        return "un contrôle est en cours : « dossier terminer-controle » d’abord"
    return None


def exiger_conservation_finie(dossier: EtatDossier, dua: str | None, au: date) -> None:
    """Refuse to forget what is still kept.

    Args:
        dossier: what somebody asks to forget.
        dua: the durée d’utilité administrative of its campagne, None when nobody entered it.
        au: the day it is asked.

    Raises:
        ConservationEnCours: it is open, or a recours, a contrôle or the DUA runs. Source: code du patrimoine, art. L212-2
            and R212-14 (no elimination before the term, nor without visa).
        DuaInconnue: its DUA is not known.
    """
    pourquoi = _en_cours(dossier, au)
    if pourquoi:
        raise ConservationEnCours(
            f"Le dossier {dossier.ref} ne s’oublie pas : {pourquoi}. Ses données peuvent être masquées (« dossier masquer »)."
        )
    if dua is None:
        raise DuaInconnue(
            f"La durée d’utilité administrative des dossiers de la campagne {dossier.campagne} n’est pas connue : "
            "un administrateur la saisit avec sa source (« campagne fixer-dua »).",
            campagne=dossier.campagne,
        )
    fin = echoir(max(_departs(dossier)), lire_duree(dua)).dernier_jour
    if fin >= au:
        raise ConservationEnCours(
            f"Le dossier {dossier.ref} se conserve jusqu’au {fin:%d/%m/%Y} inclus. Ses données peuvent être masquées "
            "(« dossier masquer »).",
            jusqu_au=fin.isoformat(),
        )


def _en_cours(dossier: EtatDossier, au: date) -> str:
    """Return what runs, for people; blank when nothing does."""
    if dossier.etat is not Etat.CLOS:
        return "il n’est pas clos"
    if recours_en_cours(dossier):
        return "un recours court"
    if any(delai.dernier_jour >= au for delai in delais_de_recours(dossier)):
        return "le délai d’un recours contentieux court"
    return "un contrôle est en cours" if dossier.controle is not None else ""


def _departs(dossier: EtatDossier) -> Iterator[date]:
    """Yield the days after which the DUA runs: the closing, the end of each recours and of the last contrôle."""
    assert dossier.jalon is not None, "a closed dossier has the fact that closed it"
    yield jour_de(dossier.jalon.depuis)
    if dossier.controle_fini_le is not None:
        yield dossier.controle_fini_le
    for recours in dossier.recours.values():
        fini = rejete_par_silence_le(recours) if recours.fin is None else recours.fin.le
        yield recours.le if fini is None else fini


class Conservation(EtatDossier):
    """Contrôles, and masking."""

    def ouvrir_controle(self, texte: UUID) -> None:
        """Open a contrôle, or refuse with DejaFait while another runs; repeating it is silent."""
        if self.controle is not None:
            if self.controle_texte == texte:
                return self.redire(ControleOuvert)
            raise ControleOuvert.deja("Un autre contrôle est déjà ouvert sur ce dossier.")
        if not self.existe:
            raise self.impossible("ouvrir-controle", "ce dossier n’existe pas")
        self.survient(ControleOuvert(texte=texte))

    def terminer_controle(self, texte: UUID) -> None:
        """End it, or refuse with GesteImpossible when none runs; repeating it is silent."""
        if self.controle is None:
            if self.controle_fini_le is not None and self.controle_texte == texte:
                return self.redire(ControleTermine)
            raise self.impossible("terminer-controle", "aucun contrôle n’est ouvert")
        self.exiger_apres("l’ouverture du contrôle", self.controle)
        self.survient(ControleTermine(texte=texte))

    def masquer(self, motif: UUID) -> None:
        """Mask what the coffre holds, or refuse with GesteImpossible what does not exist, or is forgotten; silent when it is masked."""
        if not self.existe:
            raise self.impossible("masquer", "ce dossier n’existe pas")
        if self.oubli is not None:
            raise self.impossible("masquer", "ce dossier est oublié")
        if self.masque is not None:
            return self.redire(DonneesMasquees)
        self.survient(DonneesMasquees(motif=motif))

    def demasquer(self, motif: UUID) -> None:
        """Show it again, or refuse with GesteImpossible when nothing was masked."""
        if self.masque is None:
            raise self.impossible("demasquer", "les données de ce dossier ne sont pas masquées")
        self.exiger_apres("le masquage", self.masque)
        self.survient(DonneesDemasquees(motif=motif))


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the end of the contrôle."""
    if dossier.controle is not None:
        yield Attente(
            Cle("controle", "", dossier.controle.version),
            de=Role.RESPONSABLE,
            depuis=dossier.controle.depuis,
            gestes=dossier.a_faire("terminer-controle"),
            fondement="contrôle en cours",
        )
