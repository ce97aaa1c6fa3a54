"""Bank details as the coffre keeps them."""

import json
from uuid import UUID

from application.ports import Coffre


def en_texte(iban: str, titulaire: str) -> str:
    """Return the text that the coffre keeps."""
    return json.dumps({"iban": iban, "titulaire": titulaire}, ensure_ascii=False)


def lire_iban(coffre: Coffre, identifiant: UUID | None) -> str | None:
    """Return an IBAN, None when there is none or it was forgotten."""
    texte = None if identifiant is None else coffre.lire(identifiant)
    return None if texte is None else str(json.loads(texte)["iban"])
