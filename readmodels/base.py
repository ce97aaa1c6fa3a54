"""Projections in a database of their own: caught up by position, rebuilt by stream, switched in one transaction.

A projection's tables carry the digest of its code and a generation: new code never reads old rows.
"""

import hashlib
import math
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa

from kernel.faits import Inscription
from kernel.pannes import passer
from kernel.temoins import StoreEnArriere
from readmodels import mis_de_cote, temoins
from readmodels.ecriture import analyser
from readmodels.etats import Etats

LOT = 5000
"""Facts of one transaction while catching up."""
FLUX = 500
"""Streams written at a time while rebuilding."""

_META = sa.MetaData()
POINTEURS = sa.Table(
    "projections",
    _META,
    sa.Column("nom", sa.String, primary_key=True),
    sa.Column("suffixe", sa.String, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
)


class SourceDeFaits(Protocol):
    """Where facts are read from."""

    def derniere_position(self) -> int: ...
    def lire_depuis(self, position: int, limite: int) -> Sequence[Inscription]: ...
    def ces_flux(self, ids: Sequence[UUID]) -> Sequence[Inscription]: ...
    def flux_par_flux(self, jusqu_a: int) -> Iterator[Sequence[Inscription]]: ...
    def attendre(self, position: int, delai_s: float) -> bool: ...


class Projection(Protocol):
    """One read model: its tables for a suffix, and how streams and facts become rows."""

    nom: str
    plie: bool
    """Whether its rows come from folded aggregates, or from each fact alone."""

    def tables(self, suffixe: str) -> sa.MetaData: ...
    def projeter(
        self, connexion: sa.Connection, suffixe: str, nouveaux: Sequence[Inscription], etats: Etats
    ) -> None: ...


def empreinte_du_code(*dossiers: Path) -> str:
    """Return a digest of the code that makes rows: what it reads of the aggregates included."""
    digest = hashlib.sha256()
    racine = Path(__file__).parent.parent
    for dossier in (racine / "kernel", racine / "aggregates", *dossiers):
        for fichier in sorted(dossier.rglob("*.py")):
            digest.update(fichier.read_bytes())
    return digest.hexdigest()[:10]


def _seul(connexion: sa.Connection, nom: str = "") -> None:
    """Wait for whoever does this at the same time, to the end of the transaction; SQLite has one writer by itself.

    Without it, two processes that open the read models of a new store make the same tables, and one of them fails.
    """
    if connexion.dialect.name == "postgresql":
        connexion.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"lectures:{nom}"))))


def _pointeur(connexion: sa.Connection, nom: str) -> tuple[str | None, int]:
    """Return the suffix of the tables of a projection, None when it has none yet, and up to where it has read."""
    requete = sa.select(POINTEURS.c.suffixe, POINTEURS.c.position).where(POINTEURS.c.nom == nom)
    ligne = connexion.execute(requete).one_or_none()
    return (None, 0) if ligne is None else (ligne.suffixe, ligne.position)


class Lectures:
    """The database of the read models."""

    def __init__(
        self, base: sa.Engine, source: SourceDeFaits, projections: Iterable[Projection], empreinte: str
    ) -> None:
        self.base, self.source, self.empreinte = base, source, empreinte
        self.projections = {projection.nom: projection for projection in projections}
        self._ecriture = base.execution_options(ecriture=True)
        with self._ecriture.begin() as connexion:
            _seul(connexion)
            _META.create_all(connexion)
            temoins.META.create_all(connexion)
            mis_de_cote.META.create_all(connexion)

    def fermer(self) -> None:
        """Close the connections."""
        self.base.dispose()

    @contextmanager
    def _transaction(self, nom: str) -> Iterator[tuple[sa.Connection, str | None, int]]:
        """Hold a projection's pointer: one writer at a time, whatever the process."""
        with self._ecriture.begin() as connexion:
            _seul(connexion, nom)
            yield connexion, *_pointeur(connexion, nom)

    def position(self, nom: str) -> int:
        """Return up to where a projection has read."""
        with self.base.connect() as connexion:
            lu = connexion.scalar(sa.select(POINTEURS.c.position).where(POINTEURS.c.nom == nom))
        return int(lu or 0)

    def lisible(self, nom: str) -> bool:
        """Tell whether its rows are those of this code."""
        with self.base.connect() as connexion:
            return self._est_a_jour(_pointeur(connexion, nom)[0])

    def rattraper(self, nom: str, patience_s: float = math.inf) -> int:
        """Bring a projection to the head of the store and return its position; a new code rebuilds it first.

        Once `patience_s` is over it stops at the end of a batch, where others will go on. What could not be read is tried
        again: a newer program, or a store put right, needs no rebuild.
        """
        with self.base.connect() as connexion:
            suffixe, position = _pointeur(connexion, nom)
            a_relire = mis_de_cote.ids(connexion, nom)
        if not self._est_a_jour(suffixe):
            self.reconstruire(nom, seulement_si_perimee=True)
        elif a_relire:
            self._relire(nom, a_relire)
        elif position == self.source.derniere_position():  # the projector was here: most pages stop at this
            return position
        etats, limite = Etats(self.source.ces_flux), time.monotonic() + patience_s
        try:
            while time.monotonic() < limite and self._avancer(nom, etats):
                pass
        except StoreEnArriere:
            self._reculer(nom)
        return self.position(nom)

    def reculs(self) -> list[dict[str, Any]]:
        """Return the projections that had read facts the store no longer has, until `oublier_les_reculs`."""
        with self.base.connect() as connexion:
            return temoins.lister(connexion)

    def oublier_les_reculs(self) -> None:
        """Take note that a person knows an older copy of the store was put back."""
        with self._ecriture.begin() as connexion:
            temoins.oublier(connexion)

    def _reculer(self, nom: str) -> None:
        """Make the projection again from what the store holds now, and keep the trace."""
        position, tete = self.position(nom), self.source.derniere_position()
        with self._ecriture.begin() as connexion:
            temoins.noter(connexion, nom, position, tete)
        self.reconstruire(nom)

    def _avancer(self, nom: str, etats: Etats) -> bool:
        position = self.position(nom)  # before the head: another process may move both in between
        tete = self.source.derniere_position()
        if tete < position:
            raise StoreEnArriere(nom)
        if tete == position:
            return False
        with self._transaction(nom) as (connexion, suffixe, position):
            lus = self.source.lire_depuis(max(position - 1, 0), LOT + 1 if position else LOT)
            if position:
                temoins.verifier(connexion, nom, position, lus)
                lus = lus[1:]
            if not lus or suffixe is None:
                return False
            if self.projections[nom].plie:
                etats.suivre(lus, position)
            self._projeter(connexion, nom, suffixe, lus, etats)
            passer("lectures.avant_position")
            connexion.execute(sa.update(POINTEURS).where(POINTEURS.c.nom == nom).values(position=lus[-1].position))
            temoins.retenir(connexion, nom, lus[-1])
        return len(lus) == LOT

    def _relire(self, nom: str, ids: Sequence[UUID]) -> None:
        """Project what was set aside and can be read again."""
        inscriptions, etats = self.source.ces_flux(ids), Etats(self.source.ces_flux)
        etats.suivre(inscriptions, 0)
        encore = {agregat_id for _, agregat_id in etats.mis_de_cote}
        lisibles = [i for i in inscriptions if i.entete.id not in encore]
        if not lisibles:
            return
        with self._transaction(nom) as (connexion, suffixe, _):
            if suffixe is not None:
                self.projections[nom].projeter(connexion, suffixe, lisibles, etats)
                mis_de_cote.oublier(connexion, nom, {i.entete.id for i in lisibles})

    def illisibles(self) -> list[dict[str, Any]]:
        """Return the aggregates set aside, each with the fact that is not read and why."""
        with self.base.connect() as connexion:
            return mis_de_cote.lister(connexion)

    def _projeter(
        self, connexion: sa.Connection, nom: str, suffixe: str, lus: Sequence[Inscription], etats: Etats
    ) -> None:
        """Make the rows of these facts, and name what could not be read."""
        self.projections[nom].projeter(connexion, suffixe, lus, etats)
        if etats.mis_de_cote:
            mis_de_cote.retenir(connexion, nom, etats.mis_de_cote)

    def _est_a_jour(self, suffixe: str | None) -> bool:
        return suffixe is not None and suffixe.startswith(self.empreinte)

    def refaire(self, nom: str) -> None:
        """Make a projection again, whose rows are damaged; they are left where they are: to touch them may fail."""
        import structlog  # a reading says nothing otherwise

        structlog.get_logger().warning("lectures.refaites", projection=nom)
        self.reconstruire(nom, laisser=True)

    def reconstruire(self, nom: str, *, seulement_si_perimee: bool = False, laisser: bool = False) -> int:
        """Make a projection again from every stream, in one transaction; readers see the old rows until then.

        Two processes that find old rows rebuild them once: the second finds them new under the lock. The old tables go,
        unless they are left (`laisser`).
        """
        projection = self.projections[nom]
        with self._transaction(nom) as (connexion, ancien, position):
            if seulement_si_perimee and self._est_a_jour(ancien):
                return position
            jusqu_a = self.source.derniere_position()
            generation = int(ancien.rpartition("_")[2]) + 1 if ancien else 1
            suffixe = f"{self.empreinte}_{generation}"
            tables = projection.tables(suffixe)
            tables.drop_all(connexion)
            tables.create_all(connexion)
            mis_de_cote.oublier(connexion, nom)
            flux = self.source.flux_par_flux(jusqu_a)
            while tous := list(chain.from_iterable(islice(flux, FLUX))):
                etats = Etats(self.source.ces_flux)
                if projection.plie:
                    etats.suivre(tous, 0)
                self._projeter(connexion, nom, suffixe, tous, etats)
                passer("lectures.apres_lot")
            connexion.execute(sa.delete(POINTEURS).where(POINTEURS.c.nom == nom))
            connexion.execute(sa.insert(POINTEURS).values(nom=nom, suffixe=suffixe, position=jusqu_a))
            temoins.retenir(connexion, nom, next(iter(self.source.lire_depuis(jusqu_a - 1, 1)), None))
            if position > jusqu_a:
                temoins.noter(connexion, nom, position, jusqu_a)
            if ancien is not None and not laisser:
                projection.tables(ancien).drop_all(connexion)
            analyser(connexion, tables)
        return jusqu_a

    @contextmanager
    def lire(self, nom: str) -> Iterator[tuple[sa.Connection, Any]]:
        """Yield a connection and the current tables of a projection."""
        with self.base.connect() as connexion:
            suffixe = connexion.scalar(sa.select(POINTEURS.c.suffixe).where(POINTEURS.c.nom == nom))
            yield connexion, self.projections[nom].tables(suffixe or self.empreinte)
