"""Where the engine of an SQLite store answers: the process that runs it says so in a file beside the store."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adapters.sorties import fichier_neuf
from adapters.store.adresse import AdresseSqlite, lire_adresse


def fichier_temporal(base: str) -> Path | None:
    """Return the file in which a local Temporal server keeps its histories; None with PostgreSQL."""
    return _a_cote(base, ".temporal.db")


@contextmanager
def annoncer(base: str, adresse: str) -> Iterator[None]:
    """Write beside an SQLite store where its engine answers, while it does."""
    annonce = _a_cote(base, ".moteur.json")
    if annonce is None:
        yield
        return
    with fichier_neuf(annonce) as flux:
        json.dump({"temporal": adresse, "processus": os.getpid()}, flux)
    try:
        yield
    finally:
        annonce.unlink(missing_ok=True)


def adresse_annoncee(base: str) -> str | None:
    """Return the address of the Temporal that follows a store, None when no living process announces one."""
    annonce = _a_cote(base, ".moteur.json")
    if annonce is None or not annonce.exists():
        return None
    with suppress(OSError, ValueError, KeyError, TypeError):
        lue = json.loads(annonce.read_text(encoding="utf-8"))
        os.kill(int(lue["processus"]), 0)
        return str(lue["temporal"])
    return None


def _a_cote(base: str, suffixe: str) -> Path | None:
    adresse = lire_adresse(base)
    return adresse.chemin.with_name(adresse.chemin.stem + suffixe) if isinstance(adresse, AdresseSqlite) else None
