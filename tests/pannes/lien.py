"""A link that can be cut and slowed: a TCP proxy before a server."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Lien:
    """Relays one port; `couper` drops every connection and refuses new ones, `retard_s` delays what goes through."""

    def __init__(self, adresse: str) -> None:
        hote, _, port = adresse.rpartition(":")
        self._vers = (hote, int(port))
        self._boucle = asyncio.new_event_loop()
        self._ouverts: set[asyncio.StreamWriter] = set()
        self.coupe, self.retard_s = False, 0.0
        self._serveur = self._boucle.run_until_complete(asyncio.start_server(self._accueillir, "127.0.0.1", 0))
        self.adresse = f"127.0.0.1:{self._serveur.sockets[0].getsockname()[1]}"
        self._fil = threading.Thread(target=self._boucle.run_forever, daemon=True)
        self._fil.start()

    def couper(self) -> None:
        """Cut the link, both ways."""
        self.coupe = True
        self._boucle.call_soon_threadsafe(self._trancher)

    def _trancher(self) -> None:
        for bout in self._ouverts:
            bout.transport.abort()

    def retablir(self) -> None:
        self.coupe = False

    def fermer(self) -> None:
        self.couper()
        self._boucle.call_soon_threadsafe(self._boucle.stop)
        self._fil.join()
        for tache in asyncio.all_tasks(self._boucle):
            tache.cancel()
        self._serveur.close()
        self._boucle.run_until_complete(asyncio.sleep(0.05))
        self._boucle.close()

    async def _accueillir(self, lu: asyncio.StreamReader, ecrit: asyncio.StreamWriter) -> None:
        if self.coupe:
            ecrit.transport.abort()
            return
        with suppress(OSError):
            lu_la_bas, ecrit_la_bas = await asyncio.open_connection(*self._vers)
            self._ouverts |= {ecrit, ecrit_la_bas}
            await asyncio.gather(self._passer(lu, ecrit_la_bas), self._passer(lu_la_bas, ecrit))
            self._ouverts -= {ecrit, ecrit_la_bas}

    async def _passer(self, lu: asyncio.StreamReader, ecrit: asyncio.StreamWriter) -> None:
        """Pass bytes on, each as late as the link is long; many may be on their way."""
        en_route: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        livrer = asyncio.create_task(self._livrer(en_route, ecrit))
        with suppress(OSError):
            while octets := await lu.read(1 << 16):
                en_route.put_nowait((self._boucle.time() + self.retard_s, octets))
        en_route.put_nowait((0.0, b""))
        await livrer

    async def _livrer(self, en_route: asyncio.Queue[tuple[float, bytes]], ecrit: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while (du := await en_route.get())[1]:
                await asyncio.sleep(max(du[0] - self._boucle.time(), 0.0))
                ecrit.write(du[1])
                await ecrit.drain()
        ecrit.close()


@contextmanager
def ouvrir_lien(adresse: str) -> Iterator[Lien]:
    """Put a link before a server until the block ends."""
    lien = Lien(adresse)
    try:
        yield lien
    finally:
        lien.fermer()
