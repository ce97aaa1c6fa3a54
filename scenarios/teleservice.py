"""A Démarche Numérique of the demo: one request, answered from the examples, without a network."""

from datetime import datetime
from typing import Final

from application.teleservice.distant import (
    ChampDistant,
    DossierDistant,
    FichierDistant,
    PageDeDossiers,
    PageDeSuppressions,
)
from kernel.instants import Instant
from scenarios.demandes import DEPOTS

NUMERO: Final = 20_260_046
"""The number of the request there."""
_LE: Final = datetime.fromisoformat("2026-03-26T10:00:00+01:00")


class DemarcheJouee:
    """Implements `application.teleservice.distant.Teleservice`: one page, which says the same every time."""

    def page(self, demarche: int, depuis: Instant | None, apres: str | None) -> PageDeDossiers:
        """Return it."""
        return PageDeDossiers([self.dossier(NUMERO)], None)

    def supprimes(
        self, demarche: int, depuis: Instant | None, apres: str | None, *, definitifs: bool
    ) -> PageDeSuppressions:
        """Return nothing: nobody deletes it."""
        return PageDeSuppressions([], None)

    def dossier(self, numero: int) -> DossierDistant:
        """Return it, with the ids of the champs of examples/demarche-numerique/nqe.yaml."""
        charge = (_champ("Q2hhbXAtMTE=", "60 - Achats"), _champ("Q2hhbXAtMTM=", "9200"))
        return DossierDistant(
            numero=numero,
            etat="en_construction",
            depose_le=_LE,
            modifie_le=_LE,
            siret="00000046300000",
            denomination="Démarche en Fête (exemple)",
            courriel="contact46@exemple.invalid",
            champs=(
                _champ("Q2hhbXAtMQ==", "Fête de la démarche"),
                _champ("Q2hhbXAtMg==", "5000"),
                _champ("Q2hhbXAtMw==", "2026-07-01"),
                _champ("Q2hhbXAtNA==", "2026-08-31"),
                _champ("Q2hhbXAtNQ==", "QN05981M"),
                _champ("Q2hhbXAtNg==", "59512"),
                ChampDistant("Q2hhbXAtOA==", "Statuts", "", fichiers=(_fichier("statuts.txt"),)),
                ChampDistant("Q2hhbXAtMTA=", "Charges", "", rangees=(charge,)),
                _champ("Q2hhbXAtMTQ=", "5000"),
                _champ("Q2hhbXAtMTU=", "4200"),
            ),
        )

    def telecharger(self, fichier: FichierDistant, taille_max: int) -> bytes:
        """Return one of the pièces of the examples."""
        return (DEPOTS / fichier.nom).read_bytes()


def _champ(id_: str, texte: str) -> ChampDistant:
    return ChampDistant(id_, id_, texte)


def _fichier(nom: str) -> FichierDistant:
    return FichierDistant(nom, f"https://exemple.invalid/{nom}", (DEPOTS / nom).stat().st_size, "", _LE)
