"""Webhooks: each fact told once signed, in the order of its aggregate, tried again, given up, replayed; never inside."""

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.envois import EnvoiHttp
from application.consultations.evenements import evenements
from application.livraisons import MORTE_APRES, creer_webhook, livrer
from application.services import Services
from application.site import Site
from application.webhooks import Webhook
from bootstrap.cablage import source_des_evenements
from bootstrap.reglages import Reglages
from bootstrap.site import site as ouvrir_le_site
from kernel.instants import Instant
from kernel.refus import Refus
from tests.moteur import deposer, faire, ouvrir_store
from tests.web.recepteur import Recepteur, recepteur


@dataclass
class Bureau:
    services: Services
    site: Site
    source: str
    recepteur: Recepteur

    def creer(self) -> Webhook:
        return creer_webhook(self.services, self.site.livraisons, "admin", self.recepteur.url)

    def livrer(self, webhook: Webhook) -> Instant | None:
        """Pass until nothing more is due."""
        while True:
            suite = livrer(self.services, self.site.livraisons, self.source, EnvoiHttp(ici=True), webhook.id)
            if suite is None or suite > self.site.livraisons.maintenant():
                return suite

    @property
    def positions(self) -> list[int]:
        return [int(json.loads(corps)["id"]) for _, corps in self.recepteur.recus]


sur_les_deux = pytest.mark.parametrize("bureau", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(params=["sqlite"])
def bureau(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bureau]:
    postgres = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    with (
        ouvrir_store(tmp_path, repetition=True, postgres=postgres) as (services, base),
        ouvrir_le_site(Reglages(base=base), services.coffre, a_preparer=True) as site,
        recepteur() as tenu,
    ):
        yield Bureau(services, site, source_des_evenements(base), tenu)


def vieillir(bureau: Bureau, monkeypatch: pytest.MonkeyPatch, duree: timedelta) -> None:
    base: Any = bureau.site.livraisons._base  # type: ignore[attr-defined]
    plus_tard = base.maintenant() + duree
    monkeypatch.setattr(base, "maintenant", lambda: plus_tard)


def verifier(webhook: Webhook, entetes: dict[str, str], corps: bytes) -> list[bool]:
    """Check as the standard says, each signature with each secret."""
    signe = f"{entetes['webhook-id']}.{entetes['webhook-timestamp']}.".encode() + corps
    attendues = [
        base64.b64encode(hmac.new(base64.b64decode(s.removeprefix("whsec_")), signe, hashlib.sha256).digest()).decode()
        for s in webhook.secrets
    ]
    donnees = [une.removeprefix("v1,") for une in entetes["webhook-signature"].split(" ")]
    return [donnee in attendues for donnee in donnees]


def test_chaque_fait_est_dit_une_fois_signe_et_sans_personne(bureau: Bureau) -> None:
    deposer(bureau.services, pieces=("statuts",), le=None, lot=None)
    webhook = bureau.creer()
    bureau.livrer(webhook)
    assert bureau.recepteur.recus == []  # only what is recorded from now on
    recu = deposer(bureau.services, pieces=("statuts", "budget"), le=None, lot=None)
    bureau.livrer(webhook)
    attendus = list(evenements(bureau.services, bureau.source, apres=webhook.position))
    assert [json.loads(corps) for _, corps in bureau.recepteur.recus] == attendus
    assert len(attendus) == len(recu.faits) == 3
    for entetes, corps in bureau.recepteur.recus:
        assert entetes["content-type"] == "application/cloudevents+json"
        assert verifier(webhook, entetes, corps) == [True]
        assert "acteur" not in json.loads(corps)["data"]["entete"]
        assert b"ines" not in corps
    assert len({entetes["webhook-id"] for entetes, _ in bureau.recepteur.recus}) == 3


def test_deux_secrets_signent_pendant_la_rotation(bureau: Bureau) -> None:
    webhook, livraisons = bureau.creer(), bureau.site.livraisons
    livraisons.tourner(webhook.id, finir=False)
    pendant = livraisons.lire(webhook.id)
    assert pendant is not None
    assert (len(pendant.secrets), pendant.secrets[1]) == (2, webhook.secrets[0])
    faire(bureau.services, "agent enregistrer", "admin", identifiant="un", roles="auditeur")
    bureau.livrer(webhook)
    assert verifier(pendant, *bureau.recepteur.recus[-1]) == [True, True]
    assert verifier(webhook, *bureau.recepteur.recus[-1]) == [False, True]  # who has the former one still believes it
    livraisons.tourner(webhook.id, finir=True)
    faire(bureau.services, "agent enregistrer", "admin", identifiant="deux", roles="auditeur")
    bureau.livrer(webhook)
    assert verifier(pendant, *bureau.recepteur.recus[-1]) == [True]
    assert verifier(webhook, *bureau.recepteur.recus[-1]) == [False]


@sur_les_deux
def test_un_echec_retient_son_agregat_et_lui_seul(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    webhook = bureau.creer()
    premier = deposer(bureau.services, pieces=("statuts",), le=None, lot=None)  # two facts, of one aggregate
    autre = faire(bureau.services, "agent enregistrer", "admin", identifiant="un", roles="auditeur")
    bureau.recepteur.reponses = [503]
    suite = bureau.livrer(webhook)
    debut = premier.position - 1
    assert bureau.positions == [debut, autre.position]
    assert suite is not None
    assert timedelta(0) < suite - bureau.site.livraisons.maintenant() <= timedelta(seconds=5)
    assert bureau.livrer(webhook) == suite  # not before
    vieillir(bureau, monkeypatch, timedelta(seconds=6))
    bureau.livrer(webhook)
    assert bureau.positions == [debut, autre.position, debut, premier.position]
    identifiants = [entetes["webhook-id"] for entetes, _ in bureau.recepteur.recus]
    assert identifiants[0] == identifiants[2]


def test_une_redirection_n_est_pas_suivie_et_n_est_pas_une_reponse(bureau: Bureau) -> None:
    webhook = bureau.creer()
    faire(bureau.services, "agent enregistrer", "admin", identifiant="un", roles="auditeur")
    bureau.recepteur.reponses = [302]
    bureau.livrer(webhook)
    (restante,) = bureau.site.livraisons.de(webhook.id)
    assert (restante.statut, restante.essais, len(bureau.recepteur.recus)) == ("302", 1, 1)


@sur_les_deux
def test_une_livraison_est_morte_apres_trois_jours_puis_se_rejoue(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook, livraisons = bureau.creer(), bureau.site.livraisons
    premier = deposer(bureau.services, pieces=("statuts",), le=None, lot=None)
    bureau.recepteur.reponses = [500] * 1000
    bureau.livrer(webhook)
    essais = 1
    while not any(une.morte_le for une in livraisons.de(webhook.id)):
        vieillir(bureau, monkeypatch, timedelta(hours=1, seconds=1))
        bureau.livrer(webhook)
        essais += 1
        assert essais < 100
    assert timedelta(hours=essais - 2) <= MORTE_APRES <= timedelta(hours=essais + 1)
    morte = next(une for une in livraisons.de(webhook.id) if une.morte_le)
    assert (morte.position, morte.statut, morte.prochain_le) == (premier.position - 1, "500", None)
    bureau.recepteur.reponses = []
    vieillir(bureau, monkeypatch, timedelta(seconds=6))
    bureau.livrer(webhook)  # what follows in its aggregate is no longer held back
    assert bureau.positions[-1] == premier.position
    assert livraisons.rejouer(webhook.id, None) == 1
    bureau.livrer(webhook)
    assert bureau.positions[-1] == morte.position
    assert livraisons.de(webhook.id) == []
    assert livraisons.rejouer(webhook.id, premier.position) == 1  # one fact, though it was delivered
    assert livraisons.rejouer(webhook.id, 999_999) == 0


def test_un_webhook_revoque_ne_recoit_plus_rien(bureau: Bureau) -> None:
    webhook = bureau.creer()
    bureau.site.livraisons.revoquer(webhook.id)
    faire(bureau.services, "agent enregistrer", "admin", identifiant="un", roles="auditeur")
    assert bureau.livrer(webhook) is None
    assert bureau.recepteur.recus == []


def test_un_recepteur_arrete_est_une_livraison_a_refaire(bureau: Bureau) -> None:
    with recepteur() as parti:
        url = parti.url
    webhook = creer_webhook(bureau.services, bureau.site.livraisons, "admin", url)
    faire(bureau.services, "agent enregistrer", "admin", identifiant="un", roles="auditeur")
    bureau.livrer(webhook)
    (restante,) = bureau.site.livraisons.de(webhook.id)
    assert (restante.statut, restante.essais) == ("injoignable", 1)


@pytest.mark.parametrize(
    "adresse",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.1.2.3",
        "224.0.0.1",
        "::1",
        "fd00::1",
        "fe80::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
    ],
)
def test_une_adresse_privee_est_refusee_apres_resolution(monkeypatch: pytest.MonkeyPatch, adresse: str) -> None:
    """Whatever the name says, and even when it leads to a public address too."""
    resolues = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("8.8.8.8", adresse)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: resolues)
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("nothing is sent there"))
    assert EnvoiHttp(ici=False)("https://recepteur.example/", b"", {}) == "adresse_privee"


def test_hors_d_une_repetition_seul_https_sert(bureau: Bureau) -> None:
    assert EnvoiHttp(ici=False)(bureau.recepteur.url, b"", {}) == "sans_tls"
    assert bureau.recepteur.recus == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://",
        "ftp://exemple.fr/",
        "https://moi:secret@exemple.fr/",
        "https://exemple.fr/#a",
        "https://[",
        "https://e.fr:99999/",
    ],
)
def test_une_adresse_illisible_est_refusee(bureau: Bureau, url: str) -> None:
    with pytest.raises(Refus) as dit:
        creer_webhook(bureau.services, bureau.site.livraisons, "admin", url)
    assert dit.value.code == "saisie_invalide"
    with pytest.raises(Refus) as dit:
        creer_webhook(bureau.services, bureau.site.livraisons, "ines", bureau.recepteur.url)
    assert dit.value.code == "role_manquant"


def test_un_secret_est_scelle(bureau: Bureau, tmp_path: Path) -> None:
    webhook = bureau.creer()
    for fichier in tmp_path.rglob("*"):
        assert not fichier.is_file() or webhook.secrets[0].encode() not in fichier.read_bytes()
    assert webhook.secrets[0] not in repr(webhook)
