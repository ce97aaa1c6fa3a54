"""What a bordereau awaits: a signature, then that each subvention be told of it."""

from collections.abc import Iterator
from datetime import timedelta

from aggregates.bordereau.etat import EtatBordereau
from kernel.attentes import Attente, Cle, Role

SIGNATURE_HABITUELLE = timedelta(days=5)
"""Usage of the product, not law: beyond it, it is shown as stuck."""


def attentes(bordereau: EtatBordereau) -> tuple[Attente, ...]:
    """Return what is awaited; nothing once it is signed and every subvention knows."""
    return tuple(_attentes(bordereau))


def _attentes(bordereau: EtatBordereau) -> Iterator[Attente]:
    if bordereau.ouvert_depuis is not None and bordereau.signe_par is None:
        yield Attente(
            Cle("signature", "", 1),
            de=Role.ORDONNATEUR,
            depuis=bordereau.ouvert_depuis,
            gestes=("signer",),
            fondement="signature du bordereau (CGCT, art. D1617-23)",
            habituelle=SIGNATURE_HABITUELLE,
        )
    if bordereau.portage is None:
        return
    version, depuis = bordereau.portage
    if bordereau.a_porter:
        yield Attente(
            Cle("porter_signature", "", version),
            de=Role.SYSTEME,
            depuis=depuis,
            echeance=depuis,
            automatisme="porter_signature",
            fondement="chaque subvention connaît la signature de son mandat",
        )
    for refusee in bordereau.refusees:
        yield Attente(
            Cle("signature_refusee", f"{refusee.subvention}:{refusee.echeance}", version),
            de=Role.FINANCE,
            depuis=depuis,
            gestes=("relancer",),
            fondement=f"la subvention a refusé la signature : {refusee.code}",
            habituelle=SIGNATURE_HABITUELLE,
        )
