"""The amount of a proposition, computed again from the input that its fact carries: equal, or the first step that differs."""

from itertools import zip_longest
from typing import Any

from aggregates.dossier import Dossier
from aggregates.dossier.proposition import Propose
from application.consultations.moment import Moment
from application.services import Services
from dispositifs.evaluation import PasDeCalcul, recalculer
from kernel.refus import Refus


class RienACalculer(Refus, code="rien_a_calculer"):
    """No amount was proposed from a règlement: there is nothing to compute again."""


def propose_de(dossier: Dossier) -> Propose | None:
    """Return the fact of the proposition that stands; None while nothing is proposed, or when it was taken over."""
    proposition = dossier.proposition
    fait = None if proposition is None else dossier.inscriptions[proposition.version - 1].fait
    return fait if isinstance(fait, Propose) else None


def voir(services: Services, reference: str, moment: Moment) -> dict[str, Any]:
    """Return the proposition of a dossier beside its calculation made again, or refuse with RienACalculer."""
    connu = services.trouver(Dossier, reference)
    dossier = services.store.charger_a(Dossier, connu.id, au=moment.au, connu_au=moment.connu_au)
    recalcul = de(propose_de(dossier))
    if dossier.proposition is None or recalcul is None:
        raise RienACalculer(f"Le dossier {connu.ref} n’a pas de montant proposé selon un règlement.", ref=connu.ref)
    return {"ref": connu.ref, "version": dossier.proposition.version, **recalcul, **moment.en_json()}


def de(propose: Propose | None) -> dict[str, Any] | None:
    """Return the calculation of a proposition made again; None when it carries no input."""
    if propose is None or propose.entree is None:
        return None
    refait = recalculer(propose.entree)
    return {
        "calcule_centimes": propose.calcule_centimes,
        "recalcule_centimes": refait.montant_centimes,
        "difference": premiere_difference(propose.etapes, refait.etapes),
        "etapes": [etape.model_dump() for etape in refait.etapes],
    }


def premiere_difference(
    enregistrees: tuple[PasDeCalcul, ...], refaites: tuple[PasDeCalcul, ...]
) -> dict[str, Any] | None:
    """Return the first step that differs by its name, its result or its source, as recorded and as made again; None: equal.

    The sum in words is not compared: a better wording is no other calculation.
    """
    for rang, (dite, refaite) in enumerate(zip_longest(enregistrees, refaites), 1):
        if _dit(dite) != _dit(refaite):
            nommee = dite or refaite
            assert nommee is not None
            return {"rang": rang, "libelle": nommee.libelle, "enregistree": _dit(dite), "refaite": _dit(refaite)}
    return None


def _dit(etape: PasDeCalcul | None) -> dict[str, Any] | None:
    return None if etape is None else etape.model_dump(exclude={"calcul"})
