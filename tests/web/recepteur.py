"""A receiver of webhooks, on this machine: it keeps what it is told, and answers what it is asked to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Recepteur:
    """What it received (headers, body), and how it answers: a status for a body, 200 by default."""

    def __init__(self) -> None:
        self.recus: list[tuple[dict[str, str], bytes]] = []
        self.reponses: list[int] = []
        self.verrou = threading.Lock()
        self.url = ""


@contextmanager
def recepteur() -> Iterator[Recepteur]:
    """Serve one until the end of the block."""
    tenu = Recepteur()

    class Recoit(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            corps = self.rfile.read(int(self.headers["content-length"]))
            with tenu.verrou:
                statut = tenu.reponses.pop(0) if tenu.reponses else 200
                tenu.recus.append(({nom.lower(): valeur for nom, valeur in self.headers.items()}, corps))
            self.send_response(statut)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Recoit)
    fil = threading.Thread(target=serveur.serve_forever, daemon=True)
    fil.start()
    tenu.url = f"http://127.0.0.1:{serveur.server_address[1]}/faits?de=diligence"
    try:
        yield tenu
    finally:
        serveur.shutdown()
        serveur.server_close()
        fil.join()
