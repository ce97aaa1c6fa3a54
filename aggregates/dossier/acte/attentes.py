"""What an approved dossier awaits of the assembly, and a decided one before it is closed."""

from collections.abc import Iterator
from datetime import timedelta

from aggregates.dossier.etat import Etat, EtatDossier
from kernel.attentes import Attente, Cle, Role

ORDRE_DU_JOUR_HABITUEL = timedelta(days=60)
PAIEMENT_HABITUEL = timedelta(days=365)
"""Usages of the product, not law: beyond them a dossier is shown as stuck."""


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the inscription, the vote, or the closing."""
    assert dossier.depuis is not None
    if dossier.etat is Etat.PROPOSE and dossier.proposition is not None and dossier.proposition.vise_par is not None:
        yield _attente(
            dossier,
            "inscription",
            Role.ASSEMBLEES,
            ("inscrire", "retirer"),
            "ordre du jour de la commission permanente",
            ORDRE_DU_JOUR_HABITUEL,
        )
    elif dossier.etat is Etat.INSCRIT:
        yield _attente(
            dossier,
            "vote",
            Role.ASSEMBLEES,
            ("voter", "ajourner", "retirer"),
            "vote de la commission permanente",
            ORDRE_DU_JOUR_HABITUEL,
        )
    elif dossier.etat is Etat.DECIDE:
        de = Role.INSTRUCTEUR if dossier.issue == "rejete" else Role.FINANCE
        yield _attente(
            dossier,
            "cloture",
            de,
            ("clore",),
            "solde de la subvention" if de is Role.FINANCE else "notification du refus",
            PAIEMENT_HABITUEL,
        )


def _attente(
    dossier: EtatDossier, code: str, de: Role, gestes: tuple[str, ...], fondement: str, habituelle: timedelta
) -> Attente:
    assert dossier.depuis is not None
    return Attente(
        Cle(code, "", dossier.etat_version),
        de=de,
        depuis=dossier.depuis,
        gestes=gestes,
        fondement=fondement,
        habituelle=habituelle,
    )
