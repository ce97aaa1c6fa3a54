"""The pages that every page leads to, for who may read them: the menu and the map of the site are this one list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kernel.attentes import Role
from web.personne import Personne

ADMINISTRATION: Final = frozenset({Role.ADMINISTRATEUR, Role.AUDITEUR})
PILOTAGE: Final = ADMINISTRATION | {Role.RESPONSABLE, Role.ASSEMBLEES, Role.FINANCE, Role.ORDONNATEUR}
"""Who reaches these pages, in the table of web.acces too."""


@dataclass(frozen=True, slots=True)
class Entree:
    """A page of the menu; `roles` as in the table of web.acces, None for any agent."""

    adresse: str
    nom: str
    dit: str
    roles: frozenset[Role] | None = None


ENTREES: Final = (
    Entree("/file", "File", "ce qu’on attend, de qui, et quoi d’abord"),
    Entree("/echeances", "Échéances", "les six semaines qui viennent, les retards, ce qui est bloqué"),
    Entree("/dossiers", "Dossiers", "chercher un dossier ; de là, sa situation, son historique, son passé"),
    Entree("/seances", "Séances", "le calendrier, chaque séance, ses rapports, ses votes et ses présences"),
    Entree(
        "/finance",
        "Finance",
        "quoi payer et ce qui bloque, les bordereaux à signer, les rejets du comptable",
        frozenset({Role.FINANCE, Role.ORDONNATEUR, Role.AUDITEUR}),
    ),
    Entree(
        "/enveloppes",
        "Enveloppes",
        "les crédits votés, réservés, engagés, payés, et ce qui reste",
        frozenset({Role.FINANCE, Role.ORDONNATEUR, Role.AUDITEUR, Role.RESPONSABLE, Role.ADMINISTRATEUR}),
    ),
    Entree(
        "/audit",
        "Audit",
        "rejouer un dossier, chercher un fait, ce qui fut refusé, qui a lu",
        frozenset({Role.AUDITEUR, Role.ADMINISTRATEUR, Role.RESPONSABLE}),
    ),
    Entree("/pilotage", "Pilotage", "où ça coince, combien reste-t-il, en combien de jours, et où", PILOTAGE),
    Entree("/campagnes", "Campagnes", "chaque campagne, ce que son règlement dit et ne dit pas"),
    Entree("/administration", "Administration", "les agents, leurs rôles et leurs absences", ADMINISTRATION),
    Entree("/comptes", "Comptes", "qui se connecte, inviter, réinitialiser", frozenset({Role.ADMINISTRATEUR})),
    Entree("/jetons", "Jetons", "ce avec quoi les applications agissent et lisent", frozenset({Role.ADMINISTRATEUR})),
    Entree(
        "/webhooks", "Webhooks", "à qui chaque fait est dit, et ce qui n’est pas reçu", frozenset({Role.ADMINISTRATEUR})
    ),
    Entree(
        "/teleservices",
        "Démarche Numérique",
        "jusqu’où chaque démarche est lue, et ce qui n’a pas été pris",
        frozenset({Role.ADMINISTRATEUR}),
    ),
)
"""In the order of the menu."""


def entrees(personne: Personne | None) -> Sequence[Entree]:
    """Return those that lead somewhere for who asks."""
    if personne is None:
        return ()
    return [e for e in ENTREES if e.roles is None or personne.roles & e.roles]
