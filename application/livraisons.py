"""Webhooks: each fact told to who asked, in the order of its aggregate, signed, tried again, and given up after three days."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final, Protocol, cast
from urllib.parse import urlsplit
from uuid import UUID

from application.consultations.evenements import evenement
from application.habilitations import exiger_role
from application.journal import log
from application.services import Services
from application.webhooks import Livraison, Livraisons, Webhook
from kernel.attentes import Role
from kernel.identifiants import ReferenceInconnue
from kernel.instants import Instant
from kernel.refus import SaisieInvalide

LOT: Final = 100
"""Facts read, and deliveries tried, in one pass."""
PREMIER_S: Final = 5
AU_PLUS_S: Final = 3600
MORTE_APRES: Final = timedelta(days=3)
"""How long a delivery is tried: a choice of the service, as its pauses, which double from 5 seconds to one hour."""
GENRE: Final = "application/cloudevents+json"


class Envoi(Protocol):
    """Posts a body; returns the status of the answer, or the code of why there was none."""

    def __call__(self, url: str, corps: bytes, entetes: Mapping[str, str]) -> str: ...


def signer(secrets: tuple[str, ...], identifiant: str, a: int, corps: bytes) -> str:
    """Return the signatures of a message by each secret (Standard Webhooks, v1: HMAC-SHA256 of « id.timestamp.body »)."""
    signe = f"{identifiant}.{a}.".encode() + corps
    cles = (base64.b64decode(secret.partition("_")[2]) for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(hmac.digest(cle, signe, hashlib.sha256)).decode()}" for cle in cles)


def livrer(services: Services, livraisons: Livraisons, source: str, envoi: Envoi, webhook: UUID) -> Instant | None:
    """Tell a webhook what is due, each aggregate in order; return when to come again.

    None: it was revoked. An instant that has passed: there is more. Two passes at once may tell a fact twice, under the
    same `webhook-id`.
    """
    lu = livraisons.lire(webhook)
    if lu is None or lu.revoque_le is not None:
        return None
    if nouveaux := services.store.lire_depuis(lu.position, LOT):
        faits = [(cast(int, i.position), i.entete.id) for i in nouveaux]
        livraisons.inscrire(webhook, faits, faits[-1][0])
    for livraison in livraisons.a_livrer(webhook, LOT):
        if livraison.prochain_le is not None and livraison.prochain_le <= livraisons.maintenant():
            livraisons.noter(_essayer(services, livraisons, source, envoi, lu, livraison))
    suite = [
        livraison.prochain_le for livraison in livraisons.a_livrer(webhook, 1) if livraison.prochain_le is not None
    ]
    plus_tard = livraisons.maintenant() + timedelta(seconds=AU_PLUS_S)
    return min(suite, default=livraisons.maintenant() if len(nouveaux) == LOT else plus_tard)


def _essayer(
    services: Services, livraisons: Livraisons, source: str, envoi: Envoi, webhook: Webhook, livraison: Livraison
) -> Livraison:
    inscription = services.store.lire_depuis(livraison.position - 1, 1)[0]
    corps = json.dumps(evenement(inscription, source), ensure_ascii=False).encode()
    identifiant, debut = f"{webhook.id}-{livraison.position}", livraisons.maintenant()
    a = int(debut.timestamp())
    entetes = {
        "Content-Type": GENRE,
        "User-Agent": "diligence",
        "webhook-id": identifiant,
        "webhook-timestamp": str(a),
        "webhook-signature": signer(webhook.secrets, identifiant, a, corps),
    }
    statut = envoi(webhook.url, corps, entetes)
    depuis, essais = livraison.depuis or debut, livraison.essais + 1
    essayee = replace(livraison, essais=essais, depuis=depuis, statut=statut, prochain_le=None)
    if statut.startswith("2"):
        return replace(essayee, livree_le=livraisons.maintenant())
    prochain = debut + timedelta(seconds=min(PREMIER_S * 2 ** min(essais - 1, 20), AU_PLUS_S))
    if prochain - depuis > MORTE_APRES:
        log.warning("webhook.livraison_morte", id=str(webhook.id), position=livraison.position, statut=statut)
        return replace(essayee, morte_le=livraisons.maintenant())
    return replace(essayee, prochain_le=prochain)


def creer_webhook(services: Services, livraisons: Livraisons, acteur: str | None, url: str) -> Webhook:
    """Tell an address the facts recorded from now on.

    Raises:
        RoleManquant: who asks is no administrateur.
        SaisieInvalide: it is no address that may be told.
    """
    exiger_administrateur(services, acteur, "webhook creer")
    repetition = services.store.enregistreur.est_repetition()
    try:
        parties = urlsplit(url)
        lisible = bool(parties.hostname) and parties.port != 0
    except ValueError:
        lisible = False
    formes = {"https", "http"} if repetition else {"https"}
    if not lisible or parties.scheme not in formes or parties.username or parties.fragment or len(url) > 500:
        raise SaisieInvalide("Adresse attendue : https://…, sans identifiant ni mot de passe.", champ="url")
    webhook = livraisons.creer(url, acteur or "", services.store.enregistreur.derniere_position())
    log.info("webhook.cree", id=str(webhook.id), acteur=acteur)
    return webhook


def exiger_webhook(livraisons: Livraisons, identifiant: UUID) -> Webhook:
    """Return a webhook, or refuse with ReferenceInconnue."""
    if (lu := livraisons.lire(identifiant)) is None:
        raise ReferenceInconnue(f"Aucun webhook n’a l’identifiant {identifiant}.", reference=str(identifiant))
    return lu


def tourner_webhook(livraisons: Livraisons, acteur: str | None, identifiant: UUID, *, finir: bool) -> str | None:
    """Draw a second secret and return it, both signing; with `finir`, forget the former one. Refuse: ReferenceInconnue."""
    webhook = exiger_webhook(livraisons, identifiant)
    livraisons.tourner(webhook.id, finir=finir)
    if finir:
        log.info("webhook.secret_oublie", id=str(webhook.id), acteur=acteur)
        return None
    log.info("webhook.secret_tire", id=str(webhook.id), acteur=acteur)
    return exiger_webhook(livraisons, webhook.id).secrets[0]


def revoquer_webhook(livraisons: Livraisons, acteur: str | None, identifiant: UUID) -> Webhook:
    """Tell it nothing more, and return it, or refuse with ReferenceInconnue."""
    webhook = exiger_webhook(livraisons, identifiant)
    livraisons.revoquer(webhook.id)
    log.info("webhook.revoque", id=str(webhook.id), acteur=acteur)
    return exiger_webhook(livraisons, webhook.id)


def exiger_administrateur(services: Services, acteur: str | None, geste: str) -> None:
    """Refuse with RoleManquant who is no administrateur."""
    exiger_role(services.store, acteur, (Role.ADMINISTRATEUR,), services.maintenant(), geste)
