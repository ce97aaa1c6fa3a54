"""What an enveloppe awaits: credits for what was voted, then that each subvention be told."""

from collections.abc import Iterator
from datetime import timedelta

from aggregates.enveloppe.etat import Engagement, EtatEnveloppe
from kernel.attentes import Attente, Cle, Role

CREDITS_HABITUELS = timedelta(days=90)
REPONSE_HABITUELLE = timedelta(days=5)
"""Usages of the product, not law: beyond them it is shown as stuck."""
SOUS_RESERVE = "engagement sous réserve du vote du budget (CGCT, art. L1612-1)"


def attentes(enveloppe: EtatEnveloppe) -> tuple[Attente, ...]:
    """Return what is awaited; nothing while no engagement waits nor has to be carried."""
    return (*_credits(enveloppe), *(a for e in enveloppe.engagements.values() for a in _portage(e)))


def _credits(enveloppe: EtatEnveloppe) -> Iterator[Attente]:
    prochaine = enveloppe.prochaine()
    if prochaine is not None:
        depuis = max(enveloppe.credits_depuis or prochaine.depuis, prochaine.depuis)
        yield Attente(
            Cle("engagement_en_attente", str(prochaine.deliberation), prochaine.version),
            de=Role.SYSTEME,
            depuis=depuis,
            echeance=depuis,
            automatisme="engager_en_attente",
            fondement=SOUS_RESERVE,
        )
    for demande in enveloppe.en_attente.values():
        if not enveloppe.tient(demande):
            yield Attente(
                Cle("credits", str(demande.deliberation), demande.version),
                de=Role.FINANCE,
                depuis=demande.depuis,
                gestes=("voter-budget", "liberer", "degager"),
                fondement=SOUS_RESERVE,
                habituelle=CREDITS_HABITUELS,
            )


def _portage(engagement: Engagement) -> Iterator[Attente]:
    if engagement.a_porter:
        yield Attente(
            Cle("porter_engagement", str(engagement.deliberation), engagement.version),
            de=Role.SYSTEME,
            depuis=engagement.depuis,
            echeance=engagement.depuis,
            automatisme="porter_engagement",
            fondement="chaque subvention connaît son engagement",
        )
    for refusee in engagement.refusees:
        yield Attente(
            Cle("engagement_refuse", str(refusee.dossier), engagement.version),
            de=Role.FINANCE,
            depuis=engagement.depuis,
            gestes=("relancer", "degager"),
            fondement=f"la subvention a refusé son engagement : {refusee.code}",
            habituelle=REPONSE_HABITUELLE,
        )
