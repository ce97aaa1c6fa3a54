"""`diligence agent inviter` and `diligence compte`: how agents sign in on the site."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from application import comptes
from application.habilitations import exiger_role
from application.services import Services
from application.site import DUREE_DE_LIEN, Site
from cli.commun import Acteur, Base, Json, lire_appel, reglages, services
from cli.sortie import imprimer, refus_dits
from kernel.attentes import Role
from kernel.textes import de

Agent = Annotated[str, typer.Argument(metavar="AGENT", help="identifiant de l’agent")]


def inviter(
    agent: Agent,
    courriel: Annotated[str, typer.Option("--courriel", help="son adresse, gardée chiffrée")],
    acteur: Acteur = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """Open the account of an agent, and print its link once."""
    with refus_dits(en_json=json), _ouverts(base, acteur, "agent inviter") as (ouverts, site, par):
        _montrer(base, agent, comptes.inviter(ouverts, site, agent, courriel, par), en_json=json)


def reinitialiser(agent: Agent, acteur: Acteur = None, json: Json = False, base: Base = None) -> None:
    """Forget how an agent signs in, end its sessions, and print a new link once."""
    with refus_dits(en_json=json), _ouverts(base, acteur, "compte reinitialiser") as (_, site, par):
        _montrer(base, agent, comptes.reinitialiser(site, agent, par), en_json=json)


@contextmanager
def _ouverts(base: str | None, acteur: str | None, geste: str) -> Iterator[tuple[Services, Site, str]]:
    from bootstrap.site import site

    par = lire_appel(base, acteur).acteur
    with services(base) as ouverts, site(reglages(base), ouverts.coffre) as du_site:
        exiger_role(ouverts.store, par, (Role.ADMINISTRATEUR,), ouverts.maintenant(), geste)
        yield ouverts, du_site, str(par)


def _montrer(base: str | None, agent: str, secret: str, *, en_json: bool) -> None:
    lien = f"{reglages(base).adresse_du_site}/invitation/{secret}"
    heures = int(DUREE_DE_LIEN.total_seconds() // 3600)
    imprimer(
        {"agent": agent, "lien": lien},
        en_json=en_json,
        humain=f"Lien {de(agent)}, à lui remettre vous-même ; il n’est montré qu’ici, sert une fois, et vaut {heures} heures :\n{lien}",
    )
