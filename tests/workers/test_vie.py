"""Loops that run together: asked to stop in order, dropped when they do not end, heard when they fail."""

import asyncio
from functools import partial

import pytest

from workers.vie import dormir, ensemble, tenir


async def jusqu_a_l_arret(nom: str, finies: list[str], arret: asyncio.Event) -> None:
    await arret.wait()
    finies.append(nom)


async def test_ce_qui_est_ouvert_en_dernier_finit_d_abord() -> None:
    finies: list[str] = []
    async with (
        ensemble(partial(jusqu_a_l_arret, "worker", finies)),
        ensemble(partial(jusqu_a_l_arret, "relais", finies), partial(jusqu_a_l_arret, "projecteur", finies)),
    ):
        await asyncio.sleep(0)
        assert finies == []
    assert finies == ["relais", "projecteur", "worker"]


async def test_une_boucle_qui_ne_finit_pas_est_laissee() -> None:
    async def sourde(_: asyncio.Event) -> None:
        await asyncio.sleep(3600)

    async with ensemble(sourde, fin_s=0.05) as (tache,):
        pass
    assert tache.cancelled()


async def test_une_boucle_qui_echoue_se_fait_entendre_et_n_empeche_pas_les_autres_de_finir() -> None:
    finies: list[str] = []

    async def echouer(_: asyncio.Event) -> None:
        raise RuntimeError("elle")

    with pytest.raises(RuntimeError, match="elle"):
        async with ensemble(echouer, partial(jusqu_a_l_arret, "autre", finies)) as taches:
            await tenir(asyncio.Event(), taches)
    assert finies == ["autre"]


async def test_tenir_rend_la_main_a_l_arret_et_dormir_aussi() -> None:
    arret = asyncio.Event()
    arret.set()
    async with ensemble(partial(jusqu_a_l_arret, "seule", [])) as taches:
        await tenir(arret, taches)
        assert not any(tache.done() for tache in taches)
    await dormir(arret, 3600)
