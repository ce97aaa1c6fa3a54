"""Outages: a base or a disk that is away, said in French; nothing is half written, the same command is run again."""

import sys
from typing import Final

from kernel.systeme import raison_de_la_base, raison_du_systeme

ACTE_NON_CONFIRME: Final = "L’acte n’est pas confirmé : relancez-le ; avec le même --commande-id, il n’a qu’un effet."
NON_ABOUTIE: Final = "La commande n’a pas abouti : relancez-la."
_FAMILLES: Final = (("eventsourcing.persistence", "PersistenceError"), ("sqlalchemy.exc", "SQLAlchemyError"))


def est_une_panne(erreur: Exception) -> bool:
    """Tell whether a store or a disk failed. A library that was not loaded did not fail, and is not loaded to be named."""
    chargees = [getattr(sys.modules[module], nom) for module, nom in _FAMILLES if module in sys.modules]
    return isinstance(erreur, (OSError, *chargees))


def raison(erreur: Exception) -> str:
    """Return in French why it failed."""
    return raison_du_systeme(erreur) if isinstance(erreur, OSError) else raison_de_la_base(erreur)


def dire_la_panne(raison: str) -> str:
    """Return the sentence of an outage."""
    return f"Panne de la base ou du disque : {raison}."
