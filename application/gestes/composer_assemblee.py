"""Record who sits in the assembly from a day on."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from aggregates.assemblee import Assemblee, AssembleeComposee
from application.commandes import Commande, Demande, Fichier, Recu
from application.geste import Geste, Position
from application.saisie_yaml import lire_fichier_yaml
from application.services import Services
from dispositifs.reglement import Jour
from kernel.attentes import Role
from kernel.identifiants import identifiant


class Composition(BaseModel):
    """The composition file: members by id, by the act cited."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    assemblee: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    depuis: Jour
    source: str = Field(min_length=1, max_length=300)
    president: str
    membres: tuple[str, ...] = Field(min_length=1)


class ComposerAssemblee(Commande):
    """Composer l’assemblée : ses membres en exercice depuis un jour, désignés par des identifiants."""

    fichier: Annotated[Fichier, Position("FICHIER.yaml")]


def composer_assemblee(commande: ComposerAssemblee, demande: Demande, services: Services) -> Recu:
    """Record who sits in the assembly from a day on."""
    lue = lire_fichier_yaml(Composition, commande.fichier)
    composee = AssembleeComposee(
        ref=lue.assemblee, depuis=lue.depuis, source=lue.source, president=lue.president, membres=lue.membres
    )
    assemblee_id = identifiant("assemblee", lue.assemblee)
    return services.executer(GESTE, Assemblee, assemblee_id, lambda a: a.composer(composee), commande, demande)


GESTE = Geste("assemblee", "composer", ComposerAssemblee, composer_assemblee, (Role.ASSEMBLEES,))
