"""What the gestes of several chapters are done on, and what they all ask."""

from typing import Annotated, Final

from pydantic import Field

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
Motif = Annotated[str, TexteLong(), Field(min_length=1, title="Motif", description="motif, gardé dans le coffre")]
