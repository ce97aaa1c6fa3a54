"""Open the enveloppe of a dispositif for one exercice and one section."""

from pydantic import Field

from aggregates.enveloppe import Enveloppe, Section, reference_enveloppe
from application.commandes import Commande, Demande, Entier, Recu
from application.geste import Geste
from application.services import Services
from application.subventions import id_enveloppe
from kernel.attentes import Role


class OuvrirEnveloppe(Commande):
    """Ouvrir l’enveloppe d’un dispositif, pour un exercice et une section."""

    dispositif: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$", description="code du dispositif, par exemple nqe")
    exercice: Entier = Field(ge=2000, le=2100, description="année du budget")
    section: Section = Field(description="fonctionnement ou investissement")


def ouvrir_enveloppe(commande: OuvrirEnveloppe, demande: Demande, services: Services) -> Recu:
    """Open the enveloppe; its reference is drawn from its content."""
    reference = reference_enveloppe(commande.dispositif, commande.exercice, commande.section)
    return services.executer(
        GESTE,
        Enveloppe,
        id_enveloppe(reference),
        lambda enveloppe: enveloppe.ouvrir(commande.dispositif, commande.exercice, commande.section),
        commande,
        demande,
        chaud=True,
    )


GESTE = Geste("enveloppe", "ouvrir", OuvrirEnveloppe, ouvrir_enveloppe, (Role.FINANCE,))
