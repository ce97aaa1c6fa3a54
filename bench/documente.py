"""The other side: the library's documented defaults. A declarative aggregate, its JSON transcoder, its own recorder."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

LE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class DossierDocumente(Aggregate):
    """A request that receives pièces, written as the library's documentation does."""

    @event("Depose")
    def __init__(self, *, ref: str, objet: str, montant_demande_centimes: int | None) -> None:
        self.ref = ref
        self.objet = objet
        self.montant_demande_centimes = montant_demande_centimes
        self.pieces: dict[str, list[str]] = {}

    def recevoir_piece(self, code: str, sha256: str, nom: UUID, *, acteur: str, commande_id: UUID, cause: UUID) -> None:
        """Record a pièce; the same bytes for the same code are silent."""
        if sha256 in self.pieces.get(code, ()):
            return
        self.piece_recue(
            code=code,
            sha256=sha256,
            nom=nom,
            acteur=acteur,
            habilitation="instructeur",
            commande_id=commande_id,
            cause=cause,
            effectif_le=LE,
        )

    @event("PieceRecue")
    def piece_recue(
        self,
        *,
        code: str,
        sha256: str,
        nom: UUID,
        acteur: str,
        habilitation: str,
        commande_id: UUID,
        cause: UUID,
        effectif_le: datetime,
    ) -> None:
        """Keep what is known of it: the event has the same content as ours."""
        self.pieces.setdefault(code, []).append(sha256)


@contextmanager
def application_documentee(env: Mapping[str, str]) -> Iterator[Application[UUID]]:
    """Open the library's application on one of its recorders, everything else being its default."""
    application = Application[UUID](env=dict(env))
    try:
        yield application
    finally:
        application.close()
