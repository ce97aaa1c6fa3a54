"""The base of the site: its tables, made by `preparer` alone, and how each noun reads and writes its own."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters import a_cote
from adapters.coffre import PersonneOubliee, desceller, sceller
from adapters.horloge import HorlogeReelle
from adapters.store.adresse import AdresseSqlite, StoreAMigrer, lire_adresse
from adapters.store.identite import identite
from application.ports import Coffre
from kernel.identifiants import identifiant
from kernel.instants import Instant, triable
from kernel.refus import Refus

TABLES = sa.MetaData()
_APPARTENANCE = sa.Table("appartenance", TABLES, sa.Column("store", sa.String, primary_key=True))


class SiteEtranger(Refus, code="site_etranger"):
    """The base of the site is that of another store: its accounts are those of other people."""

    def __init__(self) -> None:
        super().__init__(
            "La base du site (x.site.db, ou le schéma « site ») est celle d’une autre base : ôtez-la, "
            "puis lancez diligence migrer."
        )


class InstantEcrit(sa.TypeDecorator[Instant]):
    """An instant, as a text whose order is that of time, on both engines."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: Instant | None, dialect: Any) -> str | None:
        """Write it."""
        return None if value is None else triable(value)

    def process_result_value(self, value: str | None, dialect: Any) -> Instant | None:
        """Read it."""
        return None if value is None else datetime.fromisoformat(value)


class BaseDuSite:
    """The opened base: each noun is given it."""

    def __init__(self, moteur: sa.Engine, store_id: str, coffre: Coffre) -> None:
        self.moteur, self.store_id, self._coffre, self._horloge = moteur, store_id, coffre, HorlogeReelle()

    def maintenant(self) -> Instant:
        """Return the clock of this machine: a session ends by it, on a rehearsal too."""
        return self._horloge.maintenant()

    @contextmanager
    def lire(self) -> Iterator[sa.Connection]:
        """Lend a connection for one reading."""
        with self.moteur.connect() as connexion:
            yield connexion

    @contextmanager
    def ecrire(self, *, seul: sa.Table | None = None) -> Iterator[sa.Connection]:
        """Lend a connection for one transaction that writes; one at a time on `seul`, where it reads what it then writes.

        SQLite has one writer whatever is asked.
        """
        with self.moteur.execution_options(ecriture=True).begin() as connexion:
            if seul is not None:
                a_cote.etre_seul(connexion, f"site:{seul.name}")
            yield connexion

    def condense(self, secret: str) -> bytes:
        """Return what is kept of a secret of ours, random: it is worth nothing before another store."""
        return hashlib.sha256(f"{self.store_id}:{secret}".encode()).digest()

    def empreinte(self, quoi: str, valeur: str) -> str:
        """Return what tells a value of people from another without telling it."""
        return self._coffre.empreinte(f"site {quoi}:{valeur}")

    def sceller(self, sujet: UUID, quoi: str, clair: str) -> bytes:
        """Encrypt what is kept of a subject; refuse with PersonneOubliee who was forgotten."""
        cle = self._coffre.cle_du_site(sujet, nouvelle=True)
        return sceller(AESGCM(cle), clair.encode(), quoi.encode())

    def desceller(self, sujet: UUID, quoi: str, scelle: bytes) -> str:
        """Return it, or refuse with PersonneOubliee."""
        return desceller(AESGCM(self._coffre.cle_du_site(sujet, nouvelle=False)), scelle, quoi.encode()).decode()

    def desceller_si_connu(self, sujet: UUID, quoi: str, scelle: bytes) -> str | None:
        """Return it, None when the subject was forgotten."""
        with suppress(PersonneOubliee):
            return self.desceller(sujet, quoi, scelle)
        return None


def id_de_l_agent(login: str) -> UUID:
    """Return the subject under whose key is kept what is personal of an agent."""
    return identifiant("agent", login)


def preparer(base: str) -> None:
    """Make the tables of the site of a prepared store; those that are there stay.

    Raises:
        SiteEtranger: what is there is another store's.
    """
    moteur, store_id = a_cote.ouvrir_base(base, "site", durable=True), identite(base)
    try:
        with moteur.execution_options(ecriture=True).begin() as connexion:
            a_cote.creer_schema(connexion, "site")
            TABLES.create_all(connexion)
            if _appartenance(connexion, store_id) is None:
                connexion.execute(_APPARTENANCE.insert().values(store=store_id))
    finally:
        moteur.dispose()


def ouvrir(base: str, coffre: Coffre) -> BaseDuSite:
    """Open the site of a store.

    Raises:
        StoreAMigrer: it was not prepared, or by an older version.
        SiteEtranger: it is another store's.
    """
    adresse, a_migrer = lire_adresse(base), StoreAMigrer("La base du site n’est pas prête : lancez diligence migrer.")
    if isinstance(adresse, AdresseSqlite) and not adresse.site.exists():
        raise a_migrer  # opening it would make an empty one
    moteur, store_id = a_cote.ouvrir_base(base, "site", durable=True), identite(base)
    try:
        with moteur.connect() as connexion:
            if not TABLES.tables.keys() <= set(sa.inspect(connexion).get_table_names()):
                raise a_migrer
            _appartenance(connexion, store_id)
    except BaseException:
        moteur.dispose()
        raise
    return BaseDuSite(moteur, store_id, coffre)


def _appartenance(connexion: sa.Connection, store_id: str) -> str | None:
    lue: str | None = connexion.scalar(sa.select(_APPARTENANCE.c.store))
    if lue not in {None, store_id}:
        raise SiteEtranger
    return lue
