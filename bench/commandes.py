"""Commands per second (load, decide, append with journal, one thread): ours, the documented default, the bare driver.

One command is « dossier recevoir-piece »: the real aggregate through `Store.executer`, facts of about 500 bytes.
Ours is measured twice: on streams this process has never read (« à froid »), and on streams it keeps (« à chaud »), as
when a person acts on the page displayed, or the engine on what a follow-up has read.
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

from adapters.store import ouvrir
from adapters.store.schema import migrer
from aggregates.dossier import Dossier
from application.store import Store
from bench.documente import LE, DossierDocumente, application_documentee
from bench.dossiers import CODES, DEPOSE, Dossiers, empreinte
from bench.mesure import Ampleur, Mesure, absente, machine, mediane
from bench.postgres import Indisponible, bases_jetables, env_documente

FAITS = (20, 200)
FROID, CHAUD = "à froid : flux jamais lus par le processus", "à chaud : flux lus deux fois juste avant"
DOCUMENTE = "bibliothèque, réglages documentés"
PILOTE = "pilote nu : un SELECT du flux, un INSERT durable"


class Cote(Protocol):
    """One side: streams made in bulk, then one command at a time."""

    def semer(self, flux: int, faits: int) -> Sequence[UUID]: ...
    def afficher(self, flux: UUID) -> object: ...
    def commander(self, flux: UUID) -> object: ...


@dataclass
class Notre:
    """Our path: `Store.executer`, journal row included."""

    dossiers: Dossiers

    def semer(self, flux: int, faits: int) -> list[UUID]:
        return [self.dossiers.semer(faits) for _ in range(flux)]

    def afficher(self, flux: UUID) -> object:
        """Read the dossier, as the page that a person acts upon does."""
        return self.dossiers.store.charger(Dossier, flux)

    def commander(self, flux: UUID) -> object:
        """Receive one more pièce."""
        return self.dossiers.recevoir(flux)


@dataclass
class Documente:
    """The library as its documentation shows it; it keeps no journal of commands."""

    env: Mapping[str, str]
    pile: ExitStack
    rang: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.application = self.pile.enter_context(application_documentee(self.env))

    def semer(self, flux: int, faits: int) -> list[UUID]:
        dossiers = [
            DossierDocumente(
                ref=DEPOSE.ref, objet=DEPOSE.objet, montant_demande_centimes=DEPOSE.montant_demande_centimes
            )
            for _ in range(flux)
        ]
        for dossier in dossiers:
            for _ in range(faits - 1):
                self._recevoir(dossier)
            self.application.save(dossier)
        return [dossier.id for dossier in dossiers]

    def afficher(self, flux: UUID) -> object:
        return self.application.repository.get(flux)

    def commander(self, flux: UUID) -> object:
        dossier: DossierDocumente = self.application.repository.get(flux)
        self._recevoir(dossier)
        return self.application.save(dossier)

    def _recevoir(self, dossier: DossierDocumente) -> None:
        rang = next(self.rang)
        dossier.recevoir_piece(
            CODES[rang % len(CODES)],
            empreinte(rang),
            uuid4(),
            acteur="agt-instruction-07",
            commande_id=uuid4(),
            cause=uuid4(),
        )


class PiloteNu:
    """The limit on SQLite: nothing decoded, nothing decided, the same durability."""

    def __init__(self, chemin: Path) -> None:
        self.connexion = sqlite3.connect(chemin, isolation_level=None)
        self.connexion.execute("PRAGMA journal_mode=WAL")
        self.connexion.execute("PRAGMA synchronous=FULL")
        self.connexion.execute(
            "CREATE TABLE faits (id TEXT, version INTEGER, topic TEXT, etat BLOB, PRIMARY KEY (id, version))"
        )

    def semer(self, flux: int, faits: int) -> list[UUID]:
        ids = [uuid4() for _ in range(flux)]
        lignes = [(str(i), version, "dossier.piece_recue.v1", _ETAT) for i in ids for version in range(1, faits + 1)]
        self.connexion.execute("BEGIN")
        self.connexion.executemany("INSERT INTO faits VALUES (?,?,?,?)", lignes)
        self.connexion.execute("COMMIT")
        return ids

    def afficher(self, flux: UUID) -> list[tuple[str, int, str, bytes]]:
        requete = "SELECT id, version, topic, etat FROM faits WHERE id=? ORDER BY version"
        return self.connexion.execute(requete, (str(flux),)).fetchall()

    def commander(self, flux: UUID) -> object:
        lignes = self.afficher(flux)
        suivant = (str(flux), lignes[-1][1] + 1, "dossier.piece_recue.v1", _ETAT)
        return self.connexion.execute("INSERT INTO faits VALUES (?,?,?,?)", suivant)


_ETAT = b"x" * 520


def commandes(ampleur: Ampleur) -> list[Mesure]:
    """Measure both databases."""
    mesures = []
    with tempfile.TemporaryDirectory(prefix="diligence-banc-") as dossier:
        for faits in FAITS:
            mesures += _sur_sqlite(Path(dossier), faits, ampleur)
    try:
        with bases_jetables(2) as (la_notre, la_leur), ouvrir_la_notre(la_notre) as notre, ExitStack() as pile:
            leur = Documente(env_documente(la_leur), pile)
            for faits in FAITS:
                mesures += _comparer("postgresql", faits, notre, {DOCUMENTE: leur}, ampleur)
    except Indisponible as erreur:
        mesures += [absente(f"commandes.postgresql.{faits}", "commandes/s", str(erreur)) for faits in FAITS]
    return mesures


def _sur_sqlite(dossier: Path, faits: int, ampleur: Ampleur) -> list[Mesure]:
    env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(dossier / f"documente-{faits}.db")}
    with ExitStack() as pile:
        notre = pile.enter_context(ouvrir_la_notre(f"sqlite:///{dossier / f'notre-{faits}.db'}"))
        nu = PiloteNu(dossier / f"nu-{faits}.db")
        pile.enter_context(closing(nu.connexion))
        return _comparer("sqlite", faits, notre, {DOCUMENTE: Documente(env, pile), PILOTE: nu}, ampleur)


@contextmanager
def ouvrir_la_notre(base: str) -> Iterator[Notre]:
    """Open our side on a new store."""
    migrer(base)
    with closing(ouvrir(base)) as application:
        yield Notre(Dossiers(Store(application), lambda: LE))


def _comparer(sgbd: str, faits: int, notre: Notre, references: Mapping[str, Cote], ampleur: Ampleur) -> list[Mesure]:
    """Let the sides take turns, one command each, on streams of their own."""
    flux = ampleur.choisir(6000 // (faits + 10), 4)
    depart = machine()
    cotes: dict[str, Cote] = {FROID: notre, CHAUD: notre, **references}
    debits: dict[str, list[float]] = {nom: [] for nom in cotes}
    for _ in range(ampleur.tours):
        ids = {nom: cote.semer(flux + 1, faits) for nom, cote in cotes.items()}
        os.sync()  # what was sown must not be written to the disk during the commands
        # ours on kept streams comes apart: reading them before each command would cool the caches of the others
        for passe in ({FROID: notre, **references}, {CHAUD: notre}):
            for nom, debit in _tour(passe, ids, flux).items():
                debits[nom].append(debit)
    conditions = f"{faits} faits par flux, {flux} commandes par tour, {ampleur.tours} tours ; {depart}"
    return [
        Mesure(
            nom=f"commandes.{sgbd}.{faits}{suffixe_reference}{suffixe}",
            valeur=mediane(debits[etat]),
            unite="commandes/s",
            reference=nom,
            valeur_reference=mediane(debits[nom]),
            conditions=f"{etat} ; {conditions}",
        )
        for nom, suffixe_reference in ((DOCUMENTE, ""), (PILOTE, ".pilote"))
        for etat, suffixe in ((FROID, ""), (CHAUD, ".chaud"))
        if nom in references
    ]


def _tour(cotes: Mapping[str, Cote], ids: Mapping[str, Sequence[UUID]], nombre: int) -> dict[str, float]:
    """Send one command to each side in turn, and return the commands per second of each."""
    durees = dict.fromkeys(cotes, 0.0)
    for nom, cote in cotes.items():
        cote.commander(ids[nom][-1])  # connections opened, statements prepared
    for rang in range(nombre):
        for nom, cote in cotes.items():
            flux = ids[nom][rang]
            if nom == CHAUD:
                cote.afficher(flux)
                cote.afficher(flux)
            debut = time.perf_counter()
            cote.commander(flux)
            durees[nom] += time.perf_counter() - debut
    return {nom: nombre / duree for nom, duree in durees.items()}
