"""What a complete dossier awaits until it is approved."""

from collections.abc import Iterator
from datetime import timedelta

from aggregates.dossier.etat import Etat, EtatDossier
from kernel.attentes import Attente, Cle, Role

INSTRUCTION_HABITUELLE = timedelta(days=30)
VISA_HABITUEL = timedelta(days=10)
"""Usages of the product, not law: beyond them a dossier is shown as stuck."""


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the proposition awaited of the instructeur, or the visa of the responsable."""
    assert dossier.depuis is not None
    if dossier.etat in {Etat.COMPLET, Etat.EN_INSTRUCTION}:
        yield Attente(
            Cle("proposition", "", dossier.etat_version),
            de=Role.INSTRUCTEUR,
            depuis=dossier.depuis,
            gestes=("proposer", "declarer-irrecevable", "retirer"),
            fondement=dossier.reglement or "instruction",
            habituelle=INSTRUCTION_HABITUELLE,
        )
    if dossier.etat is Etat.PROPOSE and dossier.proposition is not None and dossier.proposition.vise_par is None:
        yield Attente(
            Cle("visa", "", dossier.proposition.version),
            de=Role.RESPONSABLE,
            depuis=dossier.depuis,
            gestes=("viser", "renvoyer"),
            fondement="quatre yeux : le visa n’est pas donné par l’auteur",
            habituelle=VISA_HABITUEL,
        )
