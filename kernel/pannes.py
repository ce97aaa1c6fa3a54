"""Named points where a drill may stop the machine. Nothing of the product arms them: passing one is a look in a dict."""

from collections.abc import Callable
from typing import Final

POINTS: Final = frozenset(
    {
        "store.apres_consigne",
        "store.avant_validation",
        "store.apres_ecriture",
        "executer.apres_ecriture",
        "envoyer_document.apres_message",
        "relais.apres_signal",
        "porter_decisions.apres_ligne",
        "oublier.avant_destruction",
        "oublier.apres_destruction",
        "reprendre.apres_ligne",
        "dn.avant_dossier_vu",
        "dn.avant_repere",
        "reconcilier.apres_reparation",
        "lectures.apres_lot",
        "lectures.avant_position",
        "migrer.apres_ordre",
        "migrer.apres_store",
        "migrer.apres_lot",
        "fichiers.avant_retrait_du_clair",
    }
)
_armees: dict[str, Callable[[], None]] = {}


def passer(point: str) -> None:
    """Go by a point: nothing, unless a drill waits there."""
    if (panne := _armees.get(point)) is not None:
        panne()


def armer(point: str, panne: Callable[[], None]) -> None:
    """Put a failure at a point of this process; only tests/pannes does, in processes of its own."""
    if point not in POINTS:
        raise KeyError(point)
    _armees[point] = panne
