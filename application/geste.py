"""A geste: a command of a person, the handler that carries it, and the roles that may do it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, PlainSerializer

from aggregates.deliberation import Deliberation
from aggregates.dossier import Dossier
from application.commandes import Commande, Demande, Recu
from application.services import Services
from kernel.attentes import Role
from kernel.identifiants import identifiant, verifier_numero
from kernel.refus import Refus


@dataclass(frozen=True, slots=True)
class Position:
    """Marks the field of a command that its command line takes without a name."""

    libelle: str


@dataclass(frozen=True, slots=True)
class Geste:
    """What a door needs to offer a geste; `agregat` and `nom` are its command line."""

    agregat: str
    nom: str
    commande: type[Any]
    handler: Callable[[Any, Demande, Services], Recu]
    roles: tuple[Role, ...]

    def faire(self, commande: Commande, demande: Demande, services: Services) -> Recu:
        """Carry the command and return its receipt, or refuse: whatever refused it, the journal of refusals has it."""
        try:
            return self.handler(commande, demande, services)
        except Refus as refus:
            services.noter_refus(refus, self, demande)
            raise


def _separer(valeur: Any) -> Any:
    return (
        tuple(partie.strip() for partie in valeur.split(",") if partie.strip()) if isinstance(valeur, str) else valeur
    )


Reference = Annotated[str, Field(min_length=1, max_length=200)]
"""A number people know, or an id."""
Ref = Annotated[Reference, Position("REF")]
"""What a geste is done on: its command line takes it without a name."""
Liste = Annotated[
    tuple[str, ...], BeforeValidator(_separer), PlainSerializer(lambda parties: ",".join(parties), return_type=str)
]
"""Several codes, separated by commas."""


def resoudre(agregat: str, reference: str) -> UUID:
    """Return the id behind a reference: the id itself, or the one derived from the number."""
    try:
        return UUID(reference)
    except ValueError:
        return identifiant(agregat, reference.strip())


def resoudre_dossier(reference: str) -> UUID:
    """Return the id of a dossier, or refuse with ReferenceIllisible when its number is mistyped."""
    try:
        return UUID(reference)
    except ValueError:
        return identifiant("dossier", verifier_numero(reference))


def exiger_rapport(reference: str, services: Services) -> Deliberation:
    """Return a rapport that exists, or refuse with ReferenceInconnue."""
    return services.store.charger_existant(Deliberation, resoudre("deliberation", reference), reference)


def exiger_dossier(reference: str, services: Services) -> UUID:
    """Return the id of a dossier that exists, or refuse with ReferenceIllisible or ReferenceInconnue."""
    dossier_id = resoudre_dossier(reference)
    services.store.charger_existant(Dossier, dossier_id, reference)
    return dossier_id
