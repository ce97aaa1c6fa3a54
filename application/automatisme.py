"""An automatisme: a command of the engine, whoever drives it (workflow, safety net, command line)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from application.commandes import Appel, Commande, Recu
from application.services import Services
from kernel.agregat import Agregat
from kernel.attentes import Du, Role
from kernel.identifiants import SYSTEME, derive
from kernel.instants import Effet, Instant, debut_de, rfc3339
from kernel.refus import Refus

A = TypeVar("A", bound=Agregat)
L = TypeVar("L")

LIGNES_PAR_PASSE = 100
"""ADR 0005: a handler sends commands for at most that many lines, then records one fact."""


class CommandeDuMoteur(Commande):
    """What the engine must do for one attente at one instant: its content, hence its command id."""

    automatisme: str
    code: str
    objet: str
    ouverte_par: int
    instant: str


@dataclass(frozen=True, slots=True)
class Ordre:
    """One automatisme due on one aggregate, judged at `au` by `pilote`; `effet` when what opened it took effect, once read."""

    agregat: str
    id: UUID
    du: Du
    au: Instant
    pilote: str
    effet: Effet | None = None

    @property
    def commande_id(self) -> UUID:
        """Return the id that every driver derives alike: uuid5(aggregate, code, objet, ouverte_par, instant)."""
        return derive(self.id, self.du.code, self.du.objet, self.du.ouverte_par, rfc3339(self.du.instant))

    @property
    def commande(self) -> CommandeDuMoteur:
        """Return the command."""
        du = self.du
        return CommandeDuMoteur(
            automatisme=du.automatisme,
            code=du.code,
            objet=du.objet,
            ouverte_par=du.ouverte_par,
            instant=rfc3339(du.instant),
        )

    @property
    def appel(self) -> Appel:
        """Return in whose name it is sent: the engine's."""
        return Appel(acteur=SYSTEME, commande_id=self.commande_id, pilote=self.pilote)

    @property
    def reaction(self) -> Appel:
        """Return the envelope of a reaction: what it records is true since the fact it reacts to, however late it is carried.

        A history of last year entered today is thus coherent at any past date, its clocks starting when the law says.
        """
        return replace(self.appel, le=self.effet)

    def sous_appel(self, *parties: object) -> Appel:
        """Return the envelope of a command this automatisme sends to another aggregate.

        Its id is derived from the aggregate of the order and from what is done (verb, line, opening fact), not from the
        pass: two passes that meet the same line send the same command, and it has one effect.
        """
        return replace(self.reaction, commande_id=derive(self.id, *parties), cause=self.commande_id, pilote=None)


@dataclass(frozen=True, slots=True)
class Automatisme:
    """An automatisme that only records facts on its own aggregate, or one that also sends commands (`handler`)."""

    agregat: str
    nom: str
    handler: Callable[[Ordre, Services], Recu]
    roles: tuple[Role, ...] = ()


def _effet(agregat: Agregat, du: Du) -> Effet:
    """Return what gave an order its instant: the effect of the fact that opened it, else of the last one that has it."""
    inscriptions = [i for i in agregat.inscriptions if i.entete.version == du.ouverte_par] + agregat.inscriptions[::-1]
    effets = (i.entete.effectif_le for i in inscriptions)
    return next((effet for effet in effets if debut_de(effet) == du.instant), du.instant)


def reaction(
    agregat: str, nom: str, classe: type[A], *, chaud: bool = False
) -> Callable[[Callable[[A, Ordre, Services], Callable[[A], object]]], Automatisme]:
    """Make an automatisme of what sends commands to other aggregates, and returns what its own then records.

    What it carries is true since the fact it reacts to: the order it is given has its date, civil or instant.
    """

    def declarer(porter: Callable[[A, Ordre, Services], Callable[[A], object]]) -> Automatisme:
        def handler(ordre: Ordre, services: Services) -> Recu:
            lu = services.store.charger_existant(classe, ordre.id)
            ordre = replace(ordre, effet=_effet(lu, ordre.du))
            constater = porter(lu, ordre, services)
            return services.executer(
                automatisme, classe, ordre.id, constater, ordre.commande, ordre.reaction, chaud=chaud
            )

        automatisme = Automatisme(agregat, nom, handler)
        return automatisme

    return declarer


def par_lignes(lignes: Iterable[L], porter: Callable[[L], object]) -> tuple[list[L], list[tuple[L, str]]]:
    """Carry one pass of lines; return those carried, and those refused with the code, for people to see: none is raised."""
    portees: list[L] = []
    refusees: list[tuple[L, str]] = []
    for ligne in islice(lignes, LIGNES_PAR_PASSE):
        try:
            porter(ligne)
            portees.append(ligne)
        except Refus as refus:
            refusees.append((ligne, refus.code))
    return portees, refusees


def simple(agregat: str, nom: str, classe: type[Any], decider: Callable[[Any, Ordre], object]) -> Automatisme:
    """Return an automatisme that is one decision of one aggregate, which gives its fact its own legal date."""
    return ecrivant(agregat, nom, classe, lambda a, ordre, _: decider(a, ordre))


def ecrivant(
    agregat: str, nom: str, classe: type[Any], decider: Callable[[Any, Ordre, Services], object]
) -> Automatisme:
    """Return likewise one that may write, in the transaction of its fact, what the coffre and the files keep."""

    def handler(ordre: Ordre, services: Services) -> Recu:
        services = services.pour_une_commande()
        return services.executer(
            automatisme, classe, ordre.id, lambda a: decider(a, ordre, services), ordre.commande, ordre.appel
        )

    automatisme = Automatisme(agregat, nom, handler)
    return automatisme
