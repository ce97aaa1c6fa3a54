"""How a dossier ends: withdrawn, inadmissible, never completed, or closed when nothing is owed any more; and is forgotten."""

from aggregates.dossier import Dossier
from aggregates.dossier.etat import id_subvention_du
from aggregates.subvention import Subvention
from application.commandes import Commande
from application.geste import geste
from application.gestes.cibles import DOSSIER, Motif, RefDossier
from application.services import Services
from kernel.attentes import Role
from kernel.identifiants import derive


@geste("retirer", "Enregistrer le retrait par le porteur", Role.INSTRUCTEUR, Role.PORTEUR, sur=DOSSIER)
class RetirerDossier(Commande):
    """Enregistrer le retrait de la demande par le porteur."""

    dossier: RefDossier
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record that the applicant gave up."""
        dossier.retirer(services.confier_exige(self.motif, dossier.id, "motif"))


@geste("declarer-irrecevable", "Déclarer irrecevable", Role.INSTRUCTEUR, sur=DOSSIER)
class DeclarerIrrecevable(Commande):
    """Déclarer le dossier irrecevable."""

    dossier: RefDossier
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Close an inadmissible request."""
        dossier.declarer_irrecevable(services.confier_exige(self.motif, dossier.id, "motif"))


@geste("classer-sans-suite", "Classer sans suite", Role.INSTRUCTEUR, sur=DOSSIER)
class ClasserSansSuite(Commande):
    """Classer sans suite un dossier dont les pièces n’ont pas été produites."""

    dossier: RefDossier
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Close an incomplete request whose délai has passed."""
        dossier.classer_sans_suite(services.confier_exige(self.motif, dossier.id, "motif"))


@geste("clore", "Clore le dossier", Role.INSTRUCTEUR, Role.FINANCE, sur=DOSSIER)
class CloreDossier(Commande):
    """Clore un dossier rejeté, ou dont la subvention est soldée ou abandonnée."""

    dossier: RefDossier

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Close the dossier when nothing is owed any more."""
        subvention = services.store.charger(Subvention, id_subvention_du(dossier.id))
        dossier.clore(rien_ne_reste_du=dossier.issue == "rejete" or subvention.terme is not None)


@geste("oublier", "Oublier les personnes du dossier", Role.ADMINISTRATEUR, sur=DOSSIER)
class OublierDossier(Commande):
    """Oublier le contact et les textes d’un dossier ; les faits, les montants et les preuves restent."""

    dossier: RefDossier
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Decide it, for a motive under a key of its own: why outlives what is forgotten; the engine destroys the key."""
        dossier.oublier(services.confier_exige(self.motif, derive(dossier.id, "oubli"), "motif"))
