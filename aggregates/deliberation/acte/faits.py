"""What makes a vote an act: a number, its transmission to the préfet de région, its legal force."""

from aggregates.deliberation.etat import EtatDeliberation, FaitDeliberation, Ouverture
from kernel.faits import Entete, Noms
from kernel.instants import jour_de


class NumeroDemande(FaitDeliberation, topic="deliberation.numero_demande.v1"):
    """A number was asked for in a series."""

    serie: str
    annee: int

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.numero_demande, agregat.annee = Ouverture.par(entete), self.annee

    def phrase(self, noms: Noms) -> str:
        return f"Numéro demandé dans la série {self.annee}."


class DeliberationNumerotee(FaitDeliberation, topic="deliberation.numerotee.v1"):
    """The act has its number, without hole or double."""

    numero: str

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.numero, agregat.numerotee = self.numero, Ouverture.par(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Délibération n° {self.numero}."


class DeliberationTransmise(FaitDeliberation, topic="deliberation.transmise.v1"):
    """The act was sent to the préfet de région, in this flow of @CTES."""

    flux: str

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.flux, agregat.transmise = self.flux, Ouverture.par(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Transmise au contrôle de légalité (flux {self.flux})."


class RendueExecutoire(FaitDeliberation, topic="deliberation.rendue_executoire.v1"):
    """The act has legal force: what it decides must be carried."""

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.executoire = agregat.passe_decisions = agregat.passe_credits = Ouverture.par(entete)
        agregat.executoire_le = jour_de(entete.effectif_le)

    def phrase(self, noms: Noms) -> str:
        return "Délibération rendue exécutoire."
