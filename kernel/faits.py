"""Facts: what happened, in one frozen class each, with its name, its data, its effect and its sentence.

A `Fait` is the payload; its `Entete` says when, by whom and because of what; an `Inscription` is what the store keeps.
"""

import re
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Final, Generic, NamedTuple, Protocol, Self, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from kernel.identifiants import ESPACE, CleDeCommande, OrigineDeCommande, derive
from kernel.instants import Effet, Instant, debut_de
from kernel.refus import DejaFait

A_contra = TypeVar("A_contra", contravariant=True)

EffetStocke = Annotated[AwareDatetime | date, Field(union_mode="left_to_right")]
"""A civil date stays a date through JSON: a text without time is never an aware datetime."""


def _id_de_texte(valeur: object) -> object:
    try:
        return UUID(valeur) if isinstance(valeur, str) else valeur
    except ValueError:
        return derive(ESPACE, "texte en clair", valeur)


IdDeTexte = Annotated[UUID, BeforeValidator(_id_de_texte)]
"""The id of a typed text, which the coffre keeps. Facts of before 1.0 held some in clear: they are read as forgotten ones."""


class Immuable(BaseModel):
    """A fact, or a value of one: frozen; unknown keys are ignored at load, so that an older program reads a newer one.

    A class is built for reading when the first of its kind is read: a command reads ten of them, not two hundred.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Noms(Protocol):
    """Turns the ids of a fact into words; a forgotten person is still a sentence."""

    def agent(self, identifiant: str) -> str: ...
    def texte(self, identifiant: UUID | None) -> str: ...
    def compte(self, identifiant: UUID) -> str: ...
    def piece(self, code: str) -> str: ...
    def critere(self, code: str) -> str: ...
    def service(self, code: str) -> str: ...
    def role(self, code: str) -> str: ...
    def refus(self, code: str) -> str: ...
    def reglement(self, reference: str) -> str: ...
    def tiers(self, identifiant: UUID | None) -> str: ...
    def dossier(self, identifiant: UUID) -> str: ...


class Fait(Immuable, Generic[A_contra]):
    """What happened to one aggregate. Past participle, frozen topic, shape only: values are checked in decisions.

    `topic` is the stored name ("dossier.declare_complet.v1"): it outlives every rename of the class.
    `reveille=False` promises that the fact cannot change an attente, and costs Temporal nothing (property-tested).
    """

    topic: ClassVar[str] = ""
    reveille: ClassVar[bool] = True

    def __class_getitem__(cls, _: Any) -> type[Self]:  # the aggregate is a word for mypy, not a pydantic parameter
        return cls

    def __init_subclass__(cls, *, topic: str = "", reveille: bool = True, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.topic, cls.reveille = topic, reveille
        if topic:
            if topic in _FAITS:
                raise TypeError(f"topic {topic} is already that of {_FAITS[topic].__qualname__}")
            _FAITS[topic] = cls

    @classmethod
    def deja(cls, message: str, **champs: Any) -> DejaFait:
        """Return the refusal of a decision that this fact already took, with another content."""
        return DejaFait(message, fait=cls.topic, **champs)

    @abstractmethod
    def appliquer(self, agregat: A_contra, entete: "Entete") -> None:
        """Set fields of the aggregate: no rule, no clock, no refusal."""

    @abstractmethod
    def phrase(self, noms: Noms) -> str:
        """Return one French sentence for people."""

    def a_la_date(self, le: Effet) -> Self:
        """Return what it says once its date is known to have been that one: an échéance it holds moves with it."""
        return self


class DateCorrigee(Fait[Any]):
    """The date of a fact of the same stream, which its entête names (`corrige`), was wrong: the fold reads it at this one.

    Unlike any other correction it replaces nothing: the fact keeps its place, and what it says is reckoned again from that date.
    """

    au: EffetStocke

    def appliquer(self, agregat: Any, entete: "Entete") -> None:
        """Set nothing: the fold did."""


class _Faits(Mapping[str, type[Fait[Any]]]):
    """The facts by topic; a kind of aggregate is imported when one of its topics is first met, all of them to list."""

    def __getitem__(self, topic: str) -> type[Fait[Any]]:
        if topic not in _FAITS and (importer := _A_IMPORTER.get(topic.partition(".")[0])):
            importer()  # again and again for an unknown topic: another thread may be importing that kind just now
        return _FAITS[topic]

    def __iter__(self) -> Iterator[str]:
        for importer in _A_IMPORTER.values():
            importer()
        return iter(_FAITS)

    def __len__(self) -> int:
        return len(list(iter(self)))


_FAITS: dict[str, type[Fait[Any]]] = {}
_A_IMPORTER: dict[str, Callable[[], object]] = {}
FAITS: Mapping[str, type[Fait[Any]]] = _Faits()
"""Every topic of the aggregates imported, or that can be (`importer_au_besoin`), with its class."""


def importer_au_besoin(espece: str, importer: Callable[[], object]) -> None:
    """Say what imports the facts whose topics begin with the name of that kind of aggregate."""
    _A_IMPORTER[espece] = importer


_EN_SUPPLEANCE: Final = re.compile(r".+ \(supplée (?P<absent>.+)\)")


def en_suppleance(role: str, absent: str) -> str:
    """Return the habilitation of who holds a role in the place of an absent agent."""
    return f"{role} (supplée {absent})"


def auteurs(acteur: str, habilitation: str | None) -> tuple[str, ...]:
    """Return who counts as having acted: the person acting and, when it was in another's place, that other."""
    supplee = _EN_SUPPLEANCE.fullmatch(habilitation or "")
    return (acteur, supplee["absent"]) if supplee else (acteur,)


@dataclass(frozen=True, kw_only=True)
class Entete:
    """Who, when, why: stamped by the aggregate from the `Contexte` of the command, never typed by a decision.

    A plain dataclass: one is made for every fact read, and a model would weigh as much again as what it holds.
    """

    agregat: str
    id: UUID
    version: int
    acteur: str
    habilitation: str | None = None
    commande_id: UUID
    cause: UUID | None = None
    lot: str | None = None
    pilote: str | None = None
    effectif_le: EffetStocke
    corrige: int | None = None

    @property
    def auteurs(self) -> tuple[str, ...]:
        """Return who counts as having acted."""
        return auteurs(self.acteur, self.habilitation)


ENTETE = TypeAdapter(Entete)
"""Its form in JSON: what the store keeps of it, and what other systems are told."""


class Jalon(NamedTuple):
    """By which fact (its version), and since when, something is true."""

    version: int
    depuis: Instant

    @classmethod
    def de(cls, entete: Entete) -> "Jalon":
        """Return the mark of a fact."""
        return cls(entete.version, debut_de(entete.effectif_le))


class Inscription(NamedTuple):
    """A fact as the store keeps it; `position` and `enregistre_le` are given by the store when it is recorded."""

    entete: Entete
    fait: Fait[Any]
    position: int | None = None
    enregistre_le: Instant | None = None

    @property
    def originator_id(self) -> UUID:
        return self.entete.id

    @property
    def originator_version(self) -> int:
        return self.entete.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexte:
    """Where a command comes from: what the aggregate stamps on the facts it records.

    `acteur` is an agent id or SYSTEME; `habilitation` the role used; `cause` the command that caused this one;
    `pilote` who drove an automatisme (workflow, filet, cli), None for a geste; `maintenant` the instant of the command;
    `date_donnee` tells that a person gave `effectif_le`, which is then part of what is decided.
    """

    acteur: str
    commande_id: UUID
    origine: OrigineDeCommande = OrigineDeCommande.AGENT
    effectif_le: Effet
    maintenant: Instant
    date_donnee: bool = False
    habilitation: str | None = None
    cause: UUID | None = None
    lot: str | None = None
    pilote: str | None = None
    version_vue: int | None = None

    @property
    def auteurs(self) -> tuple[str, ...]:
        """Return who counts as acting."""
        return auteurs(self.acteur, self.habilitation)

    @property
    def cle(self) -> CleDeCommande:
        """Return what tells the command from every other."""
        return CleDeCommande(self.origine, self.acteur, self.commande_id)
