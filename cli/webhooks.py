"""`diligence webhook`: where the facts are told as they are recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from application import mots
from application.livraisons import (
    creer_webhook,
    exiger_administrateur,
    exiger_webhook,
    revoquer_webhook,
    tourner_webhook,
)
from application.services import Services
from application.webhooks import Livraison, Livraisons, Webhook
from bootstrap.site import site
from cli.commun import Acteur, Base, Json, lire_appel, reglages, services
from cli.sortie import imprimer, refus_dits
from cli.tableau import Grille
from kernel.refus import SaisieInvalide

Identifiant = Annotated[str, typer.Argument(metavar="ID", help="identifiant du webhook, que donne la liste")]


def creer(
    url: Annotated[str, typer.Argument(metavar="URL", help="https://…, qui recevra chaque fait")],
    acteur: Acteur = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """Tell an address each fact recorded from now on; its secret is said this once."""
    with refus_dits(en_json=json), _livraisons(base) as (ouverts, livraisons):
        webhook = creer_webhook(ouverts, livraisons, lire_appel(base, acteur).acteur, url)
        dit = f"Webhook {webhook.id}, depuis la position {webhook.position} ; son secret :\n{webhook.secrets[0]}"
        imprimer({**_document(livraisons, webhook), "secret": webhook.secrets[0]}, en_json=json, humain=dit)


def lister(acteur: Acteur = None, json: Json = False, base: Base = None) -> None:
    """List the webhooks, and what each could not be told."""
    with refus_dits(en_json=json), _livraisons(base) as (ouverts, livraisons):
        exiger_administrateur(ouverts, lire_appel(base, acteur).acteur, "webhook lister")
        documents = [_document(livraisons, webhook) for webhook in livraisons.tous()]
        lignes = [
            [
                d["id"],
                d["url"],
                str(d["position"]),
                str(len(d["en_attente"])),
                str(len(d["mortes"])),
                "non" if d["revoque_le"] else "oui",
            ]
            for d in documents
        ]
        colonnes = ["identifiant", "adresse", "position", "en attente", "mortes", "en service"]
        imprimer(documents, en_json=json, humain=Grille(mots.compte(len(lignes), "webhook"), colonnes, lignes))


def tourner(
    identifiant: Identifiant,
    *,
    finir: Annotated[bool, typer.Option("--finir", help="oublier l’ancien secret : le nouveau est en place")] = False,
    acteur: Acteur = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """Draw a second secret, both signing until --finir."""
    with refus_dits(en_json=json), _livraisons(base) as (ouverts, livraisons):
        qui = lire_appel(base, acteur).acteur
        exiger_administrateur(ouverts, qui, "webhook tourner")
        webhook = _lire(identifiant)
        secret = tourner_webhook(livraisons, qui, webhook, finir=finir)
        dit = "L’ancien secret ne signe plus." if finir else f"Nouveau secret ; l’ancien signe encore :\n{secret}"
        imprimer({"id": str(webhook), "secret": secret}, en_json=json, humain=dit)


def revoquer(identifiant: Identifiant, acteur: Acteur = None, json: Json = False, base: Base = None) -> None:
    """Tell it nothing more."""
    with refus_dits(en_json=json), _livraisons(base) as (ouverts, livraisons):
        qui = lire_appel(base, acteur).acteur
        exiger_administrateur(ouverts, qui, "webhook revoquer")
        webhook = revoquer_webhook(livraisons, qui, _lire(identifiant))
        document = _document(livraisons, webhook)
        imprimer(document, en_json=json, humain=f"{webhook.url} ne reçoit plus rien.")


def rejouer(
    identifiant: Identifiant,
    position: Annotated[
        int | None, typer.Option("--position", help="ce seul fait ; sinon tout ce qui est mort")
    ] = None,
    acteur: Acteur = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """Try again what is dead, or one fact."""
    with refus_dits(en_json=json), _livraisons(base) as (ouverts, livraisons):
        exiger_administrateur(ouverts, lire_appel(base, acteur).acteur, "webhook rejouer")
        webhook = exiger_webhook(livraisons, _lire(identifiant))
        rejouees = livraisons.rejouer(webhook.id, position)
        dit = mots.compte(rejouees, "livraison rejouée", "livraisons rejouées") + "."
        imprimer({"rejouees": rejouees}, en_json=json, humain=dit)


@contextmanager
def _livraisons(base: str | None) -> Iterator[tuple[Services, Livraisons]]:
    with services(base) as ouverts, site(reglages(base), ouverts.coffre) as ouvert:
        yield ouverts, ouvert.livraisons


def _lire(identifiant: str) -> UUID:
    try:
        return UUID(identifiant)
    except ValueError:
        raise SaisieInvalide(f"« {identifiant} » n’est pas l’identifiant d’un webhook.", champ="identifiant") from None


def _document(livraisons: Livraisons, webhook: Webhook) -> dict[str, Any]:
    reste = livraisons.de(webhook.id)
    return {
        "id": str(webhook.id),
        "url": webhook.url,
        "position": webhook.position,
        "cree_par": webhook.cree_par,
        "cree_le": webhook.cree_le.isoformat(),
        "revoque_le": _instant(webhook.revoque_le),
        "en_attente": [_ligne(une) for une in reste if une.morte_le is None],
        "mortes": [_ligne(une) for une in reste if une.morte_le is not None],
    }


def _ligne(une: Livraison) -> dict[str, Any]:
    return {
        "position": une.position,
        "essais": une.essais,
        "statut": une.statut,
        "depuis": _instant(une.depuis),
        "prochain_le": _instant(une.prochain_le),
        "morte_le": _instant(une.morte_le),
    }


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
