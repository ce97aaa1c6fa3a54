"""An automatisme: a command of the engine, whoever drives it (workflow, safety net, command line)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from application.commandes import Commande, Demande, Recu
from application.services import Services
from kernel.attentes import Du, Role
from kernel.identifiants import SYSTEME, derive
from kernel.instants import Instant, rfc3339


class Executer(Commande):
    """What the engine must do for one attente at one instant: its content, hence its command id."""

    automatisme: str
    code: str
    objet: str
    ouverte_par: int
    instant: str


@dataclass(frozen=True, slots=True)
class Ordre:
    """One automatisme due on one aggregate, judged at `au` by `pilote`."""

    agregat: str
    id: UUID
    du: Du
    au: Instant
    pilote: str

    @property
    def commande_id(self) -> UUID:
        """Return the id that every driver derives alike: uuid5(aggregate, code, objet, ouverte_par, instant)."""
        return derive(self.id, self.du.code, self.du.objet, self.du.ouverte_par, rfc3339(self.du.instant))

    @property
    def commande(self) -> Executer:
        """Return the command."""
        du = self.du
        return Executer(
            automatisme=du.automatisme,
            code=du.code,
            objet=du.objet,
            ouverte_par=du.ouverte_par,
            instant=rfc3339(du.instant),
        )

    @property
    def demande(self) -> Demande:
        """Return in whose name it is sent: the engine's."""
        return Demande(acteur=SYSTEME, commande_id=self.commande_id, pilote=self.pilote)

    def sous_demande(self, *parties: object) -> Demande:
        """Return the envelope of a command this automatisme sends to another aggregate; the same parts give the same id."""
        return Demande(acteur=SYSTEME, commande_id=derive(self.commande_id, *parties), cause=self.commande_id)


@dataclass(frozen=True, slots=True)
class Automatisme:
    """An automatisme that only records facts on its own aggregate, or one that also sends commands (`handler`)."""

    agregat: str
    nom: str
    handler: Callable[[Ordre, Services], Recu]
    roles: tuple[Role, ...] = ()


def appliquer(
    geste: "Automatisme",
    classe: type[Any],
    ordre: Ordre,
    services: Services,
    decider: Callable[[Any], object],
    *,
    chaud: bool = False,
) -> Recu:
    """Apply the engine's decision to the aggregate of the order."""
    return services.executer(geste, classe, ordre.id, decider, ordre.commande, ordre.demande, chaud=chaud)


def simple(agregat: str, nom: str, classe: type[Any], decider: Callable[[Any, Ordre], object]) -> Automatisme:
    """Return an automatisme that is one decision of one aggregate."""

    def handler(ordre: Ordre, services: Services) -> Recu:
        return appliquer(automatisme, classe, ordre, services, lambda a: decider(a, ordre))

    automatisme = Automatisme(agregat, nom, handler)
    return automatisme
