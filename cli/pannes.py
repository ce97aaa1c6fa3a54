"""Outages: a base or a disk that is away, said in French; nothing is half written, the same command is run again."""

from typing import Final

ACTE_NON_CONFIRME: Final = "L’acte n’est pas confirmé : relancez-le ; avec le même --commande-id, il n’a qu’un effet."
NON_ABOUTIE: Final = "La commande n’a pas abouti : relancez-la."


def dire_la_panne(raison: str) -> str:
    """Return the sentence of an outage."""
    return f"Panne de la base ou du disque : {raison}."
