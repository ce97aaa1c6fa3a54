"""Telling a webhook: pass after pass, until it is revoked. It carries an id and nothing else."""

from uuid import UUID

from temporalio import workflow

from workflows import etapes


@workflow.defn(name="LivraisonDeWebhook")
class LivraisonDeWebhook:
    """One run for each webhook; what is to be delivered, and when, is in the base of the site."""

    @workflow.run
    async def run(self, webhook: UUID) -> None:
        """Deliver, listen, begin again: the step itself waits, and a new fact ends its wait."""
        while await etapes.livrer(webhook):
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(webhook)
