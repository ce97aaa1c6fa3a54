"""The implicit refusal, and nothing more: it closes no door."""

from datetime import date

from aggregates.dossier.etat import EtatDossier, FaitDossier
from kernel.faits import Entete, Noms


class RejetImpliciteNe(FaitDossier, topic="dossier.rejet_implicite_ne.v1"):
    """Silence lasted: a refusal exists in law and may be challenged; instruction goes on and an award replaces it."""

    ne_le: date
    source: str

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.rejets_implicites[entete.version] = self.ne_le

    def phrase(self, noms: Noms) -> str:
        return f"Rejet implicite né du silence le {self.ne_le:%d/%m/%Y} ({self.source}) ; l’instruction continue."
