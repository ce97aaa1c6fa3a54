"""Plain calls that put the adapters behind the application's doors; the doors above name adapters only through here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.coffre import ouvrir_coffre
from adapters.fichiers import FichiersDossier
from adapters.references import charger_references
from adapters.store import ouvrir
from adapters.store.adresse import AdresseSqlite, StoreAbsent, lire_adresse
from adapters.store.identite import identite
from adapters.store.schema import migrer
from application.services import Services
from application.store import Store
from bootstrap.settings import Reglages
from kernel.refus import SaisieInvalide


def chemin_des_fichiers(reglages: Reglages) -> Path:
    """Return the folder of the pièces: the given one, or the one beside an SQLite store."""
    if reglages.fichiers is not None:
        return reglages.fichiers
    adresse = lire_adresse(reglages.base)
    if not isinstance(adresse, AdresseSqlite):
        raise SaisieInvalide(
            "Avec PostgreSQL, DILIGENCE_FICHIERS doit nommer le dossier des pièces.", variable="DILIGENCE_FICHIERS"
        )
    return adresse.chemin.with_name(adresse.chemin.name + ".fichiers")


@contextmanager
def services(reglages: Reglages) -> Iterator[Services]:
    """Open the store, the coffre and the files; an SQLite store that does not exist yet is made."""
    try:
        application = ouvrir(reglages.base)
    except StoreAbsent:
        if not isinstance(lire_adresse(reglages.base), AdresseSqlite):
            raise
        migrer(reglages.base)
        application = ouvrir(reglages.base)
    try:
        coffre = ouvrir_coffre(reglages.base, reglages.cle_maitresse)
        try:
            yield Services(
                store=Store(application),
                coffre=coffre,
                fichiers=FichiersDossier(chemin_des_fichiers(reglages)),
                qpv=charger_references().qpv,
                taille_max_fichier=reglages.taille_max_fichier,
            )
        finally:
            coffre.fermer()
    finally:
        application.close()


def source_des_evenements(base: str) -> str:
    """Return what names a store to those who read its facts: another store of the same address is another source."""
    return f"urn:diligence:store:{identite(base)}"


__all__ = ["chemin_des_fichiers", "migrer", "services", "source_des_evenements"]
