"""What every reaction sends: internal commands of the engine, whose ids do not depend on the pass that sends them."""

from dataclasses import dataclass, replace

from application.automatisme import Ordre
from application.commandes import Demande
from kernel.attentes import Role
from kernel.identifiants import derive

LIGNES_PAR_PASSE = 100
"""ADR 0005: a handler sends commands for at most that many lines, then records one fact."""


@dataclass(frozen=True, slots=True)
class Interne:
    """A command only the engine may send: no role opens it to a person."""

    agregat: str
    nom: str
    roles: tuple[Role, ...] = ()


def sous_demande(ordre: Ordre, *parties: object) -> Demande:
    """Return the envelope of a sub-command.

    Its id is derived from the aggregate of the order and from what is done (verb, line, opening fact), not from the
    pass: two passes that meet the same line send the same command, and it has one effect.
    """
    return replace(ordre.reaction, commande_id=derive(ordre.id, *parties), cause=ordre.commande_id, pilote=None)
