"""Open the award of a dossier; sent by the délibération for each of its favourable lines."""

from pydantic import Field

from aggregates.dossier import Dossier
from aggregates.subvention import Subvention
from aggregates.subvention.ouverture import SubventionOuverte
from application.commandes import Commande, Demande, Montant, Recu
from application.geste import Geste, Ref, Reference, resoudre, resoudre_dossier
from application.gestes.enregistrer_tiers import resoudre_tiers
from application.services import Services
from application.subventions import PAIEMENT, id_subvention, reference_subvention, seuil_convention
from dispositifs.reglement import Jour
from kernel.attentes import Role


class OuvrirSubvention(Commande):
    """Ouvrir la subvention qu’attribue une délibération exécutoire."""

    dossier: Ref
    deliberation: Reference = Field(description="référence de la délibération")
    tiers: Reference | None = Field(default=None, description="référence du tiers")
    montant_centimes: Montant = Field(gt=0, description="montant voté, en centimes")
    vote_le: Jour = Field(description="date du vote")
    campagne: str = Field(description="code de la campagne")
    objet: str = Field(description="objet de l’aide")


def ouvrir_subvention(commande: OuvrirSubvention, demande: Demande, services: Services) -> Recu:
    """Open the award: the payment délai of the law runs from here, or from the convention when one is due."""
    dossier_id = resoudre_dossier(commande.dossier)
    dossier = services.store.charger_existant(Dossier, dossier_id, commande.dossier)
    seuil = seuil_convention(commande.campagne, services)
    ouverte = SubventionOuverte(
        ref=reference_subvention(dossier.ref),
        dossier=dossier_id,
        dossier_ref=dossier.ref,
        deliberation=resoudre("deliberation", commande.deliberation),
        tiers=None if commande.tiers is None else resoudre_tiers(commande.tiers),
        montant_centimes=commande.montant_centimes,
        vote_le=commande.vote_le,
        campagne=commande.campagne,
        objet=commande.objet,
        convention_exigee=False,
        paiement=PAIEMENT,
    )
    return services.executer(
        GESTE, Subvention, id_subvention(dossier_id), lambda s: s.ouvrir(ouverte, seuil), commande, demande
    )


GESTE = Geste("subvention", "ouvrir", OuvrirSubvention, ouvrir_subvention, (Role.SYSTEME,))
