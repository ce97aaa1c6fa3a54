"""A real mail server on this machine, for the tests: what it took, and what it answers to a recipient."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Recu
from typing import Any

from aiosmtpd.controller import Controller

from adapters.courriel import CourrierSmtp
from tests.acceptance.compose import port_libre


@dataclass
class Boite:
    """What a mail server took; `reponse` is what it answers to a recipient."""

    reponse: str = "250 OK"
    recus: list[Recu] = field(default_factory=list)
    coupe: bool = False
    """It goes away once it has the message, without a word."""
    adieu: str = "221 Bye"
    """What it answers to who leaves."""

    async def handle_RCPT(self, _: Any, __: Any, enveloppe: Any, adresse: str, ___: Any) -> str:  # noqa: N802 - its library
        if self.reponse.startswith("250"):
            enveloppe.rcpt_tos.append(adresse)
        return self.reponse

    async def handle_DATA(self, serveur: Any, _: Any, enveloppe: Any) -> str:  # noqa: N802 - its library
        self.recus.append(message_from_bytes(enveloppe.content))
        if self.coupe:
            serveur.transport.abort()
        return "250 OK"

    async def handle_QUIT(self, _: Any, __: Any, ___: Any) -> str:  # noqa: N802 - its library
        return self.adieu


@contextmanager
def serveur(boite: Boite, **options: Any) -> Iterator[CourrierSmtp]:
    """Run the server, and give what sends to it; `options` are those of its library."""
    controle = Controller(boite, hostname="127.0.0.1", port=port_libre(), **options)
    controle.start()
    try:
        yield CourrierSmtp("127.0.0.1", controle.port, "Région <region@exemple.invalid>", "aucun")
    finally:
        controle.stop()
