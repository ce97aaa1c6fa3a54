"""Which store this is: an id drawn when it was made, that no other store has."""

from contextlib import closing
from typing import Any

from adapters.store.adresse import AdresseSqlite, lire_adresse
from adapters.store.connexions import connecter


def identite(base: str) -> str:
    """Return the id of a prepared store."""
    return str(_demander(base, "SELECT valeur FROM {s}parametres WHERE cle='store_id'"))


def sans_fait(base: str) -> bool:
    """Tell whether nothing was ever recorded in a prepared store."""
    return not _demander(base, "SELECT count(*) FROM (SELECT 1 FROM {s}stored_events LIMIT 1) AS premier")


def _demander(base: str, requete: str) -> Any:
    """Return what one question is answered, whatever the engine."""
    adresse = lire_adresse(base)
    if isinstance(adresse, AdresseSqlite):
        with closing(connecter(adresse.chemin)) as connexion:
            ligne = connexion.execute(requete.format(s="")).fetchone()
    else:
        import psycopg

        with psycopg.connect(base, connect_timeout=5) as serveur:
            ligne = serveur.execute(requete.format(s="public.").encode()).fetchone()
    assert ligne is not None, "migrer gives every store an id"
    return ligne[0]
