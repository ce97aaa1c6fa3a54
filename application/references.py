"""From what people type to an id: each kind of aggregate has its own number."""

import re
from collections.abc import Callable
from typing import Final
from uuid import UUID

from aggregates.dossier.etat import id_subvention_du
from kernel.identifiants import identifiant, verifier_numero

PREFIXE: Final = "SUB-"
_SIRET: Final = re.compile(r"[0-9]{14}")


def resoudre(agregat: str, reference: str) -> UUID:
    """Return the id behind a reference: the id itself, or the one derived from the number."""
    try:
        return UUID(reference)
    except ValueError:
        return identifiant(agregat, reference.strip())


def id_campagne(code: str) -> UUID:
    """Return the id of a campagne: its id, or the one derived from its code."""
    return resoudre("campagne", code)


def id_assemblee(nom: str) -> UUID:
    """Return the id of an assembly."""
    return resoudre("assemblee", nom)


def id_seance(reference: str) -> UUID:
    """Return the id of a sitting: its id, or the one derived from its reference."""
    return resoudre("seance", reference)


def id_deliberation(reference: str) -> UUID:
    """Return the id of a rapport: its id, or the one derived from its number."""
    return resoudre("deliberation", reference)


def id_dossier(reference: str) -> UUID:
    """Return the id of a dossier, or refuse with ReferenceIllisible when its number is mistyped."""
    try:
        return UUID(reference)
    except ValueError:
        return identifiant("dossier", verifier_numero(reference))


def id_subvention(reference: str) -> UUID:
    """Return the id of an award: its id, its number, or the number of its dossier.

    Raises:
        ReferenceIllisible: The number is mistyped.
    """
    try:
        return UUID(reference)
    except ValueError:
        numero = verifier_numero(reference.strip().upper().removeprefix(PREFIXE))
        return id_subvention_du(identifiant("dossier", numero))


def reference_subvention(dossier_ref: str) -> str:
    """Return "SUB-NQE-2026-7K3F9"."""
    return PREFIXE + dossier_ref


def id_bordereau(reference: str) -> UUID:
    """Return the id of a bordereau: its id, or the one derived from its number."""
    return resoudre("bordereau", reference.upper())


def id_enveloppe(reference: str) -> UUID:
    """Return the id of an enveloppe: its id, or the one derived from its name."""
    return resoudre("enveloppe", reference.lower())


def id_tiers(reference: str) -> UUID:
    """Return the id of a tiers behind its SIRET, its key or its id."""
    compacte = re.sub(r"\s", "", reference)
    if _SIRET.fullmatch(compacte):
        return identifiant("tiers", compacte)
    try:
        return UUID(reference)
    except ValueError:
        return identifiant("tiers", "cle", reference.strip())


_PROPRES: Final[dict[str, Callable[[str], UUID]]] = {
    "dossier": id_dossier,
    "subvention": id_subvention,
    "bordereau": id_bordereau,
    "enveloppe": id_enveloppe,
    "tiers": id_tiers,
}


def id_de(espece: str, reference: str) -> UUID:
    """Return the id behind a reference, or refuse with ReferenceIllisible when a number is mistyped."""
    propre = _PROPRES.get(espece)
    return resoudre(espece, reference) if propre is None else propre(reference)
