"""Which store this is: an id drawn when it was made, that no other store has."""

from adapters.store.adresse import AdresseSqlite, lire_adresse
from adapters.store.connexions import connecter


def identite(base: str) -> str:
    """Return the id of a prepared store."""
    adresse = lire_adresse(base)
    if isinstance(adresse, AdresseSqlite):
        connexion = connecter(adresse.chemin)
        try:
            ligne = connexion.execute("SELECT valeur FROM parametres WHERE cle='store_id'").fetchone()
        finally:
            connexion.close()
    else:
        import psycopg

        with psycopg.connect(base, connect_timeout=5) as serveur:
            ligne = serveur.execute("SELECT valeur FROM public.parametres WHERE cle='store_id'").fetchone()
    assert ligne is not None, "migrer gives every store an id"
    return str(ligne[0])
