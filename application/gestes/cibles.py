"""What the gestes of several chapters are done on, and what they all ask."""

from typing import Annotated, Final

from pydantic import Field

from aggregates.deliberation import Deliberation
from aggregates.dossier import Dossier
from aggregates.subvention import Subvention
from application.geste import Cible, Position, Reference
from application.references import id_deliberation, id_dossier, id_subvention
from application.services import Services

DOSSIER: Final = Cible(Dossier, id_dossier)
DELIBERATION: Final = Cible(Deliberation, id_deliberation)
SUBVENTION: Final = Cible(Subvention, id_subvention)

_REF: Final = Position("REF")
RefDossier = Annotated[Reference, _REF, Field(title="Dossier", description="numéro du dossier")]
RefDeliberation = Annotated[Reference, _REF, Field(title="Délibération", description="référence du rapport")]
RefSubvention = Annotated[Reference, _REF, Field(title="Subvention", description="numéro de la subvention")]
Motif = Annotated[str, Field(min_length=1, title="Motif", description="motif, gardé dans le coffre")]


def exiger_rapport(reference: str, services: Services) -> Deliberation:
    """Return a rapport that exists, or refuse with ReferenceInconnue."""
    return services.store.charger_existant(Deliberation, id_deliberation(reference), reference)
