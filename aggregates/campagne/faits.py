"""What happens to a campagne: opened with its règlement, closed."""

from datetime import date
from typing import TYPE_CHECKING, Any

from kernel.faits import Entete, Fait, Noms
from kernel.instants import debut_de

if TYPE_CHECKING:
    from aggregates.campagne.campagne import Campagne


class FaitCampagne(Fait["Campagne"]):
    """A fact of a campagne."""


class CampagneOuverte(FaitCampagne, topic="campagne.ouverte.v1"):
    """A campagne is open under a version of its règlement, copied here whole: each value with its date and source."""

    ref: str
    dispositif: str
    exercice: int
    nature: str
    ouvre_le: date | None
    ferme_le: date | None
    fil_rouge: str | None
    reglement_ref: str | None
    reglement: dict[str, Any] | None
    fichier_sha256: str

    def appliquer(self, agregat: "Campagne", entete: Entete) -> None:
        agregat.ouverte = self
        agregat.depuis = debut_de(entete.effectif_le)

    def phrase(self, noms: Noms) -> str:
        if self.nature == "reprise":
            return f"Campagne {self.ref} ouverte pour reprendre ce qui a commencé ailleurs, sans règlement."
        dates = f"du {self.ouvre_le:%d/%m/%Y} au {self.ferme_le:%d/%m/%Y}"
        return f"Campagne {self.ref} ouverte sous le règlement {self.reglement_ref}, {dates}."


class CampagneClose(FaitCampagne, topic="campagne.close.v1"):
    """No dossier may be filed any more."""

    def appliquer(self, agregat: "Campagne", entete: Entete) -> None:
        agregat.close_le = debut_de(entete.effectif_le)

    def phrase(self, noms: Noms) -> str:
        return "Campagne close."
