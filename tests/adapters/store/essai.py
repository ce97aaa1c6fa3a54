"""A tiny aggregate, and a process of its own that sends it commands."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar
from uuid import UUID, uuid4

from adapters.store import ouvrir
from application.commandes import Recu
from application.store import Store
from kernel.agregat import Agregat
from kernel.faits import Contexte, Entete, Fait, Noms
from kernel.instants import Effet
from kernel.refus import Refus


class FaitCompteur(Fait["Compteur"]):
    """A fact of the tiny aggregate."""


class Ajoute(FaitCompteur, topic="essai.ajoute.v1"):
    """A number was added, with a word whose accents and emptiness must come back."""

    nombre: int
    mot: str = ""
    jour: date | None = None

    def appliquer(self, agregat: "Compteur", entete: Entete) -> None:
        agregat.total += self.nombre

    def phrase(self, noms: Noms) -> str:
        return f"{self.nombre} ajouté."


class Ferme(FaitCompteur, topic="essai.ferme.v1"):
    """Nothing may be added any more."""

    def appliquer(self, agregat: "Compteur", entete: Entete) -> None:
        agregat.ferme = True

    def phrase(self, noms: Noms) -> str:
        return "Compteur fermé."


class CompteurFerme(Refus, code="compteur_ferme"):
    """The counter is closed."""


@dataclass(eq=False)
class Compteur(Agregat):
    """Adds numbers until it is closed."""

    nom: ClassVar[str] = "compteur"
    total: int = 0
    ferme: bool = False

    def ajouter(self, nombre: int = 1, mot: str = "", jour: date | None = None) -> None:
        if self.ferme:
            raise CompteurFerme("Ce compteur est fermé.")
        self.survient(Ajoute(nombre=nombre, mot=mot, jour=jour))

    def fermer(self) -> None:
        if not self.ferme:
            self.survient(Ferme())


LE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def contexte(commande_id: UUID | None = None, *, effectif_le: Effet = LE, pilote: str | None = None) -> Contexte:
    return Contexte(
        acteur="essai", commande_id=commande_id or uuid4(), effectif_le=effectif_le, maintenant=LE, pilote=pilote
    )


def ajouter(
    store: Store, compteur: UUID, commande_id: UUID | None = None, *, nombre: int = 1, chaud: bool = False
) -> Recu:
    return store.executer(
        Compteur,
        compteur,
        lambda agregat: agregat.ajouter(nombre),
        contexte(commande_id),
        geste="compteur ajouter",
        empreinte=f"ajouter {nombre}",
        chaud=chaud,
    )


@contextmanager
def ouvert(base: str) -> Iterator[Store]:
    application = ouvrir(base)
    try:
        yield Store(application)
    finally:
        application.close()


def main(base: str, nombre: str, chaud: str, *compteurs: str) -> None:
    """Add `nombre` times, to each counter in turn."""
    with ouvert(base) as store:
        for rang in range(int(nombre)):
            ajouter(store, UUID(compteurs[rang % len(compteurs)]), chaud=chaud == "chaud")


def tenir(base: str, compteur: str) -> None:
    """Hold a stream until killed."""
    with ouvert(base) as store, store.enregistreur.verrou(UUID(compteur)):
        sys.stdout.write("tenu\n")
        sys.stdout.flush()
        sys.stdin.readline()


if __name__ == "__main__":
    if sys.argv[2] == "tenir":
        tenir(sys.argv[1], sys.argv[3])
    else:
        main(*sys.argv[1:])
