"""A geste: one class holds what a person gives, who may do it, on what, and what is decided."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Generic, TypeVar, cast

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, PlainSerializer
from pydantic_core import CoreSchema, core_schema

from application.commandes import Appel, Commande, FichierRecu, Recu
from application.saisie import lire
from application.services import Services
from kernel.agregat import Agregat
from kernel.attentes import Role
from kernel.refus import Refus

A = TypeVar("A", bound=Agregat)
C = TypeVar("C", bound=type[Commande])


@dataclass(frozen=True, slots=True)
class Position:
    """Marks the field of a command that its command line takes without a name."""

    libelle: str


@dataclass(frozen=True, slots=True)
class Choix:
    """What a form offers for a field: `parmi` is a list of `application/choix.py`, or a kind of aggregate.

    `libre`: another value may be typed. `cle`: the field is a list of rows, one for each choice, which that field of the
    row names. `recharge`: what is chosen here changes what is offered elsewhere.
    """

    parmi: str
    libre: bool = False
    cle: str | None = None
    recharge: bool = False


@dataclass(frozen=True, slots=True)
class TexteLong:
    """Marks a text of several sentences."""


@dataclass(frozen=True, slots=True)
class HeureDuJour:
    """Marks a text that is an hour, 15:30."""


def _separer(valeur: Any) -> Any:
    return (
        tuple(partie.strip() for partie in valeur.split(",") if partie.strip()) if isinstance(valeur, str) else valeur
    )


Reference = Annotated[str, Field(min_length=1, max_length=200)]
"""A number people know, or an id."""
Liste = Annotated[
    tuple[str, ...], BeforeValidator(_separer), PlainSerializer(lambda parties: ",".join(parties), return_type=str)
]
"""Several codes, separated by commas."""


@dataclass(frozen=True, slots=True)
class Cible(Generic[A]):
    """What a geste is done on: a kind of aggregate. `chaud`: many write to one stream; it is locked before it is loaded."""

    classe: type[A]
    chaud: bool = False


@dataclass(frozen=True, slots=True)
class RempliPar:
    """Marks the field of a command that a file may fill: its command line takes the path, `lire` makes the value."""

    lire: Callable[[FichierRecu], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept the file beside the value itself."""
        return core_schema.no_info_before_validator_function(
            lambda valeur: self.lire(valeur) if isinstance(valeur, FichierRecu) else valeur, handler(source)
        )


@dataclass(frozen=True, slots=True)
class Document:
    """A file that fills every field of a command: the one thing its command line asks for.

    `lire` makes the command of its class from the file and from those it names (`joints`), which stand beside it.
    """

    champ: str
    libelle: str
    lire: Callable[[type[Any], FichierRecu, Mapping[str, FichierRecu]], Commande]
    joints: Callable[[FichierRecu], list[str]] = lambda _: []


@dataclass(frozen=True, slots=True)
class Geste:
    """What a door needs to offer a geste; `agregat` and `nom` are its command line.

    `se_defait_par` names the geste that undoes it ("dossier renvoyer"); None: what is done is done, and `irreversible`
    says what, when it is more than a line of the history. `par_lot`: it may be done on many at once. `d_un_clic`: what a
    button says that does it with none of its fields.
    """

    agregat: str
    nom: str
    titre: str
    commande: type[Any]
    roles: tuple[Role, ...]
    cible: Cible[Any]
    champ: str | None
    document: Document | None = None
    decide: Callable[..., object] | None = None
    se_defait_par: str | None = None
    irreversible: str | None = None
    par_lot: bool = False
    d_un_clic: str = ""

    def lire(self, donnees: Mapping[str, Any]) -> Any:
        """Return the command a door was given, files included, or refuse with SaisieInvalide or what its file lacks."""
        if self.document is not None and isinstance(fichier := donnees.get(self.document.champ), FichierRecu):
            return self.document.lire(self.commande, fichier, donnees.get("jointes", {}))
        return lire(self.commande, donnees)

    def faire(self, commande: Commande, appel: Appel, services: Services) -> Recu:
        """Carry the command and return its receipt, or refuse.

        The right is checked, then what it is done on is found and loaded, then the class decides.
        """
        services = services.pour_une_commande()
        seule: Any = commande
        if hasattr(seule, "envoyer"):
            recu: Recu = seule.envoyer(self, appel, services)
            return recu
        reference = None if self.champ is None else getattr(seule, self.champ)
        return services.executer(
            self,
            self.cible.classe,
            seule.id_cree if reference is None else partial(services.id_de, self.cible.classe.nom, reference),
            lambda agregat: self._decider(agregat, seule, services),
            commande,
            appel,
            chaud=self.cible.chaud,
            reference=reference,
        )

    def essayer(self, commande: Commande, appel: Appel, services: Services) -> bool:
        """Decide on what the command names and keep nothing; refuse as `faire` would, False when nothing would be new.

        Only for a geste done on what exists, and decided there.
        """
        services = services.pour_une_commande()
        seule: Any = commande
        return services.essayer(
            self,
            self.cible.classe,
            services.id_de(self.cible.classe.nom, getattr(seule, self.champ or "")),
            lambda agregat: self._decider(agregat, seule, services),
            commande,
            appel,
        )

    def _decider(self, agregat: Any, commande: Any, services: Services) -> None:
        if self.decide is None:
            commande.decider(agregat, services)
        else:
            donnes = {nom: getattr(commande, nom) for nom in self.commande.model_fields if nom != self.champ}
            getattr(agregat, self.decide.__name__)(**donnes)

    def recevoir(self, donnees: Mapping[str, Any], appel: Appel, services: Services) -> Recu:
        """Read what a door was given, then carry it; the journal of refusals has an unreadable one too."""
        try:
            commande = self.lire(donnees)
        except Refus as refus:
            services.noter_refus(refus, self, appel)
            raise
        return self.faire(commande, appel, services)


DECLARES: dict[type[Commande], Geste] = {}
"""The gestes of the files imported so far, by the class of their command."""


def geste(  # noqa: PLR0913 - all that a door needs, said where the class is
    nom: str,
    titre: str,
    *roles: Role,
    sur: Cible[Any],
    agregat: str | None = None,
    champ: str | None = None,
    document: Document | None = None,
    decide: Callable[..., object] | None = None,
    se_defait_par: str | None = None,
    irreversible: str | None = None,
    par_lot: bool = False,
    d_un_clic: str = "",
) -> Callable[[C], C]:
    """Declare a geste by the class of its command.

    The class decides in `decider(self, agregat, services)`, inside the retry: what the decision depends on is read there;
    or `decide` is the method of the aggregate that takes the other fields, by their names.
    What it is done on must exist and is named by `champ` (by default the field with a `Position`), unless the class says
    in `id_cree` which id it makes. A special one has `envoyer(self, geste, appel, services)` instead of all that.

    Args:
        nom: the verb, as on the command line.
        titre: what a button says.
        roles: who may do it; SYSTEME alone: no door offers it.
        sur: what it is done on.
        agregat: the noun of the command line, when it is not the name of the aggregate.
        champ: the field that names what it is done on.
        document: the file that fills its fields.
        decide: the decision, when nothing stands between what is given and the aggregate.
        se_defait_par: the geste that undoes it.
        irreversible: what can no longer be undone, for who is about to do it.
        par_lot: it may be done on many at once; never one that refuses, withdraws, votes or signs.
        d_un_clic: what a button says that does it with none of its fields; it can be undone.
    """

    def declarer(classe: C) -> C:
        nomme, champs = champ, cast(type[Commande], classe).model_fields
        if nomme is None and not hasattr(classe, "id_cree") and not hasattr(classe, "envoyer"):
            nomme = next(n for n, c in champs.items() if any(isinstance(m, Position) for m in c.metadata))
        DECLARES[classe] = Geste(
            *(agregat or sur.classe.nom, nom, titre, classe, roles, sur, nomme),
            *(document, decide, se_defait_par, irreversible, par_lot, d_un_clic),
        )
        return classe

    return declarer


def envoyer(commande: Commande, appel: Appel, services: Services) -> Recu:
    """Do the geste of a command, or refuse."""
    return DECLARES[type(commande)].faire(commande, appel, services)
