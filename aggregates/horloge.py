"""The clock of a real store: the jumps that an administrateur accepted, because the store really slept (ADR 0027)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from kernel.agregat import Agregat
from kernel.faits import Entete, Fait, Noms
from kernel.horloges import ACCEPTATION
from kernel.instants import Instant, dire_effet


class SautAccepte(Fait["Horloge"], topic=ACCEPTATION, reveille=False):
    """Nothing was recorded between these two instants, and it is no fault of the clock. The one fact recorded after a jump."""

    depuis: AwareDatetime
    jusqu_a: AwareDatetime
    motif: UUID

    def appliquer(self, agregat: "Horloge", entete: Entete) -> None:
        """Nothing to keep: what it changes is the instant of the last recording."""

    def phrase(self, noms: Noms) -> str:
        return (
            f"La base n’avait rien enregistré du {dire_effet(self.depuis)} au {dire_effet(self.jusqu_a)}, et son horloge "
            f"est acceptée : {noms.texte(self.motif)}."
        )


@dataclass(eq=False)
class Horloge(Agregat):
    """One stream in a store, under the name `base`."""

    nom: ClassVar[str] = "horloge"

    @property
    def ref(self) -> str:
        """Return its only name."""
        return "base"

    def accepter(self, tete: Instant | None, maintenant: Instant, saut_maximal: timedelta, motif: UUID) -> None:
        """Take the clock's word over the last recording, or refuse with GesteImpossible when it did not jump.

        Refuse with AvantLeJalon when it is dated before that recording.
        """
        if tete is None or maintenant - tete <= saut_maximal:
            raise self.impossible("accepter", "elle n’a pas sauté depuis le dernier enregistrement")
        self.exiger_apres("le dernier enregistrement", tete)
        self.survient(SautAccepte(depuis=tete, jusqu_a=maintenant, motif=motif))
