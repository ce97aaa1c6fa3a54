"""The assembly: who sits in it, since when."""

from typing import Final
from uuid import UUID

from pydantic import Field

from aggregates.assemblee import Assemblee, AssembleeComposee
from application.commandes import Commande
from application.declaration import Cible, Document, geste
from application.numeros import id_de
from application.saisie_yaml import lire_fichier_yaml
from application.services import Services
from dispositifs.reglement import Jour
from kernel.attentes import Role

ASSEMBLEE: Final = Cible(Assemblee)


@geste(
    "composer",
    "Composer l’assemblée",
    Role.ASSEMBLEES,
    sur=ASSEMBLEE,
    document=Document("fichier", "FICHIER.yaml", lambda classe, piece, _: lire_fichier_yaml(classe, piece)),
)
class ComposerAssemblee(Commande):
    """Composer l’assemblée : ses membres en exercice depuis un jour, désignés par des identifiants."""

    assemblee: str = Field(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", title="Assemblée", description="par exemple commission-permanente"
    )
    depuis: Jour = Field(title="Depuis", description="premier jour, AAAA-MM-JJ")
    source: str = Field(min_length=1, max_length=300, title="Acte", description="acte qui désigne ses membres")
    president: str = Field(title="Président", description="identifiant du président")
    membres: tuple[str, ...] = Field(min_length=1, title="Membres", description="identifiants des membres")

    def id_cree(self) -> UUID:
        """Return the id of the assembly of that name."""
        return id_de("assemblee", self.assemblee)

    def decider(self, assemblee: Assemblee, services: Services) -> None:
        """Record who sits in the assembly from a day on."""
        assemblee.composer(
            AssembleeComposee(
                ref=self.assemblee,
                depuis=self.depuis,
                source=services.confier_exige(self.source, assemblee.id, "source"),
                president=self.president,
                membres=self.membres,
            )
        )
