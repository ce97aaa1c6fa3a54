"""Forgetting whom an aggregate is about: a person decides it, the engine destroys the key of the coffre.

The decision comes first and is a fact: who, when, why. Destroying first would lose, in a crash, the trace of an act that
nothing undoes; deciding first loses nothing: the engine owes the destruction until it has recorded it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from kernel.agregat import Agregat
from kernel.attentes import Attente
from kernel.faits import Entete, Fait, Jalon, Noms
from kernel.identifiants import ReferenceInconnue


class OubliDecide(Fait["Oubliable"]):
    """A person decided that whom it is about is forgotten. The motive has a key of its own: it outlives the other."""

    motif: UUID

    def appliquer(self, agregat: "Oubliable", entete: Entete) -> None:
        agregat.oubli, agregat.oubli_a_faire = self, Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Oubli décidé : {noms.texte(self.motif)}."


class CleDetruite(Fait["Oubliable"]):
    """The key is destroyed: nothing the coffre held of it can be read again. Facts, amounts and proofs stand."""

    def appliquer(self, agregat: "Oubliable", entete: Entete) -> None:
        agregat.oubli_a_faire = None

    def phrase(self, noms: Noms) -> str:
        return "Clé du coffre détruite : ce qu’elle protégeait est oublié."


@dataclass(eq=False)
class Oubliable(Agregat):
    """An aggregate whose texts and personal data have a key in the coffre, under its own id."""

    decision_d_oubli: ClassVar[type[OubliDecide]]
    destruction: ClassVar[type[CleDetruite]]
    oubli: OubliDecide | None = None
    oubli_a_faire: Jalon | None = None

    def oublier(self, motif: UUID) -> None:
        """Decide to forget; the same motive again is silent. Refuse with ReferenceInconnue, or DejaFait (another motive)."""
        if not self.existe:
            raise ReferenceInconnue(f"Rien n’est enregistré sous « {self.id} ».", reference=str(self.id))
        if self.oubli is None:
            self.exiger_apres("l’enregistrement", self.premier_effet)
            self.survient(self.decision_d_oubli(motif=motif))
        elif self.oubli.motif != motif:
            raise self.decision_d_oubli.deja("L’oubli est déjà décidé, pour un autre motif.")
        else:
            self.redire(self.decision_d_oubli)

    def constater_cle_detruite(self) -> None:
        """Record that the key is destroyed; silent once done, refused with GesteImpossible when nobody decided it."""
        if self.oubli is None:
            raise self.impossible("constater-cle-detruite", "aucun oubli n’est décidé")
        if self.oubli_a_faire is not None:
            self.survient(self.destruction())


def attentes(agregat: Oubliable) -> Iterator[Attente]:
    """Yield the destruction of the key, which the engine owes at once."""
    if agregat.oubli_a_faire is not None:
        yield Attente.du_moteur("oubli", agregat.oubli_a_faire, "detruire_cle", "oubli décidé par une personne")
