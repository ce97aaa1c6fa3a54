"""A worker that tells what each workflow was answered, one datagram each; run as a process by `bench.boucle`.

It runs the follow-ups of the product, set as in production, and the empty workflows they are compared with.
"""

import asyncio
import gc
import py_compile
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import Any

from temporalio import activity, client, worker
from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.worker import Worker

from adapters.temporal import connecter
from bench import vide
from bench.vide import FILE_VIDE, Vide, rien
from bootstrap import journaux
from bootstrap.cablage import services
from bootstrap.reglages import Reglages
from workers.worker import CYCLES, EN_CACHE, EN_VOL, FILS, SONDES, construire

PRET = "pret"
"""Said once, with rank 0, when the workers run."""


class TemoinDuBanc(client.Interceptor, worker.Interceptor):
    """Given to a client, it sees the activities of its workers."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", port))

    def intercept_activity(self, next: worker.ActivityInboundInterceptor) -> worker.ActivityInboundInterceptor:
        return _Vu(super().intercept_activity(next), self)

    def dire(self, identifiant: str, rang: int) -> None:
        """Send one answer to who waits."""
        self._socket.send(f"{identifiant} {rang}".encode())


class _Vu(worker.ActivityInboundInterceptor):
    def __init__(self, next: worker.ActivityInboundInterceptor, temoin: TemoinDuBanc) -> None:
        super().__init__(next)
        self._temoin = temoin

    async def execute_activity(self, input: worker.ExecuteActivityInput) -> Any:
        reponse = await super().execute_activity(input)
        # the version of a dossier, or the rank of an empty call
        self._temoin.dire(str(activity.info().workflow_id), getattr(reponse, "version", reponse))
        return reponse


def _travailleur_vide(client_vide: Client, fils: ThreadPoolExecutor) -> Worker:
    """Return a worker of empty workflows: the SDK as it comes, with as many threads, calls and places as the product's."""
    return Worker(
        client_vide,
        task_queue=FILE_VIDE,
        workflows=[Vide],
        activities=[rien],
        activity_executor=fils,
        max_concurrent_workflow_tasks=EN_VOL,
        max_concurrent_activities=FILS,
        max_concurrent_activity_task_polls=SONDES,
        max_concurrent_local_activities=FILS,
        max_cached_workflows=EN_CACHE,
    )


async def _travailler(reglages: Reglages, port: int) -> None:
    arret = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, arret.set)
    temoin = TemoinDuBanc(port)
    config = (await connecter(str(reglages.temporal))).config()
    notres = config["interceptors"]
    config["interceptors"] = [*notres, temoin]
    client_vu = Client(**config)
    # the same connection, without anything of ours but what tells
    config["interceptors"], config["data_converter"] = [temoin], DataConverter.default
    client_vide = Client(**config)
    with services(reglages) as ouverts, ThreadPoolExecutor(FILS) as fils:
        async with AsyncExitStack() as pile:
            for travailleur in (*construire(client_vu, ouverts), _travailleur_vide(client_vide, fils)):
                await pile.enter_async_context(travailleur)
            temoin.dire(PRET, 0)
            await arret.wait()


if __name__ == "__main__":
    journaux.configurer(processus=True)
    py_compile.compile(str(vide.__file__), quiet=2)  # as the product's: the sandbox must not compile it each time
    # as the command of a worker does
    gc.freeze()
    gc.set_threshold(*CYCLES)
    asyncio.run(_travailler(Reglages(), int(sys.argv[1])))
