"""Messages handed to a real local mail server: once accepted, refused for good, told to try later, over STARTTLS; and none."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import AuthResult

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


@pytest.fixture(scope="module")
def certificat(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate of this machine, that nobody vouches for, and what serves it."""
    dossier = tmp_path_factory.mktemp("tls")
    cle, certificat = dossier / "cle.pem", dossier / "certificat.pem"
    ordre = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "1"]
    ordre += ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*ordre, "-keyout", str(cle), "-out", str(certificat)], check=True, capture_output=True)
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(certificat, cle)
    return certificat, contexte


def test_avec_starttls_rien_n_est_dit_a_un_serveur_dont_le_certificat_n_est_pas_sur(
    certificat: tuple[Path, ssl.SSLContext],
) -> None:
    recue = Boite()
    with serveur(recue, tls_context=certificat[1], require_starttls=True) as courrier_:
        for chiffrement in ("starttls", "aucun"):
            with pytest.raises(CourrierIndisponible):
                replace(courrier_, chiffrement=chiffrement).envoyer(MESSAGE)
    with serveur(recue) as en_clair, pytest.raises(CourrierIndisponible):
        replace(en_clair, chiffrement="starttls").envoyer(MESSAGE)
    assert recue.recus == []


def test_avec_starttls_et_un_certificat_sur_qui_s_identifie_est_servi_et_nul_autre(
    certificat: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificat[0]))

    def identifier(*dit: Any) -> AuthResult:
        bon = (dit[-1].login, dit[-1].password) == (b"region", b"exemple")
        return AuthResult(success=bon, handled=False)

    recue = Boite()
    options = {"tls_context": certificat[1], "require_starttls": True, "auth_required": True}
    with serveur(recue, authenticator=identifier, **options) as courrier_:
        connu = replace(courrier_, chiffrement="starttls", utilisateur="region", mot_de_passe="exemple")
        for refuse in (replace(connu, mot_de_passe="un autre"), replace(connu, utilisateur=None)):
            with pytest.raises(CourrierIndisponible):
                refuse.envoyer(MESSAGE)
        assert recue.recus == []
        connu.envoyer(MESSAGE)
    assert len(recue.recus) == 1


def test_coupe_au_milieu_rien_n_est_dit_remis_et_remis_rien_ne_fait_recommencer(
    boite: tuple[Boite, CourrierSmtp],
) -> None:
    """A server that leaves before its word is asked again; one that took the message and then errs is not."""
    recue, courrier_ = boite
    recue.coupe = True
    with pytest.raises(CourrierIndisponible):
        courrier_.envoyer(MESSAGE)
    recue.coupe, recue.adieu = False, "421 too busy to say goodbye"
    courrier_.envoyer(MESSAGE)
    un, deux = recue.recus
    assert un["Message-ID"] == deux["Message-ID"]


def test_un_serveur_qui_ne_dit_rien_n_est_pas_attendu_sans_fin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.courriel._DELAI_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as muet:
        courrier_ = CourrierSmtp("127.0.0.1", muet.getsockname()[1], "region@exemple.invalid", "aucun")
        with pytest.raises(CourrierIndisponible):
            courrier_.envoyer(MESSAGE)


def test_un_serveur_ordinaire_suffit_et_rien_ne_part_en_caracteres_qu_il_ne_lit_pas() -> None:
    """Neither SMTPUTF8 for the accent of the sender's name, nor eight bits that nobody announced."""
    recue = Boite()
    with serveur(recue, enable_SMTPUTF8=False) as courrier_:
        courrier_.envoyer(MESSAGE)
    (message,) = recue.recus
    assert str(make_header(decode_header(message["From"]))) == "Région <region@exemple.invalid>"
    assert message.as_bytes().isascii()


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
    en_clair = Reglages(**complet, courriel_utilisateur="region", courriel_chiffrement="aucun")
    with pytest.raises(SaisieInvalide, match="en clair"):
        courrier(en_clair, repetition=False)
    ici = en_clair.model_copy(update={"courriel_serveur": "127.0.0.1:25"})
    assert isinstance(courrier(ici, repetition=False), CourrierSmtp), "this machine reads no wire"
