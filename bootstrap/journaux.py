"""structlog: one line per command, a name and ids, on stderr; never a name of a person nor a document's text.

JSON lines for machines, plain ones for people. What libraries say through `logging` takes the same road.
"""

import logging
import os
import sys
import traceback
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from adapters.journal import SansAttendre
from application.journal import log
from bootstrap.reglages import Journal

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

PROCESSUS: Final = frozenset({"servir", "web", "worker", "relais", "projecteur"})
"""Commands that stay: their stderr is read by a machine, unless a person is at the terminal."""
CADRES: Final = 8
"""Frames of a trace that are kept: the last ones."""


def configurer(journal: Journal | None = None, *, processus: bool = False) -> bool:
    """Send the story to stderr; without a choice, JSON for a process that no person watches, plain lines otherwise.

    Returns:
        Whether it is in JSON.
    """
    global _json
    _json = journal == "json" or (journal is None and processus and not sys.stderr.isatty())
    _ecouter_les_bibliotheques(json=_json)
    log.preparer = None
    _configurer(json=_json, sans_attendre=_json and processus)
    return _json


def configurer_au_premier_mot() -> None:
    """Send plain lines to stderr, structlog being read when there is one: for a command that seldom says anything."""
    log.preparer = partial(_configurer, json=False, sans_attendre=False)


def _configurer(*, json: bool, sans_attendre: bool) -> None:
    import structlog

    rendu: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True, default=str)
        if json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    sortie = _sortie() if sans_attendre else None
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            taire_le_rejeu,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            dire_l_erreur_sans_la_citer,
            rendu,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO if json else logging.WARNING),
        # by default the stream of the moment, not that of the start
        logger_factory=lambda *_: structlog.WriteLogger(sortie or sys.stderr),  # type: ignore[arg-type]
        cache_logger_on_first_use=False,
    )


_json = False


def en_json() -> bool:
    """Tell whether a machine reads the story: then nothing else may be written in it."""
    return _json


def taire_le_rejeu(_: "WrappedLogger", __: str, ligne: "EventDict") -> "EventDict":
    """Drop what a workflow says again while its history is replayed."""
    workflow = sys.modules.get("temporalio.workflow")  # not imported, for a command that has nothing to do with it
    if workflow is not None and workflow.in_workflow() and workflow.unsafe.is_replaying():
        from structlog import DropEvent

        raise DropEvent
    return ligne


def dire_l_erreur_sans_la_citer(_: "WrappedLogger", __: str, ligne: "EventDict") -> "EventDict":
    """Replace an exception by its type and where it was: its message may quote what a person typed."""
    exc_info = ligne.pop("exc_info", None)
    erreur = exc_info if isinstance(exc_info, BaseException) else None
    if erreur is None and exc_info:
        erreur = exc_info[1] if isinstance(exc_info, tuple) else sys.exc_info()[1]
    if erreur is not None:
        ligne["erreur"] = type(erreur).__name__
        ligne["trace"] = [
            f"{Path(cadre.filename).name}:{cadre.lineno} {cadre.name}"
            for cadre in traceback.extract_tb(erreur.__traceback__)[-CADRES:]
        ]
    return ligne


@cache
def _sortie() -> SansAttendre:
    return SansAttendre(os.dup(sys.stderr.fileno()))


def lignes_perdues() -> int:
    """Return how many lines nobody read in time."""
    return _sortie().perdues if _sortie.cache_info().currsize else 0


def vider() -> None:
    """Give what was said last a moment to be written."""
    if _sortie.cache_info().currsize:
        _sortie().vider()


class _VersStructlog(logging.Handler):
    """Says what a library says, by the template of its message: what would fill it may be personal."""

    def emit(self, record: logging.LogRecord) -> None:
        gabarit = str(record.msg).partition("\n")[0].partition(" ({")[0]
        log.log(record.levelno, "bibliotheque.dit", source=record.name, message=gabarit, exc_info=record.exc_info)


def _ecouter_les_bibliotheques(*, json: bool) -> None:
    racine = logging.getLogger()
    for ancien in [h for h in racine.handlers if isinstance(h, _VersStructlog)]:
        racine.removeHandler(ancien)
    if json:
        racine.addHandler(_VersStructlog(logging.WARNING))
