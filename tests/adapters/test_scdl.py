"""The official examples of SCDL subventions 2.1.1 (tag v2.1.1, public domain), and each error in French."""

import csv
import errno
import os
from collections import Counter
from pathlib import Path

import pytest

from adapters.ecriture import SECRET
from adapters.scdl.validation import ErreurScdl, colonnes_du_schema, valider
from adapters.sorties import fichier_neuf
from adapters.tableurs.refus import FichierNonEcrit
from application.exports.scdl import COLONNES

EXEMPLES = Path(__file__).parent / "scdl"
BONNE = {
    "nomAttribuant": "Région Hauts-de-France",
    "idAttribuant": "20005374200017",
    "dateConvention": "2026-06-18",
    "nomBeneficiaire": "Les Passerelles (exemple)",
    "idBeneficiaire": "00000001800002",
    "objet": "Été au Pile",
    "montant": "12000.00",
    "nature": "aide en numéraire",
    "conditionsVersement": "unique",
    "datesPeriodeVersement": "2026-07-14",
    "notificationUE": "non",
    "pourcentageSubvention": "1",
}


def verifier(dossier: Path, **changees: str) -> list[ErreurScdl]:
    fichier = dossier / "essai.csv"
    with fichier.open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, COLONNES)
        ecrivain.writeheader()
        ecrivain.writerow(BONNE | changees)
    return valider(fichier)


def test_nos_colonnes_sont_celles_du_schema() -> None:
    assert colonnes_du_schema() == COLONNES
    assert len(COLONNES) == 16


@pytest.mark.parametrize(
    ("nom", "attendues"),
    [
        ("exemple_valide", {}),
        (
            "exemple_invalide_erreurs_cellules",
            {
                "missing-label": 1,
                "constraint-error": 10,
                "type-error": 5,
                "french-siret-value": 49,
                "one-of-required": 1,
            },
        ),
        (
            "exemple_invalide_erreurs_colonnes",
            {
                "missing-label": 1,
                "incorrect-label": 3,
                "constraint-error": 38,
                "type-error": 5,
                "french-siret-value": 49,
                "one-of-required": 1,
            },
        ),
    ],
)
def test_les_exemples_officiels(nom: str, attendues: dict[str, int]) -> None:
    """Without the schema's own checks the last two have 16 and 47 errors; both have wrong SIRET on purpose."""
    erreurs = valider(EXEMPLES / f"{nom}.csv")
    assert Counter(erreur.code for erreur in erreurs) == attendues
    assert sum(e.code not in {"french-siret-value", "one-of-required"} for e in erreurs) in {0, 16, 47}


def test_un_fichier_sans_attribution_est_valide(tmp_path: Path) -> None:
    fichier = tmp_path / "essai.csv"
    fichier.write_text(",".join(COLONNES) + "\r\n", encoding="utf-8")
    assert valider(fichier) == []


def test_une_ligne_juste_est_valide(tmp_path: Path) -> None:
    assert verifier(tmp_path) == []
    assert verifier(tmp_path, idBeneficiaire="", rnaBeneficiaire="W591234567", objet='- a\n- "b", c') == []


@pytest.mark.parametrize(
    ("colonne", "valeur", "message"),
    [
        ("idAttribuant", "20005374200018", "clé de contrôle est fausse"),
        ("idBeneficiaire", "000 000 018 00002", "doit s’écrire 00000001800002"),
        ("idBeneficiaire", "", "l’une des colonnes idBeneficiaire ou rnaBeneficiaire est exigée"),
        ("rnaBeneficiaire", "W2A1234567", "« W2A1234567 » n’a pas la forme attendue"),
        ("dateConvention", "18/06/2026", "la norme attend une date AAAA-MM-JJ"),
        ("montant", "12000,5", "la norme attend un nombre, avec un point"),
        ("notificationUE", "vrai", "la norme attend « oui » ou « non »"),
        ("nature", "en numéraire", "« en numéraire » n’est pas une valeur permise"),
        ("objet", "x" * 257, "le texte est trop long"),
        ("objet", "", "une valeur est exigée"),
        ("pourcentageSubvention", "100", "« 100 » est trop grand"),
        ("pourcentageSubvention", "0", "« 0 » est trop petit"),
        ("datesPeriodeVersement", "NC/2019-06-30", "n’a pas la forme attendue"),
    ],
)
def test_chaque_erreur_se_dit_en_francais(tmp_path: Path, colonne: str, valeur: str, message: str) -> None:
    erreurs = verifier(tmp_path, **{colonne: valeur})
    assert any(message in erreur.message for erreur in erreurs), erreurs
    assert {erreur.ligne for erreur in erreurs} == {2}


def test_un_fichier_qui_n_est_pas_en_utf_8_se_dit(tmp_path: Path) -> None:
    fichier = tmp_path / "essai.csv"
    fichier.write_bytes(",".join(COLONNES).encode() + "\r\nRégion".encode("latin-1"))
    assert [erreur.message for erreur in valider(fichier)] == ["le fichier n’est pas en UTF-8"]


def test_un_fichier_n_est_remplace_que_si_tout_va_bien(tmp_path: Path) -> None:
    fichier = tmp_path / "sortie.csv"
    fichier.write_text("avant", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError), fichier_neuf(fichier) as flux:
        flux.writelines(["demi", "\ud800"])
    assert fichier.read_text(encoding="utf-8") == "avant"
    with fichier_neuf(fichier, SECRET) as flux:
        flux.write("après")
    assert (fichier.read_text(encoding="utf-8"), fichier.stat().st_mode & 0o777) == ("après", 0o600)
    assert list(tmp_path.iterdir()) == [fichier]


def test_un_peripherique_ou_un_dossier_ne_se_remplace_pas(tmp_path: Path) -> None:
    for chemin in (Path("/dev/null"), tmp_path, tmp_path / "absent" / "sortie.csv"):
        with pytest.raises(FichierNonEcrit), fichier_neuf(chemin):
            pass
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize(
    ("faute", "raison"), [(errno.ENOSPC, "le disque est plein"), (errno.EFBIG, "File too large"), (errno.EIO, "disque")]
)
def test_un_disque_plein_est_un_refus_et_ne_laisse_rien(tmp_path: Path, faute: int, raison: str) -> None:
    def ecrire() -> None:
        with fichier_neuf(tmp_path / "sortie.csv") as flux:
            flux.write("demi")
            raise OSError(faute, os.strerror(faute))

    with pytest.raises(FichierNonEcrit, match=raison):
        ecrire()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(FichierNonEcrit, match="son nom est trop long"), fichier_neuf(tmp_path / ("x" * 300)):
        pass
