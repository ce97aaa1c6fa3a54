"""What a règlement calls its pièces, its criteria and the services it consults: people read that, programs the codes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from application.attentes_dites import ATTENTES, PAR_ECHEANCE
from application.mots import NBSP, mot


@dataclass(frozen=True)
class Appellations:
    """By code; a code that the règlement does not name is said by itself, in words."""

    pieces: Mapping[str, str] = field(default_factory=dict)
    criteres: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def de(cls, versions: Iterable[Any]) -> "Appellations":
        """Return what versions of a règlement say, the last one first."""
        lues = list(versions)
        return cls(
            pieces={piece.code: piece.libelle for lue in lues for piece in lue.pieces if piece.libelle},
            criteres={critere.code: critere.libelle for lue in lues for critere in lue.criteres},
            services={service.code: service.libelle for lue in lues for service in lue.avis},
        )

    def piece(self, code: str) -> str:
        """Return the name of a pièce."""
        return self.pieces.get(code) or code.replace("_", " ")

    def critere(self, code: str) -> str:
        """Return what a criterion asks."""
        return self.criteres.get(code) or code.replace("_", " ")

    def service(self, code: str) -> str:
        """Return the name of a service that is consulted; one of its experts has its rank after it."""
        groupe, _, rang = code.rpartition("-")
        if code not in self.services and rang.isdecimal() and groupe in self.services:
            return f"{self.services[groupe]}, expert {rang}"
        return self.services.get(code) or code


SANS = Appellations()


def attente(code: str, objet: str, libelles: Appellations = SANS) -> str:
    """Return what is awaited, its objet included when it means something to people."""
    libelle = mot(ATTENTES, code)
    if not objet:
        return libelle
    if code in PAR_ECHEANCE:
        return f"{libelle}, échéance{NBSP}{objet}"
    if code in {"pieces", "suite_pieces", "demande_a_remettre"}:
        # the objet of a demande to deliver is its pièces, or the service it asks: no pièce bears the name of a service
        nommes = ((libelles.service(dit), libelles.piece(dit), dit) for dit in objet.split(","))
        dits = (piece if service == dit else service for service, piece, dit in nommes)
        return f"{libelle}{NBSP}: {', '.join(dits)}"
    if code == "motif":
        from aggregates.dossier.motifs import dire  # only then: most commands show none, and do not read the chapter

        return f"{libelle}{NBSP}: {dire(*objet.partition(':')[::2], libelles.piece)}"
    if code in {"avis", "avis_groupe"}:
        return f"{libelle}{NBSP}: {libelles.service(objet)}"
    return f"{libelle}, n°{NBSP}{objet}" if code == "recours" else libelle
