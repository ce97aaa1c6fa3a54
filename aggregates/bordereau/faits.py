"""What happens to a bordereau: opened by its first line, signed, its signature carried, sent to the comptable."""

from datetime import date

from aggregates.bordereau.etat import CleDeLigne, EtatBordereau, FaitBordereau, Ligne, LigneRefusee
from kernel.faits import Entete, Noms
from kernel.instants import debut_de
from kernel.montants import en_euros
from kernel.textes import compte


class BordereauOuvert(FaitBordereau, topic="bordereau.ouvert.v1"):
    """A bordereau exists for the mandats of one day."""

    ref: str
    jour: date
    exercice: int

    def appliquer(self, agregat: EtatBordereau, entete: Entete) -> None:
        agregat.ref, agregat.jour, agregat.exercice = self.ref, self.jour, self.exercice
        agregat.ouvert_depuis = debut_de(entete.effectif_le)

    def phrase(self, noms: Noms) -> str:
        return f"Bordereau {self.ref} ouvert pour les mandats du {self.jour:%d/%m/%Y}."


class LigneAjoutee(FaitBordereau, topic="bordereau.ligne_ajoutee.v1", reveille=False):
    """A mandat is on the bordereau."""

    ligne: Ligne

    def appliquer(self, agregat: EtatBordereau, entete: Entete) -> None:
        agregat.lignes[self.ligne.cle] = self.ligne

    def phrase(self, noms: Noms) -> str:
        return f"Mandat de {en_euros(self.ligne.montant_centimes)} ajouté (échéance {self.ligne.echeance})."


class BordereauSigne(FaitBordereau, topic="bordereau.signe.v1"):
    """The ordonnateur signed: it attests service fait and the exécutoire character of the pièces (CGCT D1617-23)."""

    total_centimes: int
    nombre: int

    def appliquer(self, agregat: EtatBordereau, entete: Entete) -> None:
        agregat.signe_par = entete.acteur
        agregat.a_porter = tuple(agregat.lignes)
        agregat.portage = (entete.version, debut_de(entete.effectif_le))

    def phrase(self, noms: Noms) -> str:
        return f"Bordereau signé : {compte(self.nombre, 'mandat')}, {en_euros(self.total_centimes)}."


class SignaturePortee(FaitBordereau, topic="bordereau.signature_portee.v1"):
    """Subventions were told that their mandat is signed; it opens the next pass."""

    portees: tuple[CleDeLigne, ...]
    refusees: tuple[LigneRefusee, ...]

    def appliquer(self, agregat: EtatBordereau, entete: Entete) -> None:
        vues = {*self.portees, *(ligne.cle for ligne in self.refusees)}
        agregat.a_porter = tuple(cle for cle in agregat.a_porter if cle not in vues)
        agregat.refusees, agregat.relance = (*agregat.refusees, *self.refusees), False
        agregat.portage = (entete.version, debut_de(entete.effectif_le))

    def phrase(self, noms: Noms) -> str:
        suite = "" if not self.refusees else f" ; {compte(len(self.refusees), 'ligne', 'refusée')}"
        return f"Signature constatée sur {compte(len(self.portees), 'mandat')}{suite}."


class SignatureRelancee(FaitBordereau, topic="bordereau.signature_relancee.v1"):
    """The lines that were refused are to be told to their subvention once more."""

    def appliquer(self, agregat: EtatBordereau, entete: Entete) -> None:
        agregat.a_porter = (*agregat.a_porter, *(ligne.cle for ligne in agregat.refusees))
        agregat.refusees, agregat.relance = (), True
        agregat.portage = (entete.version, debut_de(entete.effectif_le))

    def phrase(self, noms: Noms) -> str:
        return "Lignes refusées : signature à porter de nouveau."


class BordereauTransmis(FaitBordereau, topic="bordereau.transmis.v1", reveille=False):
    """The signed bordereau was sent to the comptable, in the flow named here."""

    flux: str

    def appliquer(self, agregat: EtatBordereau, entete: Entete) -> None:
        agregat.flux = self.flux

    def phrase(self, noms: Noms) -> str:
        return f"Bordereau transmis au comptable (flux {self.flux})."
