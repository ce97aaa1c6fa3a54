"""What the institution writes about a request: the kinds of documents, and what becomes of one."""

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


@dataclass(frozen=True, slots=True)
class DemandeARemettre:
    """A demande de pièces that its recipient does not have yet: no délai runs."""

    pieces: tuple[str, ...]
    delai: Delai
