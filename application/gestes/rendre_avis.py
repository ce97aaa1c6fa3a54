"""Record an avis; its text goes to the coffre."""

from typing import Literal

from pydantic import Field

from aggregates.dossier import Dossier
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, exiger_dossier
from application.services import Services
from kernel.attentes import Role


class RendreAvis(Commande):
    """Rendre un avis demandé."""

    dossier: Ref
    aupres_de: str = Field(description="partenaire qui rend l’avis")
    sens: Literal["favorable", "reserve", "defavorable"] = Field(description="favorable, reserve ou defavorable")
    texte: str | None = Field(default=None, description="texte de l’avis, gardé dans le coffre")


def rendre_avis(commande: RendreAvis, demande: Demande, services: Services) -> Recu:
    """Record an avis; its text goes to the coffre."""
    dossier_id = exiger_dossier(commande.dossier, services)
    texte = services.confier(commande.texte, dossier_id, "avis")
    return services.executer(
        GESTE,
        Dossier,
        dossier_id,
        lambda dossier: dossier.rendre_avis(commande.aupres_de, commande.sens, texte),
        commande,
        demande,
    )


GESTE = Geste("dossier", "rendre-avis", RendreAvis, rendre_avis, (Role.PARTENAIRE, Role.INSTRUCTEUR))
