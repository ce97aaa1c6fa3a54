"""Where the engine of a store answers: the given address, or what the process that serves it wrote beside the store."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adapters.store.adresse import AdresseSqlite, lire_adresse
from bootstrap.settings import Reglages


def fichier_temporal(reglages: Reglages) -> Path | None:
    """Return the file in which a local Temporal server keeps its histories; None with PostgreSQL."""
    return _a_cote(reglages, ".temporal.db")


@contextmanager
def annoncer(reglages: Reglages, adresse: str) -> Iterator[None]:
    """Write beside an SQLite store where its engine answers, while it does."""
    annonce = _a_cote(reglages, ".moteur.json")
    if annonce is None:
        yield
        return
    provisoire = annonce.with_suffix(".provisoire")
    provisoire.write_text(json.dumps({"temporal": adresse, "processus": os.getpid()}), encoding="utf-8")
    provisoire.replace(annonce)  # whole or not at all
    try:
        yield
    finally:
        annonce.unlink(missing_ok=True)


def adresse_temporal(reglages: Reglages) -> str | None:
    """Return the address of the Temporal that follows a store, None when no engine is known."""
    if reglages.temporal:
        return reglages.temporal
    annonce = _a_cote(reglages, ".moteur.json")
    if annonce is None or not annonce.exists():
        return None
    with suppress(OSError, ValueError, KeyError, TypeError):
        lue = json.loads(annonce.read_text(encoding="utf-8"))
        os.kill(int(lue["processus"]), 0)
        return str(lue["temporal"])
    return None


def _a_cote(reglages: Reglages, suffixe: str) -> Path | None:
    adresse = lire_adresse(reglages.base)
    return adresse.chemin.with_name(adresse.chemin.stem + suffixe) if isinstance(adresse, AdresseSqlite) else None
