"""A store, the site beside it, and a Démarche Numérique that answers: what every test of the import starts from."""

from dataclasses import dataclass

from adapters.demarche_numerique.client import DemarcheNumerique
from aggregates.dossier import Dossier
from aggregates.dossier.teleservice import RecuDuTeleservice
from application.commandes import FichierRecu
from application.saisie_yaml import lire_fichier_yaml
from application.services import Services
from application.site import Site
from application.teleservice.correspondance import CorrespondanceDeDemarche
from application.teleservice.passe import BilanDePasse, PasseDImport
from kernel.instants import Instant
from tests.demarche_numerique import (
    CORRESPONDANCE,
    JETON,
    ServeurDn,
)

RIB = "Q2hhbXAtOQ=="
MONTANT = "Q2hhbXAtMg=="


def correspondance(texte: str = CORRESPONDANCE) -> CorrespondanceDeDemarche:
    return lire_fichier_yaml(CorrespondanceDeDemarche, FichierRecu("dn.yaml", texte.encode()))


@dataclass
class Guichet:
    """A store, the site beside it, and a Démarche Numérique that answers."""

    services: Services
    site: Site
    dn: ServeurDn
    selon: CorrespondanceDeDemarche

    def passer(self, acteur: str = "ines", depuis: Instant | None = None) -> BilanDePasse:
        """Do one pass, as a process of its own would."""
        client = DemarcheNumerique(self.dn.adresse, JETON, dormir=lambda _: None)
        try:
            return PasseDImport(self.services, client, self.site.reperes, self.selon, acteur).faire(depuis)
        finally:
            client.fermer()

    def dossiers(self) -> list[Dossier]:
        return list(self.services.store.ayant(Dossier, RecuDuTeleservice))

    def dossier(self, numero: int) -> Dossier:
        (lu,) = [d for d in self.dossiers() if d.teleservice == ("dn", numero)]
        return lu

    def topics(self, numero: int) -> list[str]:
        return [i.fait.topic.split(".")[1] for i in self.dossier(numero).inscriptions]
