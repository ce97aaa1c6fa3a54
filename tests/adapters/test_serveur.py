"""The server shares a loop and a process: a free port, no signal of its own, a clean stop."""

import asyncio
import signal

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from adapters.serveur import PortPris, servir

APPLICATION = Starlette(routes=[Route("/", lambda _: PlainTextResponse("ici"))])


async def test_il_repond_des_l_ouverture_et_se_ferme_proprement() -> None:
    avant = signal.getsignal(signal.SIGINT)
    async with servir(APPLICATION) as ouvert:
        assert ouvert.url.startswith("http://127.0.0.1:")
        async with httpx.AsyncClient(base_url=ouvert.url) as client:
            assert (await client.get("/")).text == "ici"
        assert signal.getsignal(signal.SIGINT) is avant
        assert not ouvert.tache.done()
    assert ouvert.tache.done()
    with pytest.raises(httpx.ConnectError):
        await httpx.AsyncClient().get(ouvert.url)


async def test_un_port_pris_est_un_refus() -> None:
    async with servir(APPLICATION) as ouvert:
        port = int(ouvert.url.rpartition(":")[2])
        with pytest.raises(PortPris, match=str(port)):
            async with servir(APPLICATION, port):
                pass


async def test_un_site_qui_s_arrete_n_arrete_pas_l_autre() -> None:
    async with servir(APPLICATION) as premier:
        async with servir(APPLICATION) as second:
            assert premier.url != second.url
        await asyncio.sleep(0)
        assert second.tache.done()
        assert not premier.tache.done()
