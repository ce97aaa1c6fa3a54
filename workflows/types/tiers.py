"""The workflow type of one legal person: a name, and the loop."""

from temporalio import workflow

from workflows.contracts import Suivi
from workflows.suivi import Suiveur


@workflow.defn(name="SuiviTiers")
class SuiviTiers(Suiveur):
    """Follows one legal person."""

    @workflow.run
    async def run(self, suivi: Suivi) -> None:
        await self.suivre(suivi)
