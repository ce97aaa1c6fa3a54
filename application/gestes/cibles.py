"""What the gestes of several chapters are done on, and what they all ask."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from aggregates.deliberation import Deliberation
from aggregates.dossier import Dossier
from aggregates.subvention import Subvention
from application.commandes import Entier
from application.declaration import Choix, Cible, Position, Reference, TexteLong

DOSSIER: Final = Cible(Dossier)
DELIBERATION: Final = Cible(Deliberation)
SUBVENTION: Final = Cible(Subvention)

_REF: Final = Position("REF")
RefDossier = Annotated[Reference, _REF, Field(title="Dossier", description="numéro du dossier")]
RefDeliberation = Annotated[Reference, _REF, Field(title="Délibération", description="référence du rapport")]
RefSubvention = Annotated[Reference, _REF, Field(title="Subvention", description="numéro de la subvention")]
Rang = Annotated[Entier, Choix("echeances"), Field(ge=1, title="Échéance", description="numéro de l’échéance")]


def _dire(texte: str | None) -> str | None:
    """Let a sentence pass; one sign, or the same one repeated, gives no reason."""
    if texte is not None and len({signe for signe in texte.casefold() if signe.isalnum()}) < 2:
        raise ValueError("quelques mots sont attendus : un seul signe ne dit rien")
    return texte


QUI_DIT: Final = AfterValidator(_dire)
"""Of a motive or a justification: it says something."""
Motif = Annotated[
    str, TexteLong(), QUI_DIT, Field(min_length=1, title="Motif", description="motif, gardé dans le coffre")
]
Justification = Annotated[
    str,
    TexteLong(),
    QUI_DIT,
    Field(min_length=1, title="Justification", description="pourquoi, gardé dans le coffre"),
]
