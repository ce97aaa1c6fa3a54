"""A dossier is put on the agenda of a sitting, or taken off it."""

from pydantic import Field

from aggregates.deliberation.etat import LigneInconnue
from aggregates.dossier import Dossier
from application.commandes import Commande, Entier
from application.geste import Reference, geste
from application.gestes.cibles import DOSSIER, RefDossier, exiger_rapport
from application.services import Services
from kernel.attentes import Role


@geste("inscrire", "Inscrire à l’ordre du jour", Role.ASSEMBLEES, sur=DOSSIER)
class Inscrire(Commande):
    """Inscrire le dossier à l’ordre du jour, sur une ligne d’un rapport."""

    dossier: RefDossier
    deliberation: Reference = Field(title="Rapport", description="référence du rapport")
    ligne: Entier = Field(ge=1, title="Ligne", description="numéro de la ligne")

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Put it on the agenda, or refuse with LigneInconnue when that line of the rapport is not this dossier."""
        rapport = exiger_rapport(self.deliberation, services)
        ligne = rapport.lignes.get(self.ligne)
        if ligne is None or ligne.rapport.dossier != dossier.id:
            raise LigneInconnue(
                f"La ligne {self.ligne} du rapport {rapport.ref} n’est pas celle de ce dossier.", ligne=self.ligne
            )
        dossier.inscrire(rapport.id, self.ligne)


@geste("ajourner", "Ajourner", Role.ASSEMBLEES, sur=DOSSIER)
class Ajourner(Commande):
    """Retirer le dossier de l’ordre du jour, sans vote."""

    dossier: RefDossier
    deliberation: Reference = Field(title="Rapport", description="référence du rapport")

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Take it off the agenda: no act exists."""
        dossier.ajourner(exiger_rapport(self.deliberation, services).id)
