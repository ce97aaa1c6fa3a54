"""The act: a line set aside, its number, its transmission, its legal force."""

from pydantic import Field

from aggregates.deliberation import Deliberation
from aggregates.deliberation.etat import LigneInconnue
from application.commandes import Commande
from application.geste import Reference, geste
from application.gestes.cibles import DELIBERATION, Motif, RefDeliberation
from application.services import Services
from kernel.attentes import Role


def trouver_ligne(deliberation: Deliberation, reference: str) -> int:
    """Return a line by its number or by its dossier, or refuse with LigneInconnue."""
    if reference.strip().isdecimal():
        return int(reference)
    for numero, ligne in deliberation.lignes.items():
        if reference.strip().upper() == ligne.rapport.ref.upper() or reference.strip() == str(ligne.rapport.dossier):
            return numero
    raise LigneInconnue(
        f"Le rapport {deliberation.ref} n’a pas de ligne pour le dossier « {reference} ».", ligne=reference
    )


@geste("ecarter-ligne", "Écarter la ligne", Role.ASSEMBLEES, sur=DELIBERATION)
class EcarterLigne(Commande):
    """Écarter du rapport une ligne que son dossier a refusée."""

    deliberation: RefDeliberation
    ligne: Reference = Field(title="Ligne", description="numéro de la ligne, ou du dossier")
    motif: Motif

    def decider(self, deliberation: Deliberation, services: Services) -> None:
        """Set aside a line its dossier refused."""
        numero = trouver_ligne(deliberation, self.ligne)
        dossier = deliberation.ligne(numero).rapport.dossier  # forgetting a dossier forgets why its line left, too
        deliberation.ecarter_ligne(numero, services.confier_exige(self.motif, dossier, "motif"))


@geste("numeroter", "Numéroter", Role.ASSEMBLEES, sur=DELIBERATION)
class Numeroter(Commande):
    """Demander le numéro de la délibération ; le moteur l’attribue, sans trou ni double."""

    deliberation: RefDeliberation

    def decider(self, deliberation: Deliberation, _: Services) -> None:
        """Ask for the number of an act."""
        deliberation.numeroter()


@geste("transmettre", "Transmettre au contrôle de légalité", Role.ASSEMBLEES, sur=DELIBERATION)
class TransmettreDeliberation(Commande):
    """Enregistrer la transmission au contrôle de légalité."""

    deliberation: RefDeliberation
    flux: str = Field(min_length=1, title="Flux", description="identifiant du flux @CTES")

    def decider(self, deliberation: Deliberation, _: Services) -> None:
        """Record the transmission of an act to the préfet de région."""
        deliberation.transmettre(self.flux)


@geste("rendre-executoire", "Rendre exécutoire", Role.ASSEMBLEES, sur=DELIBERATION)
class RendreExecutoire(Commande):
    """Rendre la délibération exécutoire ; ses décisions sont alors portées aux dossiers."""

    deliberation: RefDeliberation

    def decider(self, deliberation: Deliberation, _: Services) -> None:
        """Give an act its legal force."""
        deliberation.rendre_executoire()


@geste("redemander-engagement", "Redemander l’engagement", Role.FINANCE, sur=DELIBERATION)
class RedemanderEngagement(Commande):
    """Redemander l’engagement des crédits à une enveloppe qui l’a refusé."""

    deliberation: RefDeliberation
    enveloppe: Reference = Field(title="Enveloppe", description="référence de l’enveloppe")

    def decider(self, deliberation: Deliberation, _: Services) -> None:
        """Ask an enveloppe that refused to engage again."""
        deliberation.redemander_engagement(self.enveloppe)
