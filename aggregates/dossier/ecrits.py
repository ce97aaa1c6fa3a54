"""What the institution writes about a request: the kinds of documents, and what becomes of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from kernel.attentes import Delai
from kernel.faits import Jalon
from kernel.identifiants import derive


class NatureDocument(StrEnum):
    """What a document of the institution is for: also the name of its template."""

    ACCUSE = "accuse_reception"
    PIECES = "demande_pieces"
    AVIS = "demande_avis"
    TRANSMISSION = "transmission"
    REJET = "notification_rejet"


class EtatDocument(StrEnum):
    """What became of a document."""

    A_REMETTRE = "a_remettre"
    A_ENVOYER = "a_envoyer"
    ENVOYE = "envoye"
    REMIS = "remis"
    REFUSE = "refuse"


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


@dataclass(frozen=True, slots=True)
class DemandeARemettre:
    """A demande de pièces that its recipient does not have yet, since when: no délai runs."""

    pieces: tuple[str, ...]
    delai: Delai
    jalon: Jalon
