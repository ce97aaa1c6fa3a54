"""Engage the lines of a voted rapport; sent by the délibération, once per rapport and enveloppe."""

import re
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from aggregates.deliberation.etat import LigneInconnue
from aggregates.enveloppe import Enveloppe, LigneEngagee
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref, Reference, exiger_rapport, resoudre_dossier
from application.services import Services
from application.subventions import id_enveloppe
from kernel.attentes import Role
from kernel.refus import SaisieInvalide

__all__ = ["GESTE", "EngagerEnveloppe", "LigneEngagee", "engager_enveloppe"]


_CENTIMES: Final = re.compile(r"[0-9]{1,14}")


def _lire_lignes(valeur: Any) -> Any:
    """Read "REF=1200000,REF=450000" as a person types it."""
    if not isinstance(valeur, str):
        return valeur
    lignes = []
    for partie in valeur.split(","):
        dossier, _, montant = partie.partition("=")
        if not _CENTIMES.fullmatch(montant.strip()):
            raise SaisieInvalide(f"« {partie.strip()} » n’est pas une ligne : écrire DOSSIER=CENTIMES.", lignes=valeur)
        lignes.append({"dossier": resoudre_dossier(dossier), "montant_centimes": int(montant)})
    return tuple(lignes)


class EngagerEnveloppe(Commande):
    """Engager les lignes d’un rapport voté ; sans crédits suffisants, l’engagement attend."""

    enveloppe: Ref
    deliberation: Reference = Field(description="référence du rapport")
    lignes: Annotated[tuple[LigneEngagee, ...], BeforeValidator(_lire_lignes)] = Field(
        description="DOSSIER=CENTIMES, séparées par des virgules"
    )


def engager_enveloppe(commande: EngagerEnveloppe, demande: Demande, services: Services) -> Recu:
    """Engage a rapport, or make it wait for credits."""
    enveloppe_id = id_enveloppe(commande.enveloppe)
    services.store.charger_existant(Enveloppe, enveloppe_id, commande.enveloppe)
    rapport = exiger_rapport(commande.deliberation, services)
    connus = {ligne.rapport.dossier for ligne in rapport.lignes.values()}
    if any(ligne.dossier not in connus for ligne in commande.lignes):
        raise LigneInconnue(f"Le rapport {rapport.ref} n’a pas de ligne pour un de ces dossiers.", rapport=rapport.ref)
    return services.executer(
        GESTE,
        Enveloppe,
        enveloppe_id,
        lambda enveloppe: enveloppe.engager(rapport.id, commande.lignes),
        commande,
        demande,
        chaud=True,
    )


GESTE = Geste("enveloppe", "engager", EngagerEnveloppe, engager_enveloppe, (Role.FINANCE,))
