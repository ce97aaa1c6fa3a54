"""The clock of a store that slept."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from aggregates.horloge import Horloge
from application.commandes import Commande
from application.declaration import Cible, TexteLong, geste
from application.gestes.cibles import QUI_DIT
from application.numeros import id_de
from application.services import Services
from kernel.attentes import Role
from kernel.refus import GesteImpossible

HORLOGE: Final = Cible(Horloge)


@geste("accepter", "Accepter l’horloge", Role.ADMINISTRATEUR, sur=HORLOGE)
class AccepterHorloge(Commande):
    """Accepter l’horloge d’une base qui a vraiment dormi : le temps passé depuis son dernier enregistrement."""

    motif: Annotated[str, TexteLong(), QUI_DIT] = Field(
        min_length=1, max_length=2000, title="Motif", description="pourquoi rien n’a été enregistré"
    )

    def id_cree(self) -> UUID:
        """Return the id of the one clock of a store."""
        return id_de(Horloge.nom, "base")

    def decider(self, horloge: Horloge, services: Services) -> None:
        """Record the jump; a rehearsal has its own clock, which is set otherwise."""
        enregistreur = services.store.enregistreur
        if enregistreur.est_repetition():
            raise GesteImpossible("L’horloge d’une répétition se règle : diligence horloge avancer.")
        motif = services.confier_exige(self.motif, horloge.id, "motif")
        horloge.accepter(enregistreur.tete_le(), enregistreur.maintenant(), enregistreur.saut_maximal, motif)
