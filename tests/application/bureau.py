"""One instructeur's desk: send a geste, count what the store keeps of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, text

from adapters.store.adresse import AdresseSqlite, lire_adresse
from application.commandes import Appel, Recu
from application.gestes.recueil import par_nom
from application.services import Services
from tests.moteur import PIECES, deposer

SQLITE_SUFFIT = pytest.mark.parametrize("vide", ["sqlite"], indirect=True)
"""For what is refused before the store is asked: both engines would say the same."""


@dataclass(frozen=True)
class Compte:
    """What a store holds: facts, receipts, refused attempts; texts of its coffre and files on the disk."""

    faits: int
    recus: int
    refus: tuple[tuple[str, str | None], ...]
    textes: int
    fichiers: int


@dataclass(frozen=True)
class Atelier:
    """A store and its address."""

    services: Services
    base: str
    fichiers: Path

    @property
    def compte(self) -> Compte:
        return compter(self.base, self.fichiers)


def compter(base: str, fichiers: Path) -> Compte:
    """Read the tables and the folder without our code."""
    adresse = lire_adresse(base)
    if isinstance(adresse, AdresseSqlite):
        (textes,) = _lire(f"sqlite:///{adresse.coffre}", "SELECT count(*) FROM textes")
    else:
        base = base.replace("postgresql://", "postgresql+psycopg://")
        (textes,) = _lire(base, "SELECT count(*) FROM coffre.textes")
    (faits,), (recus,) = _lire(base, "SELECT count(*) FROM stored_events"), _lire(base, "SELECT count(*) FROM journal")
    refus = tuple((code, acteur) for code, acteur in _lire(base, "SELECT code, acteur FROM refus"))
    return Compte(faits[0], recus[0], refus, textes[0], sum(f.is_file() for f in fichiers.rglob("*")))


def _lire(base: str, requete: str) -> list[tuple[Any, ...]]:
    moteur = create_engine(base)
    try:
        with moteur.connect() as c:
            return [tuple(ligne) for ligne in c.execute(text(requete))]
    finally:
        moteur.dispose()


def envoyer(services: Services, nom: str, appel: Appel, **options: Any) -> Recu:
    """Send a geste named as on the command line, with an envelope of its own."""
    return par_nom(*nom.split()).recevoir(options, appel, services)


def de(acteur: str | None = "ines", commande_id: UUID | None = None, **champs: Any) -> Appel:
    return Appel(acteur=acteur, commande_id=commande_id or uuid4(), **champs)


def un_dossier(services: Services, pieces: tuple[str, ...] = PIECES) -> Recu:
    return deposer(services, pieces=pieces, le=None, lot=None)
