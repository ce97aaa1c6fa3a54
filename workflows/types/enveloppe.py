"""The workflow type of the credits of one dispositif: a name, and the loop."""

from temporalio import workflow

from workflows.contracts import Suivi
from workflows.suivi import Suiveur


@workflow.defn(name="SuiviEnveloppe")
class SuiviEnveloppe(Suiveur):
    """Follows the credits of one dispositif."""

    @workflow.run
    async def run(self, suivi: Suivi) -> None:
        await self.suivre(suivi)
