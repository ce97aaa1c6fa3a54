"""Bank details as the coffre keeps them: whole for who pays, masked for who reads."""

import json
from typing import Final
from uuid import UUID

from application.ports import Coffre

CHIFFRES: Final = 4
"""How many of its last characters tell an IBAN from another."""


def en_texte(iban: str, titulaire: str) -> str:
    """Return the text that the coffre keeps."""
    return json.dumps({"iban": iban, "titulaire": titulaire}, ensure_ascii=False)


def lire_iban(coffre: Coffre, identifiant: UUID | None) -> str | None:
    """Return an IBAN, None when there is none or it was forgotten."""
    texte = None if identifiant is None else coffre.lire(identifiant)
    return None if texte is None else str(json.loads(texte)["iban"])


def masquer(iban: str) -> str:
    """Return the country and the last characters: "FR … 0189"."""
    return f"{iban[:2]} … {iban[-CHIFFRES:]}"
