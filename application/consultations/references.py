"""From what people type to an id: each kind of aggregate has its own number."""

from collections.abc import Callable
from uuid import UUID

from application.geste import resoudre, resoudre_dossier
from application.gestes.enregistrer_tiers import resoudre_tiers
from application.subventions import id_bordereau, id_enveloppe, resoudre_subvention

_PROPRES: dict[str, Callable[[str], UUID]] = {
    "dossier": resoudre_dossier,
    "subvention": resoudre_subvention,
    "bordereau": id_bordereau,
    "enveloppe": id_enveloppe,
    "tiers": resoudre_tiers,
}


def id_de(espece: str, reference: str) -> UUID:
    """Return the id behind a reference, or refuse with ReferenceIllisible when a number is mistyped."""
    propre = _PROPRES.get(espece)
    return resoudre(espece, reference) if propre is None else propre(reference)
