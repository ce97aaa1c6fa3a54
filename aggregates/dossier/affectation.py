"""Who has charge of a request: taken, given to an agent or a group, handed over; and the notes of those who instruct it."""

from uuid import UUID

from aggregates.agents import GROUPE
from aggregates.dossier.etat import AVANT_VOTE, Etat, EtatDossier, FaitDossier
from kernel.faits import Entete, Noms
from kernel.refus import SaisieInvalide


class PrisEnCharge(FaitDossier, topic="dossier.pris_en_charge.v1"):
    """An agent took the request: a complete one is then instructed. Taken from another, it is handed over."""

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.charge = entete.acteur
        if agregat.etat is Etat.COMPLET:
            agregat.passer(Etat.EN_INSTRUCTION, entete)

    def phrase(self, noms: Noms) -> str:
        return "Dossier pris en charge."


class Affecte(FaitDossier, topic="dossier.affecte.v1"):
    """The request was given to an agent, to a group, to an agent of a group, or to nobody (both None)."""

    agent: str | None = None
    groupe: str | None = None

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.charge, agregat.groupe = self.agent, self.groupe

    def phrase(self, noms: Noms) -> str:
        a = [] if self.agent is None else [noms.agent(self.agent)]
        a += [] if self.groupe is None else [f"groupe « {self.groupe} »"]
        return f"Dossier affecté : {', '.join(a) or 'personne'}."


class NoteAjoutee(FaitDossier, topic="dossier.note_ajoutee.v1", reveille=False):
    """Somebody who instructs wrote a note for the others; its text is in the coffre, and is nobody's outside."""

    texte: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.notes.append(self.texte)

    def phrase(self, noms: Noms) -> str:
        return f"Note : {noms.texte(self.texte)}."


class Affectation(EtatDossier):
    """Take charge, give, write a note. None of it moves a clock."""

    def prendre_en_charge(self) -> None:
        """Take it, from whoever had it, or refuse with GesteImpossible after the vote; repeating it is silent."""
        self.exiger("prendre-en-charge", *AVANT_VOTE)
        if self.charge == self.contexte.acteur and self.etat is not Etat.COMPLET:
            return self.redire(PrisEnCharge)
        self.exiger_apres("la complétude", self.complet_le)
        self.survient(PrisEnCharge())

    def affecter(self, agent: str | None, groupe: str | None) -> None:
        """Give it to an agent (a login), a group, both or nobody; repeating it is silent.

        Refuse with GesteImpossible once closed, or SaisieInvalide (the group is no code).
        """
        if groupe is not None and not GROUPE.fullmatch(groupe):
            raise SaisieInvalide(
                f"« {groupe} » n’est pas un code de groupe : minuscules sans accent, chiffres, tirets.", groupe=groupe
            )
        self.exiger("affecter", *AVANT_VOTE, Etat.DECIDE)
        if (self.charge, self.groupe) == (agent, groupe):
            return self.redire(Affecte)
        self.survient(Affecte(agent=agent, groupe=groupe))

    def noter(self, texte: UUID) -> None:
        """Write a note, whatever its état; refuse with GesteImpossible before the dépôt, or once it is forgotten.

        The same again is silent.
        """
        if not self.existe or self.oubli is not None:
            raise self.impossible("noter", "ce dossier n’est pas déposé, ou ses textes sont oubliés")
        if texte in self.notes:
            return self.redire(NoteAjoutee, texte=texte)
        self.survient(NoteAjoutee(texte=texte))
