"""A large store, sown in bulk: real facts through the product's mapper, into its own tables, thousands a transaction."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, cast

import psycopg

from adapters.store.adresse import AdresseSqlite, lire_adresse
from adapters.store.chaine import empreinte
from adapters.store.lectures_sql import COLONNES_DU_JOURNAL
from adapters.store.postgres import EnregistreurPostgres
from adapters.store.schema_postgres import CANAL, VERROU_AJOUT
from adapters.store.sqlite import EnregistreurSqlite, valeurs_du_journal
from application.ports import LigneJournal
from application.services import Services
from bench.vies import Commande, Vie, vivre
from kernel.instants import Instant, triable

LOT = 5000
"""Commands of one transaction."""
_FAITS = "(originator_id, originator_version, topic, state, position, enregistre_le, empreinte)"


def semer(
    services: Services, base: str, vies: Sequence[Vie], *, premier: int | None = None, lot: str | None = None
) -> int:
    """Store these lives, facts and journal; return how many facts. Nobody else may write meanwhile."""
    choix = {} if premier is None else {"premier": premier}
    return ecrire(services, base, vivre(vies, services.maintenant(), lot=lot, **choix))


def ecrire(services: Services, base: str, commandes: Iterable[Commande]) -> int:
    """Store these commands, facts and journal; return how many facts. Nobody else may write meanwhile."""
    avant = services.store.enregistreur.derniere_position()
    position = avant
    for paquet in _par_lots(commandes):
        position = _ecrire(services, base, paquet, position)
    if not isinstance(lire_adresse(base), AdresseSqlite):
        with psycopg.connect(base, autocommit=True) as connexion:
            # as after any bulk load: the planner knows what it has
            connexion.execute("VACUUM ANALYZE public.stored_events, public.journal")
    return position - avant


def _par_lots(commandes: Iterable[Commande]) -> Iterator[list[Commande]]:
    suite = iter(commandes)
    while paquet := list(islice(suite, LOT)):
        yield paquet


def _ecrire(services: Services, base: str, paquet: Sequence[Commande], position: int) -> int:
    """Write one batch after a position; return the last one."""
    stocker, estampille = services.store.application.mapper.to_stored_event, services.maintenant()
    enregistreur = cast(EnregistreurSqlite | EnregistreurPostgres, services.store.enregistreur)
    chaine, le = enregistreur.relire().maillon().empreinte, triable(estampille)
    faits: list[tuple[Any, ...]] = []
    journal: list[tuple[LigneJournal, int]] = []
    for ligne, inscriptions in paquet:
        for inscription in inscriptions:
            position += 1
            e = stocker(inscription)
            chaine = empreinte(chaine, position, str(e.originator_id), e.originator_version, e.topic, e.state, le)
            faits.append((e.originator_id, e.originator_version, e.topic, e.state, position, estampille, chaine))
        journal.append((ligne, position))
    if isinstance(enregistreur, EnregistreurSqlite):
        _ecrire_sqlite(enregistreur, faits, journal, le)
    else:
        _ecrire_postgres(base, faits, journal, estampille)
    return position


def _ecrire_sqlite(
    enregistreur: EnregistreurSqlite,
    faits: list[tuple[Any, ...]],
    journal: list[tuple[LigneJournal, int]],
    le: str,
) -> None:
    with enregistreur.reserve.ecrire() as c:
        c.executemany(
            f"INSERT INTO stored_events {_FAITS} VALUES (?,?,?,?,?,?,?)",  # noqa: S608 - constants only
            [(str(flux), version, topic, etat, p, le, digest) for flux, version, topic, etat, p, _, digest in faits],
        )
        c.executemany(
            f"INSERT INTO journal ({COLONNES_DU_JOURNAL}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",  # noqa: S608
            [valeurs_du_journal(j, position, le) for j, position in journal],
        )


def _ecrire_postgres(
    base: str, faits: list[tuple[Any, ...]], journal: list[tuple[LigneJournal, int]], estampille: Instant
) -> None:
    with psycopg.connect(base) as c:
        c.execute(f"SELECT pg_advisory_xact_lock({VERROU_AJOUT})".encode())
        with c.cursor().copy(f"COPY public.stored_events {_FAITS} FROM STDIN".encode()) as copie:
            for fait in faits:
                copie.write_row(fait)
        with c.cursor().copy(f"COPY public.journal ({COLONNES_DU_JOURNAL}) FROM STDIN".encode()) as copie:
            for j, position in journal:
                copie.write_row(
                    (
                        *(
                            j.origine.value,
                            j.commande_id,
                            j.empreinte,
                            j.geste,
                            j.acteur,
                            j.agregat,
                            j.id,
                            j.ref,
                            j.version,
                        ),
                        *(list(j.topics), position, j.pilote, estampille),
                    )
                )
        derniere = faits[-1][4]
        c.execute("SELECT setval(pg_get_serial_sequence('public.stored_events', 'position'), %s)", (derniere,))
        c.execute("SELECT pg_notify(%s, %s)", (CANAL, str(derniere)))
