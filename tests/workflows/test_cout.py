"""What a follow-up costs over an empty workflow, counted in events: a regression is seen for free."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from application.commandes import FichierRecu
from bench.vide import Vide, rien
from tests.moteur import Moteur, evenements

pytestmark = pytest.mark.temporal
EXCES_PERMIS = 2
REVEILS = 4


async def vide(client: Client) -> list[str]:
    """Return the events of an empty workflow woken as often."""
    with ThreadPoolExecutor(4) as fils:
        async with Worker(client, task_queue="vide", workflows=[Vide], activities=[rien], activity_executor=fils):
            suivi = await client.start_workflow(
                Vide.run, 1, id="vide", task_queue="vide", start_signal="reveil", start_signal_args=[1]
            )
            for version in range(1, REVEILS + 1):
                if version > 1:
                    await suivi.signal(Vide.reveil, version)
                vus = await evenements(suivi, version)
            return vus


async def test_l_exces_sur_un_workflow_vide_est_de_deux_evenements_au_plus(moteur: Moteur) -> None:
    recu = moteur.deposer()
    await moteur.relais.un_tour()
    suivi = moteur.suivi(recu.id)
    await evenements(suivi, 1)
    for n in range(1, REVEILS):
        piece = FichierRecu("bilan.txt", f"bilan {n}".encode())
        moteur.faire("dossier recevoir-piece", dossier=recu.ref, code="bilan_precedent", fichier=piece)
        await moteur.relais.un_tour()
        nos = await evenements(suivi, n + 1)
    limite = await vide(moteur.client)
    assert nos.count("workflow_execution_signaled") == limite.count("workflow_execution_signaled") == REVEILS
    assert nos.count("workflow_task_completed") == limite.count("workflow_task_completed")
    assert len(nos) - len(limite) <= EXCES_PERMIS, (nos, limite)
