"""What happens to the machines: they are killed, their clocks are wrong, an older program is installed, things are lost."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast
from uuid import UUID

from adapters.store.flux import FluxGardes
from kernel.agregat import retenues
from kernel.identifiants import workflow_id
from tests.simulateur.enregistreur import MapperMemoire
from tests.simulateur.pannes import SAUT

if TYPE_CHECKING:
    from tests.simulateur.monde import Monde

_PROGRAMMES: Final = ("travailleur", "relais-a", "relais-b")


class Accidents:
    """Draws them; `illisible` is the aggregate of the fact that the program installed cannot read."""

    def __init__(self, monde: "Monde") -> None:
        self.monde, self.rng = monde, monde.rng
        self.illisible: UUID | None = None

    def arriver(self) -> None:
        """Let one happen."""
        monde, tirage = self.monde, self.rng.random()
        monde.ecarts["store"] *= abs(monde.ecarts["store"]) < SAUT  # a jump is set right by the next accident
        if self.illisible is not None and tirage < 0.5:
            self.installer_le_nouveau()
        elif monde.pannes.tire("programme_ancien"):
            self.installer_l_ancien()
        elif tirage < 0.35:
            monde.tuer("travailleur")
        elif tirage < 0.60:
            monde.tuer(monde.actif)
        elif tirage < 0.75 or not monde.pertes:
            horloge = self.rng.choice(("store", "temporal"))
            monde.ecarts[horloge] = monde.pannes.ecart(horloge)
            monde.noter(f"l’horloge {horloge} se trompe de {monde.ecarts[horloge]}")
        elif tirage < 0.85 and monde.temporal.suivis:
            tous = sorted(monde.temporal.suivis)
            perdus = tous if self.rng.random() < 0.2 else [self.rng.choice(tous)]
            monde.noter(f"Temporal perd {len(perdus)} suivis")
            monde.temporal.effacer(perdus)
        elif not monde.processus["reconciliation"].occupe:
            monde.noter("réconciliation")
            monde.processus["reconciliation"].lancer()

    def installer_l_ancien(self) -> None:
        """Install a program that is too old for one fact; what is read of its stream is not what it was."""
        etats, situations = self.monde.invariants.etats.etats, self.monde.invariants.etats.situations
        suivis = self.monde.temporal.suivis
        neufs = [i for i, vue in situations.items() if vue.dus and workflow_id(vue.agregat, i) not in suivis]
        self.illisible = self.rng.choice(neufs if neufs and self.rng.random() < 0.7 else list(etats))
        # what another fact replaced is not folded any more: whether it is read changes nothing
        version = self.rng.choice([i.entete.version for i in retenues(etats[self.illisible].inscriptions)])
        self.monde.noter(f"un programme ancien ne lit pas le fait {version} de {self.illisible}")
        self._installer((self.illisible, version))

    def installer_le_nouveau(self) -> None:
        """Install a program that reads everything: nothing else is to be done."""
        if self.illisible is not None:
            self.illisible = None
            self.monde.noter("le programme nouveau lit tout")
            self._installer(None)

    def _installer(self, illisible: tuple[UUID, int] | None) -> None:
        application = self.monde.services.store.application
        cast(MapperMemoire, application.mapper).illisible = illisible
        gardes = cast(FluxGardes, application.events)
        gardes._flux.clear()
        gardes._nombre = 0
        for nom in _PROGRAMMES:
            self.monde.tuer(nom)

    def beau_temps(self) -> None:
        """Let the clocks be right, and nothing fail any more."""
        self.monde.pannes.calmer()
        self.monde.ecarts = dict.fromkeys(self.monde.ecarts, timedelta(0))
        self.monde.noter("beau temps")
