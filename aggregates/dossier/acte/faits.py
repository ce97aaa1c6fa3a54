"""What the assembly does of a dossier, as the dossier knows it; the act itself is a Deliberation."""

from datetime import date
from uuid import UUID

from aggregates.dossier.etat import Etat, EtatDossier, FaitDossier
from kernel.faits import Entete, Noms
from kernel.montants import en_euros


class Inscrit(FaitDossier, topic="dossier.inscrit.v1"):
    """The dossier is a line of a délibération put to a sitting."""

    deliberation: UUID
    ligne: int

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.deliberation, agregat.ligne = self.deliberation, self.ligne
        agregat.passer(Etat.INSCRIT, entete)

    def phrase(self, noms: Noms) -> str:
        return f"Dossier inscrit à l’ordre du jour, ligne {self.ligne} du rapport."


class Ajourne(FaitDossier, topic="dossier.ajourne.v1"):
    """The line left the agenda without a vote: no act exists, the approved proposition stands."""

    deliberation: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.deliberation = agregat.ligne = None
        agregat.ajournements.add(self.deliberation)
        agregat.passer(Etat.PROPOSE, entete)

    def phrase(self, noms: Noms) -> str:
        return "Dossier ajourné : il revient parmi les propositions visées."


class Decide(FaitDossier, topic="dossier.decide.v1"):
    """A délibération made exécutoire decided; an award replaces an implicit refusal."""

    deliberation: UUID
    favorable: bool
    montant_vote_centimes: int
    vote_le: date

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.vote_centimes, agregat.decide_le = self.montant_vote_centimes, self.vote_le
        agregat.passer(Etat.DECIDE, entete, issue="attribue" if self.favorable else "rejete")

    def phrase(self, noms: Noms) -> str:
        if not self.favorable:
            return f"Demande rejetée par la commission permanente du {self.vote_le:%d/%m/%Y}."
        montant = en_euros(self.montant_vote_centimes)
        return f"Aide de {montant} attribuée par la commission permanente du {self.vote_le:%d/%m/%Y}."


class Clos(FaitDossier, topic="dossier.clos.v1"):
    """Nothing is awaited any more: refused, or paid to the last échéance."""

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.passer(Etat.CLOS, entete, issue=agregat.issue)

    def phrase(self, noms: Noms) -> str:
        return "Dossier clos."
