"""What keeps a request from being forgotten: contrôles, masking; and what lets it be, once nothing does."""

from typing import Annotated

from pydantic import Field

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from aggregates.dossier.conservation import exiger_conservation_finie
from application.commandes import Commande
from application.declaration import TexteLong, geste
from application.gestes.cibles import DOSSIER, QUI_DIT, Motif, RefDossier
from application.numeros import id_de
from application.services import Services
from kernel.attentes import Role
from kernel.identifiants import derive
from kernel.instants import jour_de

Dit = Annotated[str, TexteLong(), QUI_DIT, Field(min_length=1)]


@geste("ouvrir-controle", "Ouvrir un contrôle", Role.RESPONSABLE, Role.AUDITEUR, sur=DOSSIER)
class OuvrirControle(Commande):
    """Dire qu’un contrôle de l’aide commence ; rien du dossier ne s’oublie tant qu’il court."""

    dossier: RefDossier
    objet: Dit = Field(title="Objet", description="qui contrôle, et quoi, gardé dans le coffre")

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record that it began."""
        dossier.ouvrir_controle(services.confier_exige(self.objet, dossier.id, "controle"))


@geste("terminer-controle", "Terminer le contrôle", Role.RESPONSABLE, Role.AUDITEUR, sur=DOSSIER)
class TerminerControle(Commande):
    """Dire que le contrôle est terminé, et ce qu’il en est sorti."""

    dossier: RefDossier
    suite: Dit = Field(title="Suite", description="ce qu’il en est sorti, gardé dans le coffre")

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record that it is over."""
        dossier.terminer_controle(services.confier_exige(self.suite, dossier.id, "controle"))


@geste("masquer", "Masquer les données personnelles", Role.ADMINISTRATEUR, sur=DOSSIER)
class MasquerDossier(Commande):
    """Masquer ce que le coffre garde d’un dossier, quand il ne peut pas encore être oublié ; il reste sous scellés."""

    dossier: RefDossier
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Mask it, for a motive under a key of its own: it is still read."""
        dossier.masquer(services.confier_exige(self.motif, derive(dossier.id, "oubli"), "motif"))


@geste("demasquer", "Montrer de nouveau les données personnelles", Role.ADMINISTRATEUR, sur=DOSSIER)
class DemasquerDossier(Commande):
    """Montrer de nouveau ce qui était masqué."""

    dossier: RefDossier
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Show it again, likewise."""
        dossier.demasquer(services.confier_exige(self.motif, derive(dossier.id, "oubli"), "motif"))


@geste(
    "oublier",
    "Oublier les personnes du dossier",
    Role.ADMINISTRATEUR,
    sur=DOSSIER,
    irreversible="La clé sera détruite : plus personne ne pourra lire ces données. Montants, dates et preuves resteront vérifiables.",
)
class OublierDossier(Commande):
    """Oublier le contact et les textes d’un dossier ; les faits, les montants et les preuves restent."""

    dossier: RefDossier
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Decide it, for a motive under a key of its own: why outlives what is forgotten; the engine destroys the key."""
        exiger_oubliable(dossier, services)
        dossier.oublier(services.confier_exige(self.motif, derive(dossier.id, "oubli"), "motif"))


def exiger_oubliable(dossier: Dossier, services: Services) -> None:
    """Refuse with ConservationEnCours or DuaInconnue what is still kept; what was forgotten once is."""
    if dossier.oubli is None:
        au = jour_de(services.maintenant())
        campagne = services.store.charger(Campagne, id_de("campagne", dossier.campagne))
        exiger_conservation_finie(dossier, campagne.dua_au(au), au)
