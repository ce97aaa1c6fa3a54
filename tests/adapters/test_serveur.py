"""The server shares a loop and a process: a free port, no signal of its own, a clean stop."""

import asyncio
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from adapters import serveur
from adapters.serveur import PortPris, servir


async def _prendre(requete: Request) -> PlainTextResponse:
    return PlainTextResponse(await requete.body())


APPLICATION = Starlette(
    routes=[Route("/", lambda _: PlainTextResponse("ici")), Route("/prendre", _prendre, methods=["POST"])]
)


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


@pytest.mark.parametrize(
    "dit",
    [b"", b"GET / HTTP/1.1\r\nHost: ici\r\n", b"POST /prendre HTTP/1.1\r\nHost: ici\r\nContent-Length: 9\r\n\r\nx"],
)
@pytest.mark.parametrize("deja", [False, True])
async def test_qui_ne_finit_pas_sa_demande_est_coupe(
    monkeypatch: pytest.MonkeyPatch, dit: bytes, *, deja: bool
) -> None:
    """Also one that speaks a little all the time, and after a first request that was whole."""
    monkeypatch.setattr(serveur, "REQUETE_S", 0.3)
    async with servir(APPLICATION) as ouvert:
        lecteur, ecrivain = await asyncio.open_connection("127.0.0.1", int(ouvert.url.rpartition(":")[2]))
        if deja:
            ecrivain.write(b"GET / HTTP/1.1\r\nHost: ici\r\n\r\n")
            assert (await lecteur.readuntil(b"ici")).startswith(b"HTTP/1.1 200")
            dit = dit or b"G"
        ecrivain.write(dit)

        async def goutte_a_goutte() -> None:
            while dit.startswith(b"GET"):
                await asyncio.sleep(0.05)
                ecrivain.write(b"a: b\r\n")

        gouttes = asyncio.create_task(goutte_a_goutte())
        try:
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await asyncio.wait_for(lecteur.readexactly(1), 2)
        finally:
            gouttes.cancel()
            ecrivain.close()
        async with httpx.AsyncClient(base_url=ouvert.url) as client:
            assert (await client.get("/")).text == "ici"


async def test_une_reponse_lente_n_est_pas_coupee(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serveur, "REQUETE_S", 0.1)

    async def lente(_: Any) -> PlainTextResponse:
        await asyncio.sleep(0.4)
        return PlainTextResponse("enfin")

    async with servir(Starlette(routes=[Route("/", lente)])) as ouvert, httpx.AsyncClient() as client:
        assert (await client.get(ouvert.url)).text == "enfin"


ASSIEGE = """
import asyncio, resource, sys
from tests.adapters.test_serveur import APPLICATION, servir
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]),) * 2)
async def tourner():
    async with servir(APPLICATION) as ouvert:
        print(ouvert.url, flush=True)
        await asyncio.to_thread(sys.stdin.read)
asyncio.run(tourner())
"""


@pytest.fixture
def beaucoup_de_fichiers() -> Iterator[None]:
    avant, plafond = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(avant, 2048), plafond))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (avant, plafond))


@pytest.mark.usefixtures("beaucoup_de_fichiers")
@pytest.mark.parametrize(("fichiers", "repond"), [(1024, True), (120, False)])
def test_mille_connexions_a_demi_ouvertes_n_arretent_ni_le_site_ni_le_disque(
    tmp_path: Path, fichiers: int, *, repond: bool
) -> None:
    """With few files it answers nobody as long as they are held, says so once, and answers again afterwards."""
    journal = tmp_path / "journal"
    with journal.open("wb") as erreurs, ExitStack() as pile:
        processus = pile.enter_context(
            subprocess.Popen(
                [sys.executable, "-c", ASSIEGE, str(fichiers)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=erreurs, text=True,
            )
        )  # fmt: skip
        pile.callback(processus.kill)
        assert processus.stdout is not None
        url = processus.stdout.readline().strip()
        with ExitStack() as prises:
            for _ in range(1100 if repond else 140):
                prise = prises.enter_context(closing(socket.socket()))
                prise.connect(("127.0.0.1", int(url.rpartition(":")[2])))
                prise.send(b"GET / HTTP/1.1\r\nHost: ici\r\n")
            if repond:
                assert {httpx.get(url, timeout=5).text for _ in range(20)} == {"ici"}
            else:
                with pytest.raises(httpx.TimeoutException):
                    httpx.get(url, timeout=2)
        assert httpx.get(url, timeout=15).text == "ici"
        dit = processus.communicate("")[0] + journal.read_text(encoding="utf-8")
    assert (len(dit) < 5000, dit.count("sans_fichiers")) == (True, 0 if repond else 1)
