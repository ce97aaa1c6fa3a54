"""What a téléservice says of its requests, whatever its language; and what is kept of how far it was read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from kernel.instants import Instant, rfc3339
from kernel.refus import Empechement, Refus
from kernel.textes import compte

DECIDES: Final = {"accepte": "accepté", "refuse": "refusé", "sans_suite": "classé sans suite"}
"""What is decided there, in its words and in ours."""


class TeleserviceInjoignable(Empechement, code="teleservice_injoignable"):
    """It does not answer, or not as it should: nothing is lost, the next pass goes on from there."""


class TeleserviceRefuse(Refus, code="teleservice_refuse"):
    """It answers that we may not: the token, or the number of the démarche."""


class FichierRefuse(Exception):
    """A file that cannot be taken as it is; its text is a French sentence."""


@dataclass(frozen=True, slots=True)
class FichierDistant:
    """A file of an answer: where it is, and what it should be. `md5` is in base 64, as object stores say it."""

    nom: str
    url: str = field(repr=False)
    octets: int
    md5: str
    cree_le: Instant


@dataclass(frozen=True, slots=True)
class ChampDistant:
    """One answer. `texte` is what was answered, whatever its type; `codes` is there when it was chosen in a list."""

    id: str
    libelle: str
    texte: str
    codes: tuple[str, ...] = ()
    fichiers: tuple[FichierDistant, ...] = ()
    rangees: tuple[tuple["ChampDistant", ...], ...] = ()

    @property
    def vide(self) -> bool:
        """Tell whether nothing was answered; « non » to a box is nothing."""
        return not (self.texte.strip() not in {"", "non"} or self.codes or self.fichiers or self.rangees)


@dataclass(frozen=True, slots=True)
class DossierDistant:
    """A request as its téléservice has it now."""

    numero: int
    etat: str
    depose_le: Instant
    modifie_le: Instant
    siret: str | None
    denomination: str | None
    courriel: str | None
    champs: tuple[ChampDistant, ...]
    rna: str | None = None
    messages: int = 0


@dataclass(frozen=True, slots=True)
class DossierIllisible:
    """A request that the téléservice could not say, or that we cannot read; the number when it is known."""

    numero: int | None
    motif: str


@dataclass(frozen=True, slots=True)
class DossierSupprime:
    """A request that is no longer there."""

    numero: int
    le: Instant
    raison: str


@dataclass(frozen=True, slots=True)
class PageDeDossiers:
    """Some requests, and where the next page begins; None after the last."""

    dossiers: Sequence[DossierDistant | DossierIllisible]
    suite: str | None


@dataclass(frozen=True, slots=True)
class PageDeSuppressions:
    """Some deletions, and where the next page begins; None after the last."""

    suppressions: Sequence[DossierSupprime | DossierIllisible]
    suite: str | None


class Teleservice(Protocol):
    """Where requests are read. Each may raise TeleserviceInjoignable or refuse with TeleserviceRefuse."""

    def page(self, demarche: int, depuis: Instant | None, apres: str | None) -> PageDeDossiers:
        """Return the requests of a démarche changed since an instant, all of them without one."""

    def supprimes(
        self, demarche: int, depuis: Instant | None, apres: str | None, *, definitifs: bool
    ) -> PageDeSuppressions:
        """Return what was deleted since an instant: for good, or waiting to be."""

    def dossier(self, numero: int) -> DossierDistant | DossierIllisible:
        """Return one request."""

    def telecharger(self, fichier: FichierDistant, taille_max: int) -> bytes:
        """Return the bytes of a file, checked, or raise FichierRefuse."""


@dataclass(frozen=True, slots=True)
class RejetDeChamp:
    """An answer that was not taken, and why; without a label when it is the whole request. Shown, `valeur` is never kept."""

    champ: str | None
    libelle: str | None
    motif: str
    valeur: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repere:
    """How far a démarche was read: a projection of the téléservice, which one may lose.

    `apres` is the page to go on with, None between two passes; `vu_jusqu_a` the last change seen in the pass under way.
    """

    demarche: int
    depuis: Instant | None = None
    apres: str | None = None
    vu_jusqu_a: Instant | None = None
    supprimes_depuis: Instant | None = None
    incomplete: bool = False
    """Something of the pass under way could not be read: the next one begins where this one did."""
    finie_le: Instant | None = None
    panne: str | None = None
    """Why the last pass stopped before its end."""

    def en_json(self, rejetes: int, suites: "Suites") -> dict[str, Any]:
        """Return the document of the contract, with how many requests were not wholly taken, and what is not taken of any."""
        return {
            "demarche": self.demarche,
            "finie_le": None if self.finie_le is None else rfc3339(self.finie_le),
            "lue_jusqu_au": None if self.depuis is None else rfc3339(self.depuis),
            "panne": self.panne,
            "rejetes": rejetes,
            "decisions": dict(suites.decisions),
            "messages": suites.messages,
        }


@dataclass(frozen=True, slots=True)
class SuiviDistant:
    """What is known of a remote request since it was last read."""

    numero: int
    modifie_le: Instant
    ref: str | None
    """Its number here; None when it could not be filed."""
    a_relire: bool = False
    rejets: tuple[RejetDeChamp, ...] = ()


@dataclass(frozen=True, slots=True)
class Suites:
    """What happened there beside the requests, and is not taken: how many were decided, by état, and how many messages they have."""

    decisions: Mapping[str, int]
    messages: int


def suites_dites(decisions: Mapping[str, int], messages: int) -> str:
    """Return them in French; blank when there is none."""
    connues = ((combien, DECIDES.get(etat, etat)) for etat, combien in decisions.items())
    dits = [compte(combien, mot, mot.replace("é", "és", 1)) for combien, mot in connues]
    return ", ".join(dits + ([compte(messages, "message")] if messages else []))


class Reperes(Protocol):
    """Where the above is kept, durably before the call returns."""

    def maintenant(self) -> Instant: ...
    def lire(self, demarche: int) -> Repere: ...
    def noter(self, repere: Repere) -> None: ...
    def tous(self) -> Sequence[Repere]:
        """Return every démarche ever read."""

    def vu(self, demarche: int, numero: int) -> SuiviDistant | None: ...
    def voir(self, demarche: int, vu: SuiviDistant) -> None: ...
    def a_relire(self, demarche: int, apres: int, limite: int) -> Sequence[SuiviDistant]:
        """Return the requests that were not wholly taken, by number, after one."""

    def rejetes(self, demarche: int, limite: int) -> Sequence[SuiviDistant]:
        """Return the requests something of which was not taken, by number."""

    def compter_rejets(self, demarche: int) -> int: ...
    def noter_suite(self, demarche: int, numero: int, decision: str | None, messages: int) -> None:
        """Keep what a request became there; None while nobody decided it."""

    def suites(self, demarche: int) -> Suites: ...
