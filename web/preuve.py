"""What asks that a person proves again who it is: its password or its second factor, given a few minutes ago at most."""

from typing import Final

from kernel.attentes import Role
from web.personne import Personne
from web.portes import Portes

SENSIBLES: Final = frozenset(
    {
        ("bordereaux", "signer"),
        ("tiers", "valider-coordonnees"),
        ("agents", "enregistrer"),
        ("habilitations", "accorder"),
        ("absences", "declarer"),
        ("comptes", "inviter"),
        ("comptes", "reinitialiser"),
        ("jetons", "creer"),
        ("webhooks", "creer"),
        ("webhooks", "tourner"),
    }
)
"""Signing a bordereau, validating bank details, giving a role or an access: first and last part of an address."""
A_DEUX_FACTEURS: Final = frozenset({Role.ORDONNATEUR, Role.FINANCE, Role.ADMINISTRATEUR})
"""Beyond this machine, who may act under one of these roles gives two factors to sign in."""


def est_sensible(chemin: str) -> bool:
    """Tell whether what stands at an address, page or resource, asks for a proof."""
    parties = chemin.removeprefix("/api/v1").strip("/").split("/")
    return (parties[0], parties[-1]) in SENSIBLES


def manque(personne: Personne, portes: Portes) -> bool:
    """Tell whether who asks must prove again who it is; who acts as an agent of a rehearsal has nothing to prove."""
    session = personne.session
    if session is None or (session.prouvee_le is None and portes.agir_comme):
        return session is None
    return not portes.site.sessions.est_fraiche(session)


def facteur_manque(personne: Personne, portes: Portes) -> bool:
    """Tell whether the second factor that its roles ask for, beyond this machine, is still to be given."""
    session = personne.session
    return session is not None and not (portes.locale or session.facteur or personne.roles.isdisjoint(A_DEUX_FACTEURS))
