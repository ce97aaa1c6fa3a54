"""Ask a partner; the avis is réputé rendu at its échéance."""

from pydantic import Field

from aggregates.dossier import Dossier
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, exiger_dossier
from application.references import delai_avis
from application.services import Services
from kernel.attentes import Role
from kernel.delais import lire_duree


class DemanderAvis(Commande):
    """Demander l’avis d’un partenaire, dans un délai."""

    dossier: Ref
    aupres_de: str = Field(min_length=1, max_length=80, description="partenaire, par exemple « ville »")
    delai: str = Field(description="délai, par exemple « 21 jours »")
    source: str | None = Field(
        default=None, min_length=1, max_length=300, description="texte qui fixe le délai ; sans lui, c’est un usage"
    )


def demander_avis(commande: DemanderAvis, demande: Demande, services: Services) -> Recu:
    """Ask a partner; the avis is réputé rendu at its échéance."""
    delai = delai_avis(str(lire_duree(commande.delai)), commande.source)
    return services.executer(
        GESTE,
        Dossier,
        exiger_dossier(commande.dossier, services),
        lambda dossier: dossier.demander_avis(commande.aupres_de, delai),
        commande,
        demande,
    )


GESTE = Geste("dossier", "demander-avis", DemanderAvis, demander_avis, (Role.INSTRUCTEUR,))
