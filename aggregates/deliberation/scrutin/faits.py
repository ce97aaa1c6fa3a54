"""Scrutins and adjournments. Members appear as ids; a fact keeps the presences it used and the result it gave."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from aggregates.deliberation.etat import EtatDeliberation, FaitDeliberation, Ouverture, Resultat
from aggregates.deliberation.scrutin.calcul import Bulletin
from kernel.faits import Entete, Noms
from kernel.montants import en_euros
from kernel.textes import compte


class Pouvoir(BaseModel):
    """A member represented by another."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    membre: str
    pouvoir_a: str


class ScrutinTenu(FaitDeliberation, topic="deliberation.scrutin_tenu.v1"):
    """The assembly voted on these lines, together."""

    lignes: tuple[int, ...]
    vote_le: date
    bulletin: Bulletin
    presents: tuple[str, ...]
    pouvoirs: tuple[Pouvoir, ...]
    preside_par: str
    en_exercice: int
    requis: int
    pour: int
    contre: int
    abstentions: int
    nppv: int
    voix_preponderante: bool
    adopte: bool

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        resultat = Resultat.ADOPTEE if self.adopte else Resultat.REJETEE
        amendement = self.bulletin.amendement_centimes
        agregat.changer(self.lignes, resultat=resultat, vote=entete.version, vote_le=self.vote_le)
        for ligne in self.lignes if self.adopte else ():
            if ligne in agregat.lignes:
                propose = agregat.lignes[ligne].rapport.montant_propose_centimes
                agregat.changer((ligne,), vote_centimes=propose if amendement is None else amendement)
        agregat.votes[entete.version] = self
        agregat.dernier_vote = Ouverture.par(entete)

    def phrase(self, noms: Noms) -> str:
        lignes = f"Ligne {self.lignes[0]}" if len(self.lignes) == 1 else f"{len(self.lignes)} lignes"
        resultat = f"{lignes} : {'adoption' if self.adopte else 'rejet'}"
        if self.adopte and self.bulletin.amendement_centimes is not None:
            resultat += f" à {en_euros(self.bulletin.amendement_centimes)}"
        voix = f"{self.pour} pour, {self.contre} contre, {compte(self.abstentions, 'abstention')}"
        deports = f", {compte(len(self.bulletin.deports), 'déport')}" if self.bulletin.deports else ""
        preponderante = ", voix prépondérante du président" if self.voix_preponderante else ""
        return f"{resultat} ({voix}{deports}{preponderante})."


class LignesAjournees(FaitDeliberation, topic="deliberation.lignes_ajournees.v1"):
    """These lines left the agenda without a vote: no act exists."""

    lignes: tuple[int, ...]

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.changer(self.lignes, resultat=Resultat.AJOURNEE, vote=entete.version)
        agregat.votes[entete.version] = self
        agregat.dernier_vote = agregat.passe_decisions = Ouverture.par(entete)

    def phrase(self, noms: Noms) -> str:
        return f"{len(self.lignes)} lignes ajournées." if len(self.lignes) > 1 else f"Ligne {self.lignes[0]} ajournée."
