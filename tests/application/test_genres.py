"""What a pièce is: a program, or another kind than its name says, is received, and is never verified."""

import pytest

from aggregates.dossier import Dossier
from application.commandes import FichierRecu
from application.genres import est_trompeur
from application.gestes.pieces import PieceTrompeuse
from tests.application.bureau import SQLITE_SUFFIT, Atelier, de, envoyer, un_dossier

PDF, PNG, EXECUTABLE = b"%PDF-1.7 exemple", b"\x89PNG\r\n\x1a\nexemple", b"MZ\x90\x00exemple"


@pytest.mark.parametrize(
    ("debut", "nom", "trompe"),
    [
        (PDF, "statuts.pdf", False),
        (PDF, "STATUTS.PDF", False),
        (PNG, "statuts.pdf", True),
        (EXECUTABLE, "statuts.pdf", True),
        (EXECUTABLE, "statuts.docx", True),
        (b"#!/bin/sh\nrm", "statuts.txt", True),
        (b"\x7fELF", "statuts", True),
        (b"PK\x03\x04", "statuts.docx", False),
        ("relevé".encode(), "rib.txt", False),
        (PDF, "", False),
    ],
)
def test_un_fichier_est_ce_que_disent_ses_premiers_octets(debut: bytes, nom: str, trompe: bool) -> None:  # noqa: FBT001
    assert est_trompeur(debut, nom) == trompe


@SQLITE_SUFFIT
def test_un_executable_nomme_pdf_est_recu_puis_ecarte_jamais_verifie(atelier: Atelier) -> None:
    services = atelier.services
    ref = un_dossier(services).ref
    faux = FichierRecu("rib.pdf", EXECUTABLE)
    envoyer(services, "dossier recevoir-piece", de(), dossier=ref, code="rib", fichier=faux)
    avant = atelier.compte
    with pytest.raises(PieceTrompeuse, match="rib"):
        envoyer(services, "dossier verifier-pieces", de(), dossier=ref)
    assert atelier.compte.faits == avant.faits
    envoyer(services, "dossier ecarter-piece", de(), dossier=ref, code="rib", motif="ce n’est pas un relevé")
    envoyer(services, "dossier verifier-pieces", de(), dossier=ref)
    dossier = services.trouver(Dossier, ref)
    assert "rib" in [piece.code for piece in dossier.pieces_manquantes]
