"""Facts to JSON bytes and back: `{"entete": {…}, "fait": {…}}`, written and parsed by pydantic itself."""

import json
from collections.abc import Callable, Sequence
from typing import Any, cast
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    JSONTranscoder,
    Mapper,
    MapperDeserialisationError,
    Notification,
    StoredEvent,
    Transcoder,
)
from pydantic import ValidationError
from pydantic_core import SchemaValidator
from pydantic_core.core_schema import typed_dict_field, typed_dict_schema

from application.ports import EvenementStocke
from kernel.faits import ENTETE, FAITS, Fait, Inscription

Ascension = tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]
"""The topic that replaced an old one, and what turns the old fact into the new."""

ASCENSIONS: dict[str, Ascension] = {}
"""Old topic → its successor. A topic enters here the day its class leaves the code, and never leaves."""

Lecteur = Callable[[bytes], Any]
"""From the bytes of a fact to `{"entete": Entete, "fait": Fait}`, its shape checked."""

_entete_en_json = ENTETE.serializer.to_json


class FaitIllisible(MapperDeserialisationError):
    """A stored fact this program cannot read: its topic is unknown, or its content has not the shape of its topic."""


class MapperFaits(Mapper[UUID]):
    """Replaces the library's mapper: no `vars()`, no module paths in the store, one parse per fact."""

    def __init__(self, transcoder: Transcoder | None = None, compressor: None = None, cipher: None = None) -> None:
        super().__init__(transcoder or JSONTranscoder(), compressor, cipher)
        self._lecteurs = Lecteurs()

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """Write an `Inscription`; its position and recording instant are the store's to give."""
        entete, fait, _, _ = cast(Inscription, domain_event)
        entete_json = _entete_en_json(entete, exclude_none=True)
        fait_json = fait.__pydantic_serializer__.to_json(fait)
        return StoredEvent(entete.id, entete.version, fait.topic, b'{"entete":%b,"fait":%b}' % (entete_json, fait_json))

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """Read an `Inscription`, with what the store knew when it recorded it."""
        topic = stored_event.topic
        try:
            lu = self._lecteurs[topic](stored_event.state)
        except (ValidationError, FaitIllisible) as erreur:
            raise FaitIllisible(
                f"fact {topic} of {stored_event.originator_id}, version {stored_event.originator_version}: {erreur}"
            ) from erreur
        position = (
            stored_event.id if isinstance(stored_event, Notification) else getattr(stored_event, "position", None)
        )
        return Inscription(lu["entete"], lu["fait"], position, getattr(stored_event, "enregistre_le", None))

    def lire_flux(self, evenements: Sequence[EvenementStocke]) -> list[Inscription]:
        """Read a whole stream: what `to_domain_event` does, without asking each fact what it is."""
        lecteurs = self._lecteurs
        try:
            return [
                Inscription(lu["entete"], lu["fait"], e.position, e.enregistre_le)
                for e in evenements
                for lu in (lecteurs[e.topic](e.state),)
            ]
        except (ValidationError, FaitIllisible):  # an unreadable fact, to be named
            return [cast(Inscription, self.to_domain_event(e)) for e in evenements]


class Lecteurs(dict[str, Lecteur]):
    """The reader of each topic, made when the first of its facts is read and kept: a class never leaves a program."""

    def __missing__(self, topic: str) -> Lecteur:
        ascension = ASCENSIONS.get(topic)
        if ascension is not None:
            lecteur = self._ancien(*ascension)
        elif topic in FAITS:
            lecteur = _lecteur_de(FAITS[topic])
        else:  # not kept: its aggregate may be imported later
            raise FaitIllisible("unknown topic: the program is older than the store, or its aggregate was not imported")
        self[topic] = lecteur
        return lecteur

    def _ancien(self, successeur: str, monter: Callable[[dict[str, Any]], dict[str, Any]]) -> Lecteur:
        def lire(etat: bytes) -> Any:
            contenu = json.loads(etat)
            contenu["fait"] = monter(contenu["fait"])
            return self[successeur](json.dumps(contenu).encode())

        return lire


def _lecteur_de(classe: type[Fait[Any]]) -> Lecteur:
    classe.model_rebuild()  # it was left for the first reading
    champs = {"entete": ENTETE.core_schema, "fait": classe.__pydantic_core_schema__}
    return SchemaValidator(typed_dict_schema({nom: typed_dict_field(s) for nom, s in champs.items()})).validate_json
