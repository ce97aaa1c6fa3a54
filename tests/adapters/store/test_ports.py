"""The adapters keep the promises of their ports: the type checker reads this file."""

from adapters.coffre import CoffreChiffre
from adapters.fichiers import FichiersDossier
from adapters.store.postgres import EnregistreurPostgres
from adapters.store.sqlite import EnregistreurSqlite
from application.ports import Coffre, Enregistreur, Fichiers
from application.store import Store


def enregistreurs(sqlite: EnregistreurSqlite, postgres: EnregistreurPostgres) -> tuple[Enregistreur, ...]:
    return sqlite, postgres


def autres(coffre: CoffreChiffre, fichiers: FichiersDossier) -> tuple[Coffre, Fichiers]:
    return coffre, fichiers


def test_chaque_moteur_a_son_enregistreur(base: str, store: Store) -> None:
    attendu = EnregistreurSqlite if base.startswith("sqlite") else EnregistreurPostgres
    assert isinstance(store.application.recorder, attendu)
