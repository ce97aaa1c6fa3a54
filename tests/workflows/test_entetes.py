"""The command that woke a follow-up is named by the logs of its steps; a replay says nothing again."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NoReturn

import pytest
import structlog
from structlog.testing import LogCapture
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import PayloadConverter
from temporalio.worker import (
    ContinueAsNewInput,
    HandleSignalInput,
    Replayer,
    Worker,
    WorkflowInboundInterceptor,
    WorkflowOutboundInterceptor,
)

from adapters.entetes import CAUSE, Entetes, _SuiviTrace
from application import automatismes
from application.automatisme import Ordre
from application.commandes import FichierRecu, Recu
from application.services import Services
from bootstrap.journaux import dire_l_erreur_sans_la_citer, taire_le_rejeu
from tests.moteur import ATTENTE_S, Moteur
from tests.replay.test_histoires import FICHIERS, lire
from tests.workflows.bavard import Bavard
from workers.bac_a_sable import bac_a_sable
from workflows.suivi import Suiveur

temporal = pytest.mark.temporal
MARQUE = "Zebulon-Personnel"


@contextmanager
def ecouter() -> Iterator[list[Any]]:
    """Capture what is said, as the processors of the product leave it."""
    configuration, prises = structlog.get_config(), LogCapture()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, taire_le_rejeu, dire_l_erreur_sans_la_citer, prises],
        wrapper_class=structlog.make_filtering_bound_logger(0),
        cache_logger_on_first_use=False,
    )
    try:
        yield prises.entries
    finally:
        structlog.configure(**configuration)


def du_moteur(lignes: list[Any]) -> list[Any]:
    return [li for li in lignes if li["event"] == "commande.faite" and li["pilote"] == "workflow"]


@temporal
async def test_une_ligne_du_moteur_nomme_la_commande_qui_l_a_reveille(moteur: Moteur) -> None:
    with ecouter() as lignes:
        recu = moteur.deposer()
        await moteur.au_repos(recu.id)
        faites = du_moteur(lignes)
        assert {li["geste"] for li in faites} >= {"dossier enregistrer", "dossier rattacher_tiers"}
        # a step goes on with what its own facts have opened: the cause is still the dépôt
        assert {li["cause"] for li in faites if li["geste"] != "tiers enregistrer"} == {str(recu.commande_id)}
        for ligne in faites:
            assert ligne["suivi"] == f"dossier-{recu.id}"
            assert (ligne["etape"], ligne["essai"]) == ("executer", 1)
            assert ligne["commande_id"] != ligne["cause"]


@temporal
async def test_la_cause_est_la_derniere_commande_dite(moteur: Moteur) -> None:
    recu = moteur.deposer()
    await moteur.au_repos(recu.id)
    moteur.faire("dossier recevoir-piece", dossier=recu.ref, code="bilan_precedent", fichier=FichierRecu("b.txt", b"b"))
    avis = moteur.faire("dossier retirer", dossier=recu.ref, motif="renonce")
    with ecouter():
        lus: list[str] = []
        vrai = moteur.services.store.charger

        def charger(*arguments: Any) -> Any:
            lus.append(str(structlog.contextvars.get_contextvars().get(CAUSE)))
            return vrai(*arguments)

        object.__setattr__(moteur.services.store, "charger", charger)
        await moteur.relais.un_tour()
        await asyncio.wait_for(moteur.suivi(recu.id).result(), ATTENTE_S)
    assert set(lus) == {str(avis.commande_id)}, "both facts were told by one signal, in the name of the second"


@temporal
async def test_une_faute_se_dit_sans_citer_ni_dans_le_journal_ni_dans_temporal(moteur: Moteur) -> None:
    vrai, restent = automatismes.AUTOMATISMES["rattacher_tiers"], [1]

    def fauter(ordre: Ordre, services: Services) -> Recu:
        if restent:
            restent.pop()
            raise ValueError(f"{MARQUE} n’est pas un montant")
        return vrai.handler(ordre, services)

    with ecouter() as lignes, _remplacer("rattacher_tiers", fauter):
        recu = moteur.deposer()
        await moteur.au_repos(recu.id)
    (echec,) = [li for li in lignes if li["event"] == "etape.echouee"]
    assert (echec["erreur"], echec["cause"], echec["essai"]) == ("ValueError", str(recu.commande_id), 1)
    assert any("fauter" in cadre for cadre in echec["trace"])
    assert MARQUE not in str(lignes)
    histoire = str([evenement async for evenement in moteur.suivi(recu.id).fetch_history_events()])
    assert "ValueError" in histoire
    assert MARQUE not in histoire


@temporal
async def test_le_filet_nomme_la_commande_qui_a_ouvert(moteur: Moteur) -> None:
    recu = moteur.deposer()
    with ecouter() as lignes:
        assert (await moteur.reconciliation().passer(filet_s=0, reparer=True)).filet == 2
    faites = [li for li in lignes if li["event"] == "commande.faite" and li["pilote"] == "filet"]
    assert {li["cause"] for li in faites} == {str(recu.commande_id)}


@temporal
async def test_un_rejeu_ne_dit_rien_deux_fois(temporal_client: Client) -> None:
    with ecouter() as lignes:
        # no cache: the second task replays the first
        async with Worker(
            temporal_client,
            task_queue="bavard",
            workflows=[Bavard],
            workflow_runner=bac_a_sable(),
            max_cached_workflows=0,
            max_concurrent_workflow_task_polls=1,
        ):
            suivi = await temporal_client.start_workflow("Bavard", id="bavard", task_queue="bavard")
            async with asyncio.timeout(ATTENTE_S):
                while not lignes:
                    await asyncio.sleep(0.01)
                await suivi.signal("reveil", 1)
                await suivi.result()
        histoire = await suivi.fetch_history()
        await Replayer(
            workflows=[Bavard], workflow_runner=bac_a_sable(), data_converter=pydantic_data_converter
        ).replay_workflow(histoire)
        assert [li["event"] for li in lignes] == ["bavard.parti", "bavard.fini"]


@pytest.mark.parametrize("fichier", FICHIERS, ids=lambda f: f.stem)
async def test_les_histoires_d_avant_les_entetes_se_rejouent(fichier: Any) -> None:
    rejoueur = Replayer(
        workflows=[Suiveur],
        data_converter=pydantic_data_converter,
        workflow_runner=bac_a_sable(),
        interceptors=[Entetes()],
    )
    await rejoueur.replay_workflow(lire(fichier))


class _Dedans(WorkflowInboundInterceptor):
    def __init__(self) -> None:
        self.sortie: WorkflowOutboundInterceptor | None = None

    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        self.sortie = outbound

    async def handle_signal(self, input: HandleSignalInput) -> None:
        """Take it."""


class _Dehors(WorkflowOutboundInterceptor):
    def __init__(self) -> None:
        self.entetes: Mapping[str, Payload] = {}

    def continue_as_new(self, input: ContinueAsNewInput) -> NoReturn:
        self.entetes = input.headers
        raise StopIteration


async def test_la_cause_survit_au_desordre_des_signaux_et_a_la_continuation() -> None:
    dedans, dehors = _Dedans(), _Dehors()
    suivi = _SuiviTrace(dedans)
    suivi.init(dehors)
    for version, cause in ((7, "sept"), (5, "cinq"), (8, None)):
        entetes = {} if cause is None else {CAUSE: PayloadConverter.default.to_payload(cause)}
        await suivi.handle_signal(HandleSignalInput(signal="reveil", args=[version], headers=entetes))
    assert dedans.sortie is not None
    with pytest.raises(StopIteration):
        dedans.sortie.continue_as_new(_suite())
    assert PayloadConverter.default.from_payload(dehors.entetes[CAUSE], str) == "sept"


def _suite() -> ContinueAsNewInput:
    champs: dict[str, Any] = dict.fromkeys(ContinueAsNewInput.__dataclass_fields__)
    return ContinueAsNewInput(**{**champs, "args": [], "headers": {}})


@contextmanager
def _remplacer(nom: str, handler: Callable[[Ordre, Services], Recu]) -> Iterator[None]:
    vrai = automatismes.AUTOMATISMES[nom]
    automatismes.AUTOMATISMES[nom] = replace(vrai, handler=handler)
    try:
        yield
    finally:
        automatismes.AUTOMATISMES[nom] = vrai
