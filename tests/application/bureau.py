"""One instructeur's desk: send a geste, count what the store keeps of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, text

from adapters.store.adresse import AdresseSqlite, lire_adresse
from application.commandes import Demande, Recu
from application.gestes.registre import par_nom
from application.services import Services
from tests.moteur import PIECES, deposer

SQLITE_SUFFIT = pytest.mark.parametrize("vide", ["sqlite"], indirect=True)
"""For what is refused before the store is asked: both engines would say the same."""


@dataclass(frozen=True)
class Compte:
    """What a store holds: facts, receipts, refused attempts."""

    faits: int
    recus: int
    refus: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class Atelier:
    """A store and its address."""

    services: Services
    base: str

    @property
    def compte(self) -> Compte:
        return compter(self.base)


def compter(base: str) -> Compte:
    """Read the tables without our code."""
    adresse = lire_adresse(base)
    sqlite = isinstance(adresse, AdresseSqlite)
    moteur = create_engine(base if sqlite else base.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with moteur.connect() as c:
            faits = c.execute(text("SELECT count(*) FROM stored_events")).scalar_one()
            recus = c.execute(text("SELECT count(*) FROM journal")).scalar_one()
            refus = c.execute(text("SELECT code, acteur FROM refus")).all()
        return Compte(faits, recus, tuple((code, acteur) for code, acteur in refus))
    finally:
        moteur.dispose()


def envoyer(services: Services, nom: str, demande: Demande, **options: Any) -> Recu:
    """Send a geste named as on the command line, with an envelope of its own."""
    return par_nom(*nom.split()).recevoir(options, demande, services)


def de(acteur: str | None = "ines", commande_id: UUID | None = None, **champs: Any) -> Demande:
    return Demande(acteur=acteur, commande_id=commande_id or uuid4(), **champs)


def un_dossier(services: Services, pieces: tuple[str, ...] = PIECES) -> Recu:
    return deposer(services, pieces=pieces, le=None, lot=None)
