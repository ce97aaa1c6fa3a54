"""What the institution writes about a request: the kinds of documents, and what becomes of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from pydantic import Field

from kernel.attentes import Attente, Cle, Delai, GesteAttendu, Role
from kernel.faits import Jalon
from kernel.identifiants import derive
from kernel.instants import Instant


class NatureDocument(StrEnum):
    """What a document of the institution is for: also the name of its template."""

    ENREGISTREMENT = "accuse_enregistrement"
    ACCUSE = "accuse_reception"
    PIECES = "demande_pieces"
    AVIS = "demande_avis"
    RAPPEL = "rappel_avis"
    TRANSMISSION = "transmission"
    REJET = "notification_rejet"


class EtatDocument(StrEnum):
    """What became of a document."""

    A_REMETTRE = "a_remettre"
    A_ENVOYER = "a_envoyer"
    ENVOYE = "envoye"
    REMIS = "remis"
    REFUSE = "refuse"


SORTIS: Final = frozenset({EtatDocument.ENVOYE, EtatDocument.REMIS})
"""What became of a document that its recipient has, or is presumed to have."""


@dataclass(frozen=True, slots=True)
class DocumentDuDossier:
    """A document of the institution for one recipient; `objet` says which demande or avis, `jalon` by which fact it stands so."""

    edition: UUID
    nature: NatureDocument
    objet: str
    destinataire: str
    adresse: UUID | None
    sha256: str
    etat: EtatDocument
    jalon: Jalon

    @property
    def message(self) -> UUID:
        """Return what makes its Message-ID: one edition and one recipient never have two."""
        return derive(self.edition, "message", self.destinataire)


def etats(documents: Iterable[DocumentDuDossier], nature: NatureDocument, objet: str = "") -> set[EtatDocument]:
    """Return what became of the documents of one kind, about one thing."""
    return {d.etat for d in documents if (d.nature, d.objet) == (nature, objet)}


def en_route(documents: Iterable[DocumentDuDossier], nature: NatureDocument, objet: str = "") -> bool:
    """Tell whether one is on its way, or came back refused: it is awaited as such."""
    return not {EtatDocument.A_ENVOYER, EtatDocument.REFUSE}.isdisjoint(etats(documents, nature, objet))


def dire_la_reception(*, presumee: bool, sha256: str | None) -> str:
    """Return how a demande was received, for people."""
    if sha256 is not None:
        return f"reçue, selon la copie gardée (empreinte {sha256[:12]})"
    return "présumée reçue le jour de son envoi" if presumee else "remise en main propre"


QUE_DES_ANCIENS: Final[Any] = Field(default=None, exclude_if=lambda dit: dit is None)
"""A field that older facts only have: a new one is stored without it."""


def a_remettre(cle: Cle, depuis: Instant, delai: Delai, gestes: tuple[GesteAttendu, ...]) -> Attente:
    """Return what is awaited of a demande that its recipient does not have yet: nothing runs before."""
    return Attente(
        cle,
        de=Role.INSTRUCTEUR,
        depuis=depuis,
        gestes=gestes,
        nature=delai.nature,
        fondement=delai.fondement,
        habituelle=timedelta(days=5),
    )


@dataclass(frozen=True, slots=True)
class DemandeARemettre:
    """A demande de pièces that its recipient does not have yet, since when: no délai runs."""

    pieces: tuple[str, ...]
    delai: Delai
    jalon: Jalon
