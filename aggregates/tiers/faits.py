"""What happens to a tiers: recorded, its bank details declared by one person and validated by another."""

from typing import TYPE_CHECKING
from uuid import UUID

from kernel.faits import Entete, Fait, Noms
from kernel.instants import debut_de

if TYPE_CHECKING:
    from aggregates.tiers.tiers import Tiers


class FaitTiers(Fait["Tiers"]):
    """A fact of a tiers. Nothing of an IBAN, nor of the name of an account holder, is in a fact."""


class TiersEnregistre(FaitTiers, topic="tiers.enregistre.v1", reveille=False):
    """A legal person is known under this reference; recorded again, it corrects what was said of its identity."""

    ref: str
    siret: str | None
    denomination: str
    rna: str | None
    cle: str | None

    def appliquer(self, agregat: "Tiers", entete: Entete) -> None:
        agregat.identite, agregat.identite_version = self, entete.version

    def phrase(self, noms: Noms) -> str:
        designation = f"SIRET {self.siret}" if self.siret else "sans SIRET connu"
        return f"Tiers enregistré : {self.denomination} ({designation})."


class CoordonneesDeclarees(FaitTiers, topic="tiers.coordonnees_declarees.v1"):
    """Bank details were declared: their id in the coffre, and what tells equality without telling the value."""

    coordonnees: UUID
    empreinte_iban: str
    empreinte_titulaire: str

    def appliquer(self, agregat: "Tiers", entete: Entete) -> None:
        agregat.declarees, agregat.declarees_version = self, entete.version
        agregat.declarees_par, agregat.declarees_depuis = entete.acteur, debut_de(entete.effectif_le)

    def phrase(self, noms: Noms) -> str:
        return "Coordonnées bancaires déclarées ; une autre personne doit les valider."


class CoordonneesValidees(FaitTiers, topic="tiers.coordonnees_validees.v1"):
    """Another person validated the declared bank details: payments use them from now on."""

    coordonnees: UUID

    def appliquer(self, agregat: "Tiers", entete: Entete) -> None:
        agregat.validees, agregat.validees_par = agregat.declarees, entete.acteur
        agregat.coordonnees_valides = self.coordonnees
        agregat.declarees, agregat.declarees_par, agregat.declarees_depuis = None, "", None

    def phrase(self, noms: Noms) -> str:
        return "Coordonnées bancaires validées."
