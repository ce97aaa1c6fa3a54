"""Readings that both engines do alike, and the SQL of them: each engine says how it runs an order and reads a row."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent

from adapters.store.adresse import StoreReel
from adapters.store.commun import LecturesCommunes, NotificationDatee
from application.ports import EvenementStocke, LigneJournal, RefusNote
from kernel.horloges import SAUT_MAXIMAL
from kernel.identifiants import CleDeCommande, OrigineDeCommande
from kernel.instants import Instant

_FAIT = "originator_version, topic, state, position, enregistre_le"
EVENEMENT = f"originator_id, {_FAIT}"
COLONNES_DU_JOURNAL = (
    "origine, commande_id, empreinte, geste, acteur, agregat, agregat_id, ref, version, topics, position, pilote,"
    " enregistre_le"
)

RETROUVES = (
    "agent.absence_declaree.v1",
    "agent.enregistre.v1",
    "agent.oubli_decide.v1",
    "agent.rattache.v1",
    "bordereau.ouvert.v1",
    "bordereau.signe.v1",
    "campagne.ouverte.v1",
    "deliberation.preparee.v1",
    "dossier.affecte.v1",
    "dossier.oubli_decide.v1",
    "dossier.propose.v1",
    "dossier.repris.v1",
    "subvention.ouverte.v1",
    "subvention.paiement_constate.v1",
    "subvention.reprise.v1",
    "tiers.coordonnees_declarees.v1",
    "tiers.enregistre.v1",
    "tiers.oubli_decide.v1",
)
"""Topics by which aggregates are looked for: their facts alone are in the index, any other writes a page less. To change
them is to change the schema."""
SONT_RETROUVES = "({})".format(" OR ".join(f"topic='{topic}'" for topic in RETROUVES))
"""What the index says of its facts; a statement must say it too for the index to serve. Of a list, SQLite would make a
table at each fact written: a quarter of its insertion."""


class Ordres:
    """The SQL that both engines speak alike, but for three words of theirs.

    Args:
        p: How a parameter is written.
        contient: The place of some bytes in those of a fact, 0 when they are not there.
        s: What stands before a table.
    """

    def __init__(self, p: str, contient: str, s: str = "") -> None:
        self.p = p
        faits = f"{s}stored_events"
        self.flux = f"SELECT {_FAIT} FROM {faits} WHERE originator_id={p}"  # noqa: S608 - constants only, here and below
        self.log = f"SELECT {EVENEMENT} FROM {faits} WHERE position>{p}"  # noqa: S608
        self.page = (
            f"SELECT {EVENEMENT} FROM {faits}"  # noqa: S608
            f" WHERE (originator_id, originator_version) > ({p}, {p}) AND position<={p}"
            f" ORDER BY originator_id, originator_version LIMIT {p}"
        )
        self.par_topic = f"SELECT originator_id FROM {faits} WHERE topic={p}"  # noqa: S608
        self.citant = f" AND {contient}>0"
        self.tete = f"SELECT coalesce(max(position), 0) FROM {faits}"  # noqa: S608
        self.journal = (
            f"SELECT {COLONNES_DU_JOURNAL} FROM {s}journal WHERE commande_id={p} AND acteur={p} AND origine={p}"  # noqa: S608
        )
        self.par_pilote = f"SELECT pilote, count(*) FROM {s}journal WHERE pilote IS NOT NULL GROUP BY pilote"  # noqa: S608
        self.refus = f"SELECT code, count(*) FROM {s}refus GROUP BY code"  # noqa: S608
        self.refuses = f"SELECT rang, geste, acteur, agregat, agregat_id, code, enregistre_le FROM {s}refus"  # noqa: S608
        self.repetition = f"SELECT 1 FROM {s}parametres WHERE cle='horloge'"  # noqa: S608
        self.curseur = f"SELECT position FROM {s}curseurs WHERE nom={p}"  # noqa: S608


class LecturesSql(LecturesCommunes):
    """Readings of facts, journal and positions, over four primitives."""

    ordres: Ordres
    saut_maximal: timedelta = SAUT_MAXIMAL
    _repetition: bool | None = None

    @abstractmethod
    def _lignes(self, requete: str, *params: Any) -> list[tuple[Any, ...]]:
        """Run one statement, its own transaction, and return its rows."""

    @abstractmethod
    def _cle(self, identifiant: UUID | str) -> Any:
        """Return an id as the engine compares it."""

    @abstractmethod
    def _flux(self, identifiant: UUID | str, lignes: Sequence[tuple[Any, ...]]) -> list[EvenementStocke]:
        """Return facts of one stream, from their rows."""

    @abstractmethod
    def _evenements(self, lignes: Sequence[tuple[Any, ...]]) -> list[EvenementStocke]:
        """Return facts of any stream, from their rows."""

    # facts

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return the facts of one stream."""
        p, requete, params = self.ordres.p, self.ordres.flux, [self._cle(originator_id)]
        if gt is not None:
            requete += f" AND originator_version>{p}"
            params.append(gt)
        if lte is not None:
            requete += f" AND originator_version<={p}"
            params.append(lte)
        requete += " ORDER BY originator_version DESC" if desc else " ORDER BY originator_version"
        if limit is not None:
            requete += f" LIMIT {p}"
            params.append(limit)
        return cast(Sequence[StoredEvent], self._flux(originator_id, self._lignes(requete, *params)))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return the facts of the store between two positions, as the library's notifications."""
        p, requete = self.ordres.p, self.ordres.log
        params: list[Any] = [(start or 0) - 1 if inclusive_of_start else (start or 0)]
        if stop is not None:
            requete += f" AND position<={p}"
            params.append(stop)
        if topics:
            requete += f" AND topic IN ({', '.join([p] * len(topics))})"
            params.extend(topics)
        lignes = self._lignes(f"{requete} ORDER BY position LIMIT {p}", *params, limit)
        return [
            NotificationDatee(e.originator_id, e.originator_version, e.topic, e.state, e.position, e.enregistre_le)
            for e in self._evenements(lignes)
        ]

    def lire_depuis(self, position: int, limite: int) -> Sequence[EvenementStocke]:
        """Return the facts of the whole store after a position, in recording order."""
        requete = f"{self.ordres.log} ORDER BY position LIMIT {self.ordres.p}"
        return self._evenements(self._lignes(requete, position, limite))

    def page_de_flux(self, apres: tuple[UUID, int] | None, jusqu_a: int, limite: int) -> Sequence[EvenementStocke]:
        """Return the next facts in the order (stream, version), none of them after the position `jusqu_a`."""
        identifiant, version = apres or (UUID(int=0), 0)
        return self._evenements(self._lignes(self.ordres.page, self._cle(identifiant), version, jusqu_a, limite))

    def ids_par_topic(self, topic: str, citant: str = "") -> Sequence[UUID]:
        """Return the aggregates that have a fact of that topic, where that text is written, in recording order.

        Every fact of the store is read for a topic that is not in the index.
        """
        requete, params = self.ordres.par_topic, (topic, citant.encode()) if citant else (topic,)
        requete += f" AND {SONT_RETROUVES}" if topic in RETROUVES else ""
        requete += self.ordres.citant if citant else ""
        lus = dict.fromkeys(ligne[0] for ligne in self._lignes(f"{requete} ORDER BY position", *params))
        return [lu if isinstance(lu, UUID) else UUID(lu) for lu in lus]

    def derniere_position(self) -> int:
        """Return the last position, 0 when the store is empty."""
        return cast(int, self._lignes(self.ordres.tete)[0][0])

    # journal

    def lire_journal(self, cle: CleDeCommande) -> LigneJournal | None:
        """Return the journal row of a command, None when it was never done."""
        lignes = self._lignes(self.ordres.journal, self._cle(cle.commande_id), cle.acteur, cle.origine.value)
        return self._recu(lignes[0]) if lignes else None

    def _recu(self, ligne: tuple[Any, ...]) -> LigneJournal:
        origine, commande_id, empreinte, geste, acteur, agregat, agregat_id, ref, *fin = ligne
        version, topics, position, pilote, le = fin
        return LigneJournal(
            origine=OrigineDeCommande(origine),
            commande_id=commande_id,
            empreinte=empreinte,
            geste=geste,
            acteur=acteur,
            agregat=agregat,
            id=agregat_id,
            ref=ref,
            version=version,
            topics=tuple(topics),
            position=position,
            pilote=pilote,
            enregistre_le=le,
        )

    def compter_par_pilote(self) -> Mapping[str, int]:
        """Return how many commands each driver of automatismes did."""
        return {pilote: nombre for pilote, nombre in self._lignes(self.ordres.par_pilote)}  # noqa: C416 - rows, not pairs

    def compter_refus(self) -> Mapping[str, int]:
        """Return how many attempts were refused, by code."""
        return {code: nombre for code, nombre in self._lignes(self.ordres.refus)}  # noqa: C416 - as above

    def lire_refus(self, *, acteur: str = "", code: str = "", apres: int = 0, limite: int) -> Sequence[RefusNote]:
        """Return the attempts refused to an agent, for a reason, the last first, from before the rank `apres`."""
        p = self.ordres.p
        voulus = {f"acteur={p}": acteur, f"code={p}": code, f"rang<{p}": apres}
        conditions = " AND ".join(condition for condition, valeur in voulus.items() if valeur)
        requete = f"{self.ordres.refuses} WHERE {conditions}" if conditions else self.ordres.refuses
        lignes = self._lignes(f"{requete} ORDER BY rang DESC LIMIT {p}", *filter(None, voulus.values()), limite)
        return [
            RefusNote(rang, geste, qui, agregat, lequel and UUID(str(lequel)), pourquoi, _instant(le))
            for rang, geste, qui, agregat, lequel, pourquoi, le in lignes
        ]

    # clock and positions

    def est_repetition(self) -> bool:
        """Tell whether the store was made a rehearsal; it never changes, so it is read once."""
        if self._repetition is None:
            self._repetition = bool(self._lignes(self.ordres.repetition))
        return self._repetition

    def exiger_repetition(self) -> None:
        """Let a rehearsal pass, or refuse with StoreReel."""
        if not self.est_repetition():
            raise StoreReel("Cette base est réelle : son horloge ne se règle pas.")

    def curseur(self, nom: str) -> int:
        """Return a named position, 0 when it was never set."""
        lignes = self._lignes(self.ordres.curseur, nom)
        return lignes[0][0] if lignes else 0


def _instant(lu: Any) -> Instant:
    """Return an instant as either engine gives it."""
    return datetime.fromisoformat(lu) if isinstance(lu, str) else cast(Instant, lu)
