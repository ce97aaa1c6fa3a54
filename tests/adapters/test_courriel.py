"""Messages handed to a real local mail server: once accepted, refused for good, told to try later, over STARTTLS; and none."""

import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller

from adapters.courriel import CourrierDeRepetition, CourrierSmtp
from application.ports import AdresseRefusee, CourrierIndisponible, Message
from bootstrap.cablage import courrier
from bootstrap.reglages import Reglages
from kernel.refus import SaisieInvalide
from tests.acceptance.compose import port_libre
from tests.courriel import Boite, serveur

MESSAGE = Message(
    identite=UUID("5f1e0c3a-0000-5000-8000-000000000001"),
    le=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    a="contact@exemple.invalid",
    reponse_a="service@exemple.invalid",
    sujet="Accusé de réception — dossier NQE-2026-7K3F9",
    corps="Bonjour,\n",
    nom="accuse.pdf",
    contenu=b"%PDF-1.7 exemple",
)


@pytest.fixture
def boite() -> Iterator[tuple[Boite, CourrierSmtp]]:
    boite = Boite()
    with serveur(boite) as courrier_:
        yield boite, courrier_


def test_un_message_est_remis_avec_son_document_sous_son_message_id(boite: tuple[Boite, CourrierSmtp]) -> None:
    recue, courrier_ = boite
    for _ in range(2):
        courrier_.envoyer(MESSAGE)
    premier, second = recue.recus
    assert premier["Message-ID"] == second["Message-ID"] == f"<{MESSAGE.identite}@exemple.invalid>"
    assert (premier["To"], premier["Reply-To"]) == (MESSAGE.a, MESSAGE.reponse_a)
    assert premier["Date"] == "Mon, 02 Mar 2026 09:30:00 +0000"
    (piece,) = [p for p in premier.walk() if p.get_content_type() == "application/pdf"]
    assert (piece.get_filename(), piece.get_payload(decode=True)) == ("accuse.pdf", MESSAGE.contenu)


def test_une_adresse_refusee_pour_toujours_se_distingue_d_un_serveur_qui_demande_d_attendre(
    boite: tuple[Boite, CourrierSmtp],
) -> None:
    recue, courrier_ = boite
    recue.reponse = "550 no such user"
    with pytest.raises(AdresseRefusee) as refus:
        courrier_.envoyer(MESSAGE)
    assert refus.value.code == 550
    recue.reponse = "451 try again later"
    with pytest.raises(CourrierIndisponible):
        courrier_.envoyer(MESSAGE)
    with pytest.raises(CourrierIndisponible):
        replace(courrier_, port=port_libre()).envoyer(MESSAGE)
    assert recue.recus == []


def test_avec_starttls_rien_n_est_dit_a_un_serveur_dont_le_certificat_n_est_pas_sur(tmp_path: Path) -> None:
    cle, certificat = tmp_path / "cle.pem", tmp_path / "certificat.pem"
    ordre = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "1"]
    subprocess.run([*ordre, "-keyout", str(cle), "-out", str(certificat)], check=True, capture_output=True)
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(certificat, cle)
    recue = Boite()
    controle = Controller(recue, hostname="127.0.0.1", port=port_libre(), tls_context=contexte, require_starttls=True)
    controle.start()
    try:
        with pytest.raises(CourrierIndisponible):
            CourrierSmtp("127.0.0.1", controle.port, "region@exemple.invalid", "starttls").envoyer(MESSAGE)
        with pytest.raises(CourrierIndisponible):
            CourrierSmtp("127.0.0.1", controle.port, "region@exemple.invalid", "aucun").envoyer(MESSAGE)
    finally:
        controle.stop()
    assert recue.recus == []


def test_personne_ne_recoit_ce_qu_envoie_une_repetition() -> None:
    regles = Reglages(courriel_serveur="127.0.0.1:25", courriel_expediteur="region@exemple.invalid")
    repetition = courrier(regles, repetition=True)
    assert isinstance(repetition, CourrierDeRepetition)
    repetition.envoyer(MESSAGE)
    with pytest.raises(AdresseRefusee):
        repetition.envoyer(replace(MESSAGE, a="contact@refuse.invalid"))


def test_les_reglages_du_courriel(tmp_path: Path) -> None:
    assert courrier(Reglages(), repetition=False) is None
    (secret := tmp_path / "secret").write_text("exemple\n", encoding="utf-8")
    complet: dict[str, Any] = {
        "courriel_serveur": "smtp.exemple.invalid:587",
        "courriel_expediteur": "region@exemple.invalid",
    }
    regle = courrier(Reglages(**complet, courriel_utilisateur="region", courriel_mot_de_passe=secret), repetition=False)
    assert regle == CourrierSmtp("smtp.exemple.invalid", 587, "region@exemple.invalid", "starttls", "region", "exemple")
    for faux in ({"courriel_serveur": "smtp.exemple.invalid"}, {"courriel_expediteur": ""}):
        with pytest.raises(SaisieInvalide):
            courrier(Reglages(**(complet | faux)), repetition=False)
    with pytest.raises(SaisieInvalide):
        courrier(Reglages(**complet, courriel_mot_de_passe=tmp_path / "absent"), repetition=False)
