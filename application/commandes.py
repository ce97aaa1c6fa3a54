"""A command: what a person or the engine asks, in what name; and the receipt of what came of it."""

import re
from codecs import BOM_UTF8
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from string import whitespace
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from kernel.identifiants import SYSTEME, CleDeCommande, OrigineDeCommande, derive
from kernel.instants import Effet
from kernel.montants import MONTANT_MAX

_BLANCS: Final = whitespace.encode() + b"\0"
_ENTIER: Final = re.compile(r"[+-]?[0-9]+")


class Saisie(BaseModel):
    """Base of what people give: frozen, nothing unknown.

    Blanks around a text say nothing: they are dropped, so that a text of blanks is an empty one.
    A command is built when it is first read: a door that offers sixty does not pay for sixty.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, str_strip_whitespace=True, defer_build=True
    )


class Commande(Saisie):
    """Base of every command: infinitive, one field per thing a person gives."""


def _entier(valeur: Any) -> Any:
    """Left to itself, pydantic reads "12.0" and "1_000" as integers: for an amount, a guess."""
    if isinstance(valeur, str) and not _ENTIER.fullmatch(valeur.strip()):
        raise PydanticCustomError("int_parsing", "an integer is expected")
    return valeur


Entier = Annotated[int, BeforeValidator(_entier)]
"""A whole number, as typed."""
Montant = Annotated[Entier, Field(ge=-MONTANT_MAX, le=MONTANT_MAX)]
"""Whole euro cents, as typed."""


@dataclass(frozen=True, slots=True)
class FichierRecu:
    """The bytes of a file given with a command; in the content of the command it counts by its digest."""

    nom: str
    contenu: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.contenu).hexdigest()

    @property
    def vide(self) -> bool:
        """Tell whether it holds nothing to read: no byte, or blanks only."""
        return not self.contenu.removeprefix(BOM_UTF8).strip(_BLANCS)


Fichier = Annotated[
    FichierRecu,
    PlainSerializer(lambda fichier: fichier.sha256, return_type=str),
    WithJsonSchema({"type": "string", "format": "binary"}, mode="validation"),
]
"""A file given by the caller, compared by digest; its door reads the bytes, and describes it as bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appel:
    """In whose name, when and why a command is sent: the options common to every act.

    `le` None means now. `version` is the one the person saw: refused when it moved. `derivee`: nobody gave the id, the
    program derived it.
    """

    acteur: str | None
    commande_id: UUID
    le: Effet | None = None
    version: int | None = None
    cause: UUID | None = None
    lot: str | None = None
    pilote: str | None = None
    amorcage: bool = False
    derivee: bool = False

    @property
    def cle(self) -> CleDeCommande:
        """Return what tells the command from every other."""
        origine = OrigineDeCommande.DERIVEE if self.derivee else OrigineDeCommande.AGENT
        return CleDeCommande(
            OrigineDeCommande.MOTEUR if self.acteur == SYSTEME else origine, self.acteur or "", self.commande_id
        )

    def deriver(self, *parties: object) -> "Appel":
        """Return the envelope of one of the commands that this one sends, in the same name."""
        commande_id = derive(self.commande_id, *parties)
        return replace(self, commande_id=commande_id, cause=self.commande_id, version=None, derivee=True)

    def au_nom_de_personne(self, acteur: str) -> "Appel":
        """Return the envelope of the very first act, by which an administrateur records itself."""
        return replace(self, acteur=acteur, amorcage=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recu:
    """What a command did: the facts it recorded, or those it had recorded the first time (`deja_fait`)."""

    commande_id: UUID
    agregat: str
    id: UUID
    ref: str
    version: int
    position: int
    faits: tuple[str, ...]
    deja_fait: bool

    def en_json(self) -> dict[str, Any]:
        """Return the receipt of the outside contract."""
        return {**asdict(self), "commande_id": str(self.commande_id), "id": str(self.id), "faits": list(self.faits)}


def contenu(geste: str, commande: Commande, appel: Appel) -> str:
    """Return what the caller gave, as one text: geste, acteur, date and options, defaults excluded.

    Only an HMAC of it is ever stored: an option may be a bank account. The date of what the engine sends is not given,
    it follows from what it reacts to.
    """
    le = None if appel.acteur == SYSTEME else appel.le
    return f"{geste}\n{appel.acteur}\n{le}\n{commande.model_dump_json(exclude_defaults=True)}"
