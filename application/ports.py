"""What the application asks of the outside: one protocol per adapter."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Final, Literal, NamedTuple, Protocol
from uuid import UUID

from kernel.identifiants import CleDeCommande, OrigineDeCommande
from kernel.instants import Instant


class EvenementStocke(NamedTuple):
    """The library's stored event, with what the store knew when it recorded it; a plain row: a stream has hundreds."""

    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes
    position: int
    enregistre_le: Instant


class LigneJournal(NamedTuple):
    """The journal row of one command, written in the transaction of its facts (also when it had none)."""

    origine: OrigineDeCommande
    commande_id: UUID
    empreinte: str
    geste: str
    acteur: str
    agregat: str
    id: UUID
    ref: str
    version: int
    topics: tuple[str, ...] = ()
    position: int = 0
    pilote: str | None = None
    enregistre_le: Instant | None = None

    @property
    def cle(self) -> CleDeCommande:
        """Return what tells the command from every other."""
        return CleDeCommande(self.origine, self.acteur, self.commande_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TentativeRefusee:
    """A refused attempt: no fact, no receipt; codes and ids only, never what a person typed."""

    commande_id: UUID
    geste: str
    acteur: str | None
    agregat: str
    id: UUID | None
    code: str


@dataclass(frozen=True, slots=True)
class RefusNote:
    """A refused attempt, as its journal keeps it."""

    rang: int
    geste: str
    acteur: str | None
    agregat: str
    id: UUID | None
    code: str
    enregistre_le: Instant


GenreDeConstat = Literal[
    "garde_absente",
    "fait_change",
    "fait_ajoute",
    "fait_manquant",
    "version_manquante",
    "fait_sans_recu",
    "recu_sans_fait",
    "recu_manquant",
    "index_abime",
    "ancre_differente",
    "fait_illisible",
    "entete_differente",
    "habilitation_absente",
    "liquide_au_dela_du_vote",
    "vote_different",
    "coordonnees_non_validees",
    "coordonnees_d_un_autre",
    "ligne_differente",
    "total_different",
]
"""What a verification can find; docs/exploitation.md says what each means, and what to do."""


class Constat:
    """Something that should not be in a store: its kind, one French sentence, and where."""

    def __init__(self, genre: GenreDeConstat, phrase: str, **champs: Any) -> None:
        self.genre, self.phrase, self.champs = genre, phrase, champs

    def en_json(self) -> dict[str, Any]:
        """Return it as documents show it."""
        return {"genre": self.genre, "phrase": self.phrase, **self.champs}


class Enregistreur(Protocol):
    """What the engine asks of its recorder besides the library's own methods.

    `insert_events(stored_events, journal=LigneJournal)` writes the facts and the journal row in one transaction, stamps
    both with `enregistre_le` under the append lock, and fails with IntegrityError when version or command exists,
    with HorlogeSuspecte when its clock does not agree with what was last recorded.
    """

    def lire_journal(self, cle: CleDeCommande) -> LigneJournal | None: ...
    def noter_refus(self, tentative: TentativeRefusee) -> None: ...
    def maintenant(self) -> Instant:
        """Return the store's clock: the database server's, the host's (SQLite), or the rehearsal's own."""

    saut_maximal: timedelta
    """How far after the last recording this clock is believed."""

    def tete_le(self) -> Instant | None:
        """Return when something was last recorded, None when nothing was."""

    def est_repetition(self) -> bool: ...
    def regler_horloge(self, instant: Instant) -> None:
        """Set the clock of a rehearsal store; refused on a real one (the clock never goes back)."""

    def derniere_position(self) -> int: ...
    def lire_depuis(self, position: int, limite: int) -> Sequence[EvenementStocke]:
        """Return the facts of the whole store after a position, in recording order."""

    def verrou(self, agregat_id: UUID) -> AbstractContextManager[None]:
        """Hold one hot stream, across processes, from before it is loaded until its facts are stored."""

    def compter_par_pilote(self) -> Mapping[str, int]: ...
    def compter_refus(self) -> Mapping[str, int]:
        """Return how many attempts were refused, by code, by whatever door."""

    def lire_refus(self, *, acteur: str = "", code: str = "", apres: int = 0, limite: int) -> Sequence[RefusNote]:
        """Return the attempts refused to an agent, for a reason, the last first, from before the rank `apres`."""

    def attendre(self, position: int, delai_s: float) -> bool:
        """Block until the store has a fact after `position` (True) or the delay passes (False)."""

    def ids_par_topic(self, topic: str, citant: str = "") -> Sequence[UUID]:
        """Return the aggregates that have a fact of that topic, in recording order; `citant`: where that id is written."""

    def lire_flux_par_flux(self, jusqu_a: int | None = None) -> Iterator[tuple[UUID, Sequence[EvenementStocke]]]:
        """Yield every stream, whole up to that position (by default the last one): what a rebuild folds once."""

    def lire_ces_flux(self, ids: Sequence[UUID]) -> Sequence[EvenementStocke]:
        """Return these streams, whole, each in its order: one question for all of them."""

    def curseur(self, nom: str) -> int:
        """Return a named position (a lane of the relay); 0 when it was never set."""

    def avancer_curseur(self, nom: str, position: int) -> None: ...
    def prendre_bail(self, nom: str, porteur: str, secondes: float) -> bool:
        """Take or renew a named lease; False when another holds it."""

    def bail_vivant(self, nom: str) -> bool: ...


Retrait = Callable[[], None]
"""Takes back what was just kept, unless somebody kept the same since."""


REPOS_S: Final = 24 * 3600
"""What a command under way may still name: nothing kept or touched more lately is ever swept."""


class TexteAltere(Exception):
    """A text of the coffre was changed, or moved to another id or subject."""


class Coffre(Protocol):
    """Personal data and typed texts, encrypted under one key per subject (a person or a dossier)."""

    def ranger(self, texte_id: UUID, sujet: UUID, texte: str) -> Retrait | None:
        """Keep a text under an id; the same id again is silent. Return how to take it back, None when it was there."""

    def lire(self, texte_id: UUID) -> str | None:
        """Return the text, None when it is unknown or its key was destroyed."""

    def sujet(self, texte_id: UUID) -> UUID | None:
        """Return whose text it is, None when it is unknown."""

    def empreinte(self, valeur: str) -> str:
        """Return an HMAC of a value: it tells equality without telling the value."""

    def detruire_cle(self, sujet: UUID) -> bool:
        """Forget a subject for good; False when there was nothing to forget."""

    def lisibles(self, sujets: Collection[UUID]) -> set[UUID]:
        """Return those of these subjects whose key is there."""

    def textes(self) -> Iterable[UUID]:
        """Return the id of every text."""

    def purger(self, textes: Collection[UUID], connu_s: int) -> int:
        """Remove those of these texts that are old, and no younger than the last known fact; return how many."""

    def cle_du_site(self, sujet: UUID, *, nouvelle: bool) -> bytes:
        """Return the key of what the site keeps of a subject, made when it has none (`nouvelle`)."""


class Fichiers(Protocol):
    """Pièces, encrypted: the same bytes are kept once for one dossier, under their SHA-256."""

    def ranger(self, sujet: UUID, contenu: bytes) -> Retrait | None:
        """Keep the bytes of a dossier durably. Return how to take them back, None when they were there."""

    def lire(self, sujet: UUID, empreinte: str) -> bytes: ...
    def lire_par_blocs(self, sujet: UUID, empreinte: str) -> Iterator[bytes]:
        """Yield the bytes by blocks, each once it is known to be right."""

    def chiffrer_les_anciennes(self, nommees: Mapping[str, Collection[UUID]]) -> int:
        """Encrypt what a former version kept in clear, by digest and dossiers that name it; return how many."""

    def purger(self, nommees: Mapping[str, Collection[UUID]], connu_ns: int) -> int:
        """Remove what no fact names, once it is old, and no younger than the last known fact; return how many."""

    def noter_oubli(self, sujet: UUID) -> None:
        """Keep for good, away from the store and the coffre, that a subject was forgotten: an older copy does not know."""

    def oublies(self) -> set[UUID]:
        """Return every subject ever noted."""


class Enregistrement(Protocol):
    """One record of a file, as a reader gives it."""

    @property
    def ligne(self) -> int: ...
    @property
    def cellules(self) -> tuple[str, ...]: ...
    @property
    def defaut(self) -> str | None: ...


class Tableau(Protocol):
    """A file opened for one reading."""

    @property
    def colonnes(self) -> tuple[str, ...]: ...
    @property
    def empreinte(self) -> str: ...
    @property
    def enregistrements(self) -> Iterator[Enregistrement]: ...


class EcartScdl(Protocol):
    """One thing that keeps a file from being SCDL: `ligne` counts from 1, the header being the first."""

    @property
    def ligne(self) -> int: ...
    @property
    def colonne(self) -> str | None: ...
    @property
    def message(self) -> str: ...


class Echanges(Protocol):
    """Files taken from people and given to them: plain ones, never a store's."""

    def lire(self, chemin: Path, taille_max: int) -> bytes:
        """Return the bytes of a file, one more than `taille_max` at most."""

    def lire_joint(self, depot: Path, nom: Path, taille_max: int) -> bytes:
        """Return likewise those of a file that another one names, and that stands beside it."""

    def ouvrir_tableau(
        self, chemin: Path, *, feuille: int | str = 1, progression: Callable[[int, float], None] | None = None
    ) -> AbstractContextManager[Tableau]:
        """Open a CSV, ODS or XLSX file; `progression` is told the records read and the part of the file they are."""

    def ecrire(
        self,
        chemin: Path,
        marque: re.Pattern[str],
        *,
        remplacer: bool = False,
        jamais: Iterable[Path] = (),
        secret: bool = False,
    ) -> AbstractContextManager[IO[str]]:
        """Write a text that takes its place at the end, or leaves what was there.

        What is there is replaced when it bears `marque`, which tells what an export of the same kind writes, or when
        it is asked (`remplacer`); never one of `jamais`. `secret`: for its owner only.
        """

    def ecrire_octets(self, chemin: Path, contenu: bytes) -> None:
        """Write a document where there is no file yet."""

    def controler_scdl(self, chemin: Path) -> Sequence[EcartScdl]:
        """Return everything that keeps a file from being SCDL subventions 2.1.1."""


class Mesures(Protocol):
    """Where what a command cost is told; codes and durations only."""

    def commande(self, geste: str, secondes: float) -> None:
        """Tell how long a command took, done or refused."""


class SansMesure:
    """Implements `Mesures` where nobody looks: the command line, the tests."""

    def commande(self, geste: str, secondes: float) -> None:
        """Forget it."""


class Outils(NamedTuple):
    """What makes a document beside its data: digests of its template and of its fonts, version of the tool."""

    modele: str
    typst: str
    polices: str


class Editeur(Protocol):
    """What makes the PDF of a document; the same data, instant and tools give the same bytes."""

    def outils(self, modele: str) -> Outils: ...
    def composer(self, modele: str, donnees: Mapping[str, Any], le: Instant, *, projet: bool = False) -> bytes:
        """Return the document; a `projet` says on its every page that it was not sent."""


class AdresseRefusee(Exception):
    """A mail server refused a message for good, with this code: sending it again would be refused again."""

    def __init__(self, code: int) -> None:
        super().__init__(f"refused with code {code}")
        self.code = code


class CourrierIndisponible(Exception):
    """The mail server cannot be reached, or asks to try later: the same message is sent again."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message with one document. Its `identite` makes its Message-ID: the same one is the same message."""

    identite: UUID
    le: Instant
    a: str
    reponse_a: str | None
    sujet: str
    corps: str
    nom: str
    contenu: bytes


class Courrier(Protocol):
    """The mail server of the institution."""

    def envoyer(self, message: Message) -> None:
        """Hand it a message, or raise AdresseRefusee or CourrierIndisponible."""
