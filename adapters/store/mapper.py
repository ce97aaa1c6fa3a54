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
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from application.ports import EvenementStocke
from kernel.faits import FAITS, Entete, Inscription

Ascension = tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]
"""The topic that replaced an old one, and what turns the old fact into the new."""

ASCENSIONS: dict[str, Ascension] = {}
"""Old topic → its successor. A topic enters here the day its class leaves the code, and never leaves."""

Lecteur = Callable[[bytes], Any]

_entete_en_json = Entete.__pydantic_serializer__.to_json


class FaitIllisible(MapperDeserialisationError):
    """A stored fact this program cannot read: its topic is unknown, or its content has not the shape of its topic."""


class MapperFaits(Mapper[UUID]):
    """Replaces the library's mapper: no `vars()`, no module paths in the store, one parse per fact."""

    def __init__(self, transcoder: Transcoder | None = None, compressor: None = None, cipher: None = None) -> None:
        super().__init__(transcoder or JSONTranscoder(), compressor, cipher)
        self._lecteurs: dict[str, Lecteur] = {}

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """Write an `Inscription`; its position and recording instant are the store's to give."""
        inscription = cast(Inscription, domain_event)
        entete, fait = inscription.entete, inscription.fait
        entete_json = _entete_en_json(entete, exclude_none=True)
        fait_json = fait.__pydantic_serializer__.to_json(fait)
        return StoredEvent(entete.id, entete.version, fait.topic, b'{"entete":%b,"fait":%b}' % (entete_json, fait_json))

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """Read an `Inscription`, with what the store knew when it recorded it."""
        topic = stored_event.topic
        lecteur = self._lecteurs.get(topic) or self._lecteur(topic)
        try:
            lu = lecteur(stored_event.state)
        except (ValidationError, FaitIllisible) as erreur:
            raise FaitIllisible(
                f"fact {topic} of {stored_event.originator_id}, version {stored_event.originator_version}: {erreur}"
            ) from erreur
        if isinstance(stored_event, EvenementStocke):
            return Inscription(lu["entete"], lu["fait"], stored_event.position, stored_event.enregistre_le)
        if isinstance(stored_event, Notification):
            return Inscription(lu["entete"], lu["fait"], stored_event.id, getattr(stored_event, "enregistre_le", None))
        return Inscription(lu["entete"], lu["fait"])

    def lire_flux(self, evenements: Sequence[EvenementStocke]) -> list[Inscription]:
        """Read a whole stream: what `to_domain_event` does, without asking each fact what it is."""
        lecteurs = self._lecteurs
        try:
            return [
                Inscription(lu["entete"], lu["fait"], e.position, e.enregistre_le)
                for e in evenements
                for lu in (lecteurs[e.topic](e.state),)
            ]
        except (KeyError, ValidationError):  # a topic met for the first time, or an unreadable fact to name
            return [cast(Inscription, self.to_domain_event(e)) for e in evenements]

    def _lecteur(self, topic: str) -> Lecteur:
        """Return the reader of a topic; kept once found, since a class never leaves a running program."""
        ascension = ASCENSIONS.get(topic)
        if ascension is not None:
            lecteur = self._lecteur_ancien(*ascension)
        elif topic in FAITS:
            lecteur = _lecteur_de(FAITS[topic])
        else:
            return _inconnu  # not kept: its aggregate may be imported later
        self._lecteurs[topic] = lecteur
        return lecteur

    def _lecteur_ancien(self, successeur: str, monter: Callable[[dict[str, Any]], dict[str, Any]]) -> Lecteur:
        suivant = self._lecteur(successeur)

        def lire(etat: bytes) -> Any:
            contenu = json.loads(etat)
            contenu["fait"] = monter(contenu["fait"])
            return suivant(json.dumps(contenu).encode())

        return lire


def _lecteur_de(classe: Any) -> Lecteur:
    class Forme(TypedDict):
        entete: Entete
        fait: classe

    return TypeAdapter(Forme).validator.validate_json


def _inconnu(_: bytes) -> Any:
    raise FaitIllisible("unknown topic: the program is older than the store, or its aggregate was not imported")
