"""Declare the bank details of a tiers; another person validates them."""

import json

from pydantic import Field

from aggregates.tiers import CoordonneesDeclarees, Tiers
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Ref
from application.gestes.enregistrer_tiers import resoudre_tiers
from application.services import Services
from dispositifs.identites import verifier_iban
from kernel.attentes import Role


class DeclarerCoordonnees(Commande):
    """Déclarer les coordonnées bancaires d’un tiers ; elles sont gardées dans le coffre."""

    tiers: Ref
    iban: str = Field(description="IBAN ; la clé RIB est vérifiée")
    titulaire: str = Field(min_length=1, max_length=200, description="titulaire du compte")


def declarer_coordonnees(commande: DeclarerCoordonnees, demande: Demande, services: Services) -> Recu:
    """Keep the IBAN and the holder in the coffre; the fact holds their id, and digests that only tell equality."""
    tiers_id = resoudre_tiers(commande.tiers)
    services.store.charger_existant(Tiers, tiers_id, commande.tiers)
    iban, titulaire = verifier_iban(commande.iban), commande.titulaire.strip()
    texte = json.dumps({"iban": iban, "titulaire": titulaire}, ensure_ascii=False)

    def decider(tiers: Tiers) -> None:
        tiers.declarer_coordonnees(
            CoordonneesDeclarees(
                coordonnees=services.confier_exige(texte, tiers_id, "coordonnees"),
                empreinte_iban=services.coffre.empreinte(iban),
                empreinte_titulaire=services.coffre.empreinte(titulaire),
            )
        )

    return services.executer(GESTE, Tiers, tiers_id, decider, commande, demande)


GESTE = Geste("tiers", "declarer-coordonnees", DeclarerCoordonnees, declarer_coordonnees, (Role.FINANCE,))
