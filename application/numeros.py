"""From what people type to an id: each kind of aggregate has its own number."""

import re
from typing import Final
from uuid import UUID

from kernel.identifiants import identifiant, verifier_numero

PREFIXE: Final = "SUB-"
_SIRET: Final = re.compile(r"[0-9]{14}")


def id_de(espece: str, reference: str) -> UUID:
    """Return the id behind a reference: the id itself, or the one derived from the number.

    An award is also known by the number of its dossier, a tiers by its SIRET or else by its key.

    Raises:
        ReferenceIllisible: The number of a dossier is mistyped.
    """
    try:
        return UUID(reference)
    except ValueError:
        nom = reference.strip()
    match espece:
        case "dossier":
            return identifiant(espece, verifier_numero(nom))
        case "subvention":
            return identifiant(espece, identifiant("dossier", verifier_numero(nom.upper().removeprefix(PREFIXE))))
        case "tiers":
            compact = re.sub(r"\s", "", nom)
            return identifiant(espece, compact) if _SIRET.fullmatch(compact) else identifiant(espece, "cle", nom)
        case "bordereau":
            nom = nom.upper()
        case "enveloppe":
            nom = nom.lower()
    return identifiant(espece, nom)


def reference_subvention(dossier_ref: str) -> str:
    """Return "SUB-NQE-2026-7K3F9"."""
    return PREFIXE + dossier_ref
