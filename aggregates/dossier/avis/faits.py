"""What is asked of partners and what they answer; the text of an avis is in the coffre."""

from uuid import UUID

from pydantic import AwareDatetime

from aggregates.dossier.etat import Avis, Etat, EtatDossier, FaitDossier
from kernel.attentes import Delai
from kernel.faits import Entete, Noms
from kernel.instants import debut_de


class AvisDemande(FaitDossier, topic="dossier.avis_demande.v1"):
    """A partner was asked for an avis, to be given before an instant."""

    aupres_de: str
    echeance: AwareDatetime
    delai: Delai

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.avis.append(
            Avis(entete.version, self.aupres_de, debut_de(entete.effectif_le), self.echeance, self.delai)
        )
        if agregat.etat in {
            Etat.COMPLET,
            Etat.BROUILLON,
        }:  # blank: its take-over was corrected, and comes later in the fold
            agregat.passer(Etat.EN_INSTRUCTION, entete)

    def phrase(self, noms: Noms) -> str:
        return f"Avis demandé : {self.aupres_de}."


class AvisRendu(FaitDossier, topic="dossier.avis_rendu.v1"):
    """A partner answered; the text is in the coffre."""

    aupres_de: str
    sens: str
    texte: UUID | None

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.avis_rendus[self.aupres_de], agregat.avis_textes[self.aupres_de] = self.sens, self.texte

    def phrase(self, noms: Noms) -> str:
        return f"Avis {self.sens} : {self.aupres_de}."


class AvisReputeRendu(FaitDossier, topic="dossier.avis_repute_rendu.v1"):
    """The échéance passed without an answer: the instruction goes on without this avis."""

    aupres_de: str

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.avis_rendus.setdefault(self.aupres_de, "repute_rendu")

    def phrase(self, noms: Noms) -> str:
        return f"Avis réputé rendu, sans réponse à l’échéance : {self.aupres_de}."
