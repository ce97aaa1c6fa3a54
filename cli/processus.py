"""The engine's processes: all in one (`servir`), or one each."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Annotated, Any, Final

import structlog
import typer

from bootstrap import journaux
from cli.commun import Base, reglages
from cli.sortie import FAUTE, REFUSE, Sortie, dire_le_site, refus_dits, signaler
from kernel.refus import Empechement, Refus
from web.exposition import HOTES_LOCAUX
from workers import processus

Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="0 : un port libre")]
Sante = Annotated[
    int | None,
    typer.Option("--sante", min=0, max=65535, help="port où répondre à GET /sante et /metriques, sur cette machine"),
]
log = structlog.get_logger()


def servir(port: Port = 0, sante_port: Sante = None, base: Base = None) -> None:
    """Serve everything in one process until Ctrl-C."""
    with _refus_dits():
        try:
            processus.servir(reglages(base), dire_le_site, port=port, sante_port=sante_port)
        except processus.TemporalArrete as erreur:
            if not journaux.en_json():  # where it is said already
                signaler(str(erreur), grave=True)
            raise Sortie(FAUTE) from erreur


def web(
    port: Port = 0,
    hote: Annotated[
        str,
        typer.Option("--hote", help="adresse où écouter ; une autre que celle-ci exige comptes, nom et TLS devant"),
    ] = HOTES_LOCAUX[0],
    nom: Annotated[
        list[str] | None, typer.Option("--nom", help="nom public du site, en plus de DILIGENCE_HOTES ; répétable")
    ] = None,
    sante_port: Sante = None,
    base: Base = None,
) -> None:
    """Serve the site until Ctrl-C."""
    with _refus_dits():
        processus.site(reglages(base), dire_le_site, port=port, hote=hote, noms=nom or (), sante_port=sante_port)


_SEULS: Final = {"worker": processus.travailler, "relais": processus.relayer, "projecteur": processus.projeter}


def seul(nom: str) -> Any:
    """Return the command that runs one process of the engine until Ctrl-C."""

    def commande(sante_port: Sante = None, base: Base = None) -> None:
        with _refus_dits():
            _SEULS[nom](reglages(base), sante_port=sante_port)

    return commande


@contextmanager
def _refus_dits() -> Iterator[None]:
    """Say why a process does not start, in the words of who reads its story."""
    try:
        with refus_dits(en_json=False) if not journaux.en_json() else nullcontext():
            yield
    except (Refus, Empechement) as refus:
        log.error("processus.refuse", code=refus.code, message=refus.message)
        raise Sortie(REFUSE if isinstance(refus, Refus) else FAUTE) from refus
