"""A command of the engine refused, or without effect: tried again on a fresh reading, then parked, never lost."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from application import automatismes
from application.automatisme import Ordre
from application.commandes import FichierRecu, Recu
from application.services import Services
from kernel.refus import GesteImpossible
from tests.moteur import Moteur
from workers.rapport import Parquee

pytestmark = pytest.mark.temporal
Handler = Callable[[Ordre, Services], Recu]


def remplacer(monkeypatch: pytest.MonkeyPatch, nom: str, faire: Callable[[Handler], Handler]) -> list[Ordre]:
    """Replace the handler of an automatisme; return the orders it receives."""
    ordres: list[Ordre] = []
    vrai = automatismes.AUTOMATISMES[nom]
    autre = faire(vrai.handler)

    def handler(ordre: Ordre, services: Services) -> Recu:
        ordres.append(ordre)
        return autre(ordre, services)

    monkeypatch.setitem(automatismes.AUTOMATISMES, nom, replace(vrai, handler=handler))
    return ordres


def refuser(_: Ordre, __: Services) -> Recu:
    raise GesteImpossible("Refusé pour l’essai.")


async def test_un_refus_est_parque_apres_deux_essais_et_repris_quand_la_version_bouge(
    moteur: Moteur, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordres = remplacer(monkeypatch, "rattacher_tiers", lambda _: refuser)
    recu = moteur.deposer()
    parques = await moteur.parques(recu.id)
    assert [(p.du.automatisme, p.refus) for p in parques] == [("rattacher_tiers", "geste_impossible")]
    essais = len(ordres)
    rapport = await moteur.reconciliation().passer(seuil_s=0)
    assert rapport.parques == [Parquee("dossier", str(recu.id), "rattacher_tiers", "geste_impossible")]
    assert len(ordres) == essais, "a parked command is not tried again"

    monkeypatch.undo()
    moteur.faire(
        "dossier recevoir-piece", dossier=recu.ref, code="bilan_precedent", fichier=FichierRecu("bilan.txt", b"bilan")
    )
    await moteur.au_repos(recu.id)
    assert "tiers_rattache" in moteur.topics(recu.id)
    assert (await moteur.reconciliation().passer(seuil_s=0)).sain


async def test_une_commande_sans_effet_est_parquee(moteur: Moteur, monkeypatch: pytest.MonkeyPatch) -> None:
    def sans_effet(ordre: Ordre, services: Services) -> Recu:
        return Recu(
            commande_id=ordre.commande_id,
            agregat="dossier",
            id=ordre.id,
            ref="",
            version=0,
            position=0,
            faits=(),
            deja_fait=True,
        )

    ordres = remplacer(monkeypatch, "enregistrer", lambda _: sans_effet)
    recu = moteur.deposer()
    assert [p.refus for p in await moteur.parques(recu.id)] == ["sans_effet"]
    assert len(ordres) == 3, "once as soon as it was opened, then twice at the same version"
    assert "tiers_rattache" in moteur.topics(recu.id), "the others are not held back"


async def test_une_panne_est_retentee(moteur: Moteur, monkeypatch: pytest.MonkeyPatch) -> None:
    pannes = [ConnectionError("panne d’essai"), ConnectionError("panne d’essai")]

    def faire(vrai: Handler) -> Handler:
        def handler(ordre: Ordre, services: Services) -> Recu:
            if pannes:
                raise pannes.pop()
            return vrai(ordre, services)

        return handler

    remplacer(monkeypatch, "rattacher_tiers", faire)
    recu = moteur.deposer()
    await moteur.au_repos(recu.id)
    assert not pannes
    assert moteur.topics(recu.id).count("tiers_rattache") == 1
