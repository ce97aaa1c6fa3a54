"""The API does what its description says: schemathesis makes requests from it, and compares each answer with it."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from application.applications import LECTURES, permis
from application.gestes.recueil import tous
from tests.conftest import Dire
from tests.epreuves import EPREUVES, compte
from tests.moteur import faire
from tests.web.fabrique import Site, ouvrir_site
from web.application import creer
from web.exposition import Exposition

ROLES = "instructeur,responsable,assemblees,finance,auditeur,administrateur"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ouvrir_site(tmp_path_factory.mktemp("schemathesis")) as site:
        faire(site.services, "agent enregistrer", "admin", identifiant="programme", roles=ROLES)
        yield site


def decrire(site: Site) -> Any:
    """Return the API as schemathesis reads it, with a token of all that a program may; half of the numbers are real."""
    import schemathesis  # only here: every process of the tests would read it at its start

    p = site.application.state.portes
    permises = tuple(f"{geste.agregat} {geste.nom}" for geste in tous() if permis(geste))
    tout = {"gestes": permises, "lectures": LECTURES, "duree": timedelta(days=1)}
    secret, _ = p.site.jetons.creer(agent="programme", nom="Programme fictif", cree_par="admin", **tout)
    application = creer(p.reglages, p.services, p.lectures, p.site, Exposition(("testserver",)))
    description = schemathesis.openapi.from_asgi("/api/v1/openapi.json", application)
    config = description.config
    config.update(headers={"Authorization": f"Bearer {secret}"})
    config.generation.update(database="none", max_examples=compte(1, 50), deterministic=True)
    config.phases.stateful.enabled = False
    config.phases.coverage.enabled = EPREUVES
    # a rule may refuse what is well written: its amount, its date, its reference
    config.checks.positive_data_acceptance.expected_statuses += ["412", "413", "422"]
    reels = {
        "dossiers": list(site.refs.values()),
        "seances": [site.refs["seance"]],
        "campagnes": ["NQE-2026"],
        "tiers": ["00000001800002"],
    }

    @description.hook
    def map_path_parameters(context: Any, parametres: dict[str, Any] | None) -> dict[str, Any] | None:
        connus = reels.get(context.operation.path.split("/")[3], [])
        tire = len(str((parametres or {}).get("ref", ""))) % (2 * len(connus) or 1)
        return {"ref": connus[tire]} if parametres and tire < len(connus) else parametres

    return description


def test_l_api_fait_ce_que_dit_sa_description(site: Site, dire: Dire) -> None:
    from schemathesis import engine
    from schemathesis.engine import events

    requetes, operations, fautes = Counter[str](), set(), []
    for evenement in engine.from_schema(decrire(site)).execute():
        if isinstance(evenement, events.NonFatalError | events.FatalError):
            fautes.append(repr(getattr(evenement, "value", evenement)))
        if isinstance(evenement, events.ScenarioFinished):
            operations.add(evenement.label)
            requetes[evenement.phase.value] += len(evenement.recorder.interactions)
            fautes += [
                f"{evenement.label}: {verifie.failure_info.failure}\n{verifie.failure_info.code_sample}"
                for verifies in evenement.recorder.checks.values()
                for verifie in verifies
                if verifie.failure_info is not None
            ]
    dire(f"schemathesis: {len(operations)} operations, requests {dict(requetes)}, failures {len(fautes)}")
    assert fautes == []
    assert len(operations) > 100
