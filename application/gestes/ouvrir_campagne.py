"""Open a campaign under a version of its règlement."""

from typing import Annotated

from aggregates.campagne import Campagne, CampagneOuverte
from application.commandes import Commande, Demande, Fichier, Recu
from application.geste import Geste, Position
from application.saisie import texte_utf8
from application.services import Services
from dispositifs.campagne import exiger_ouvrable, lire_campagne
from kernel.attentes import Role
from kernel.identifiants import identifiant


class OuvrirCampagne(Commande):
    """Ouvrir une campagne décrite par un fichier YAML : chaque valeur du règlement y a sa date et sa source."""

    fichier: Annotated[Fichier, Position("FICHIER.yaml")]


def ouvrir_campagne(commande: OuvrirCampagne, demande: Demande, services: Services) -> Recu:
    """Open it, or refuse while a required value is absent or unsourced."""
    fichier = lire_campagne(texte_utf8(commande.fichier))
    exiger_ouvrable(fichier)
    decrite, reglement = fichier.campagne, fichier.reglement
    ouverte = CampagneOuverte(
        ref=decrite.code,
        dispositif=decrite.dispositif,
        exercice=decrite.exercice,
        nature=decrite.nature.value,
        ouvre_le=decrite.ouvre_le,
        ferme_le=decrite.ferme_le,
        fil_rouge=decrite.fil_rouge,
        reglement_ref=None if reglement is None else f"{decrite.dispositif}@{reglement.version}",
        reglement=None if reglement is None else reglement.model_dump(mode="json"),
        fichier_sha256=commande.fichier.sha256,
    )
    campagne_id = identifiant("campagne", decrite.code)
    return services.executer(GESTE, Campagne, campagne_id, lambda campagne: campagne.ouvrir(ouverte), commande, demande)


GESTE = Geste("campagne", "ouvrir", OuvrirCampagne, ouvrir_campagne, (Role.ADMINISTRATEUR,))
