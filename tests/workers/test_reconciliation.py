"""The store against Temporal: each kind of drift is planted, found, repaired; the safety net does without Temporal."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.moteur import ATTENTE_S, Moteur, attendre, ouvrir_moteur
from workers.rapport import Genre

pytestmark = pytest.mark.temporal


def genres(rapport: object) -> list[str]:
    return [d.genre for d in rapport.derive]  # type: ignore[attr-defined]


async def test_au_repos_rien_ne_derive_meme_a_zero_seconde(moteur: Moteur) -> None:
    for _ in range(3):
        recu = moteur.deposer()
        await moteur.au_repos(recu.id)
    ferme = moteur.deposer()
    await moteur.au_repos(ferme.id)
    moteur.faire("dossier retirer", dossier=ferme.ref, motif="renonce")
    await moteur.relais.un_tour()
    await asyncio.wait_for(moteur.suivi(ferme.id).result(), ATTENTE_S)
    rapport = await moteur.reconciliation().passer(seuil_s=0, filet_s=0)
    assert rapport.sain, rapport
    assert rapport.filet == 0


async def test_un_reveil_perdu_est_trouve_et_repare(moteur: Moteur) -> None:
    recu = moteur.deposer()
    await moteur.au_repos(recu.id)
    moteur.faire("dossier declarer-complet", dossier=recu.ref)
    moteur.services.store.enregistreur.avancer_curseur(
        "relais:vif", moteur.services.store.enregistreur.derniere_position()
    )
    moteur.relais._repris = False
    rapport = await moteur.reconciliation().passer(seuil_s=0)
    assert genres(rapport) == [Genre.EN_RETARD]
    assert genres(await moteur.reconciliation().passer(seuil_s=300)) == [], "too young"
    assert (await moteur.reconciliation().passer(seuil_s=0, reparer=True)).repares == 1
    await moteur.au_repos(recu.id)
    assert (await moteur.reconciliation().passer(seuil_s=0)).sain


async def test_un_suivi_disparu_est_trouve_et_repare(moteur: Moteur) -> None:
    recu = moteur.deposer()
    await moteur.au_repos(recu.id)
    await moteur.suivi(recu.id).terminate()
    # the index of Temporal is a little late: a pass may still find it running there
    rapport = await attendre(lambda: moteur.reconciliation().passer(seuil_s=0, reparer=True), genres)
    assert genres(rapport) == [Genre.SANS_SUIVI]
    await moteur.au_repos(recu.id)
    assert (await moteur.reconciliation().passer(seuil_s=0)).sain


async def test_le_filet_ne_fait_pas_ce_que_l_horloge_dementit(moteur: Moteur, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock was a season ahead when the pass read it, and is set right before the net is held out."""
    recu = moteur.deposer()
    await moteur.au_repos(recu.id)
    enregistreur = moteur.services.store.enregistreur
    heure = enregistreur.maintenant
    avances = iter([timedelta(days=100)])
    monkeypatch.setattr(enregistreur, "maintenant", lambda: heure() + next(avances, timedelta()))
    rapport = await moteur.reconciliation().passer(filet_s=0, reparer=True)
    assert "rejet_implicite_ne" not in moteur.topics(recu.id)
    assert (rapport.filet, rapport.parques) == (0, [])


async def test_un_suivi_sans_objet_est_trouve_et_s_arrete(moteur: Moteur) -> None:
    recu = moteur.deposer()
    await moteur.au_repos(recu.id)
    moteur.faire("dossier retirer", dossier=recu.ref, motif="renonce")
    await attendre(
        lambda: moteur.reconciliation().passer(seuil_s=0, reparer=True),
        lambda rapport: genres(rapport) == [Genre.SANS_OBJET],
    )
    await asyncio.wait_for(moteur.suivi(recu.id).result(), ATTENTE_S)


async def test_sans_travailleur_le_filet_fait_le_travail(temporal_client: Client, tmp_path: Path) -> None:
    async with ouvrir_moteur(temporal_client, tmp_path, travailleurs=False) as moteur:
        recu = moteur.deposer()
        reconciliation = moteur.reconciliation()
        assert (await reconciliation.passer(reparer=True)).filet == 0, "not overdue yet"
        rapport = await reconciliation.passer(filet_s=0)
        assert (rapport.en_retard, rapport.filet) == (2, 0), "told, not done, without reparer"
        while (await reconciliation.passer(filet_s=0, reparer=True)).filet:
            pass
        assert {"enregistre", "tiers_rattache"} < set(moteur.topics(recu.id))
        assert moteur.services.store.enregistreur.compter_par_pilote() == {"filet": 2}
