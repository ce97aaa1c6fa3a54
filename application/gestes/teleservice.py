"""What an agent does of what an applicant changed at a téléservice after the dépôt."""

from aggregates.dossier import Dossier
from application.commandes import Commande
from application.declaration import geste
from application.gestes.cibles import DOSSIER, Motif, RefDossier
from application.services import Services
from kernel.attentes import Role


@geste("retenir-correction", "Retenir la correction", Role.INSTRUCTEUR, sur=DOSSIER, decide=Dossier.retenir_correction)
class RetenirCorrection(Commande):
    """Retenir ce que le porteur a modifié sur Démarche Numérique après son dépôt."""

    dossier: RefDossier


@geste("ecarter-correction", "Écarter la correction", Role.INSTRUCTEUR, sur=DOSSIER)
class EcarterCorrection(Commande):
    """Écarter ce que le porteur a modifié sur Démarche Numérique : la demande reste comme elle a été déposée."""

    dossier: RefDossier
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Leave the request as it was filed, and say why."""
        dossier.ecarter_correction(services.confier_exige(self.motif, dossier.id, "motif"))
