"""What an agent does of what an applicant changed at a téléservice after the dépôt."""

from aggregates.dossier import Dossier
from application.commandes import Commande
from application.consultations.demande import quartiers_inconnus
from application.declaration import geste
from application.gestes.cibles import DOSSIER, Motif, RefDossier
from application.gestes.depot import relever_les_quartiers
from application.gestes.examen import examiner
from application.reglements import campagne_du
from application.services import Services
from kernel.attentes import Role


@geste("retenir-correction", "Retenir la correction", Role.INSTRUCTEUR, sur=DOSSIER)
class RetenirCorrection(Commande):
    """Retenir ce que le porteur a modifié sur Démarche Numérique après son dépôt."""

    dossier: RefDossier

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Take it, then examine what is asked now, as at the dépôt: what was wrong of it may be right, and the other way round."""
        connue = dossier.version
        dossier.retenir_correction()
        if dossier.version > connue:
            relever_les_quartiers(dossier, quartiers_inconnus(services, dossier))
            examiner(dossier, campagne_du(dossier, services), services)


@geste("ecarter-correction", "Écarter la correction", Role.INSTRUCTEUR, sur=DOSSIER)
class EcarterCorrection(Commande):
    """Écarter ce que le porteur a modifié sur Démarche Numérique : la demande reste comme elle a été déposée."""

    dossier: RefDossier
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Leave the request as it was filed, and say why."""
        dossier.ecarter_correction(services.confier_exige(self.motif, dossier.id, "motif"))
