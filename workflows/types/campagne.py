"""The workflow type of one call of a dispositif: a name, and the loop."""

from temporalio import workflow

from workflows.contracts import Suivi
from workflows.suivi import Suiveur


@workflow.defn(name="SuiviCampagne")
class SuiviCampagne(Suiveur):
    """Follows one call of a dispositif."""

    @workflow.run
    async def run(self, suivi: Suivi) -> None:
        await self.suivre(suivi)
