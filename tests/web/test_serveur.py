"""The server shares a loop and a process: a free port, no signal of its own, a clean stop."""

import asyncio
import signal

import httpx
import pytest

from tests.web.fabrique import Site
from web.serveur import PortPris, servir


async def test_il_repond_des_l_ouverture_et_se_ferme_proprement(site: Site) -> None:
    avant = signal.getsignal(signal.SIGINT)
    async with servir(site.application) as ouvert:
        assert ouvert.url.startswith("http://127.0.0.1:")
        async with httpx.AsyncClient(base_url=ouvert.url) as client:
            assert (await client.get("/sante")).json()["etat"] == "ok"
        assert signal.getsignal(signal.SIGINT) is avant
        assert not ouvert.tache.done()
    assert ouvert.tache.done()
    with pytest.raises(httpx.ConnectError):
        await httpx.AsyncClient().get(ouvert.url)


async def test_un_port_pris_est_un_refus(site: Site) -> None:
    async with servir(site.application) as ouvert:
        port = int(ouvert.url.rpartition(":")[2])
        with pytest.raises(PortPris, match=str(port)):
            async with servir(site.application, port):
                pass


async def test_un_site_qui_s_arrete_n_arrete_pas_l_autre(site: Site) -> None:
    async with servir(site.application) as premier:
        async with servir(site.application) as second:
            assert premier.url != second.url
        await asyncio.sleep(0)
        assert second.tache.done()
        assert not premier.tache.done()
