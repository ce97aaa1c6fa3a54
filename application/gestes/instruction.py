"""What agents do around a request while it is instructed: answer what was found against it."""

from typing import Annotated

from pydantic import Field

from aggregates.dossier import Dossier
from aggregates.dossier.motifs import Sens
from application.commandes import Commande
from application.declaration import Choix, geste
from application.gestes.cibles import DOSSIER, Justification, RefDossier
from application.services import Services
from kernel.attentes import Role


@geste("repondre-motif", "Répondre à un motif", Role.INSTRUCTEUR, sur=DOSSIER)
class RepondreMotif(Commande):
    """Dire ce que devient un motif relevé contre la demande : levé, ou retenu, et pourquoi."""

    dossier: RefDossier
    motif: Annotated[str, Choix("motifs")] = Field(title="Motif", description="code du motif relevé")
    objet: Annotated[str | None, Choix("objets_du_motif", libre=True)] = Field(
        default=None, title="Sur", description="sur quoi il porte, quand plusieurs motifs ont ce code"
    )
    sens: Sens = Field(title="Réponse", description="leve ou retenu ; retenu, seul un rejet peut être proposé")
    justification: Justification

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Answer it; the justification goes to the coffre."""
        champ = f"motif:{self.motif}:{self.objet or ''}"
        justification = services.confier_exige(self.justification, dossier.id, champ)
        dossier.repondre_motif(self.motif, self.objet or None, self.sens, justification)
