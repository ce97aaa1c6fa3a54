"""The workflow type of one award: a name, and the loop."""

from temporalio import workflow

from workflows.contracts import Suivi
from workflows.suivi import Suiveur


@workflow.defn(name="SuiviSubvention")
class SuiviSubvention(Suiveur):
    """Follows one award, its money."""

    @workflow.run
    async def run(self, suivi: Suivi) -> None:
        await self.suivre(suivi)
