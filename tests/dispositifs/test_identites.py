"""Numbers that identify: what is read, and what each wrong one is told."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.reprise.valeurs import ValeurFausse, convertir
from dispositifs.identites import (
    IbanInvalide,
    RnaInvalide,
    SirenInvalide,
    SiretInvalide,
    bic_de,
    iban_masque,
    verifier_iban,
    verifier_rna,
    verifier_siren,
    verifier_siret,
)

IBAN = "FR1420041010050500013M02606"
"""The example of the IBAN register."""

CLE_RIB_FAUSSE = "FR8420041010050500013M02607"
"""Right for the international key, wrong for the French one."""


@pytest.mark.parametrize(
    ("texte", "lu"),
    [
        ("00000001800002", "00000001800002"),
        ("224 900 019 000 15'", "22490001900015"),
        ("200\xa0053\u202f742 00017", "20005374200017"),
        ("200.053.742.00017", "20005374200017"),
        ("’20005374200017", "20005374200017"),
        ("35600000049837", "35600000049837"),
        ("35600000000048", "35600000000048"),
    ],
)
def test_un_siret_se_lit_comme_les_gens_l_ecrivent(texte: str, lu: str) -> None:
    assert verifier_siret(texte) == lu


@pytest.mark.parametrize(
    ("texte", "defaut", "dit"),
    [
        ("2000537420001", "longueur", "13 chiffres au lieu de 14"),
        ("200053742000170", "longueur", "15 chiffres au lieu de 14"),
        ("", "longueur", "vide"),
        ("2000537420001A", "caracteres", "que des chiffres"),
        ("٢٠٠٠٥٣٧٤٢٠٠٠١٧", "caracteres", "que des chiffres"),
        ("20005374200018", "cle", "clé de contrôle"),
        ("35600000049849", "cle", "clé de contrôle"),
    ],
)
def test_un_siret_faux_dit_ce_qui_ne_va_pas(texte: str, defaut: str, dit: str) -> None:
    with pytest.raises(SiretInvalide) as refus:
        verifier_siret(texte)
    assert refus.value.champs["defaut"] == defaut
    assert dit in refus.value.message


@given(st.text(max_size=20))
def test_un_texte_quelconque_est_un_siret_ou_un_refus(texte: str) -> None:
    with contextlib.suppress(SiretInvalide):
        assert len(verifier_siret(texte)) == 14


def test_un_siren_se_verifie() -> None:
    assert verifier_siren("000 000 018") == "000000018"
    for faux, defaut in (("000000019", "cle"), ("00000018", "longueur"), ("00000001X", "caracteres")):
        with pytest.raises(SirenInvalide) as refus:
            verifier_siren(faux)
        assert refus.value.champs["defaut"] == defaut


@pytest.mark.parametrize("ecrit", [" w595012345 ", "W595 012 345", "W2A1000123", "w9p1002760"])
def test_un_rna_a_neuf_chiffres_ou_une_lettre_au_deuxieme_rang(ecrit: str) -> None:
    assert verifier_rna(ecrit) == convertir("rna", ecrit) == ecrit.replace(" ", "").upper()


@pytest.mark.parametrize(
    "faux",
    ["595012345", "W59501234", "W5950123456", "X595012345", "WABCDEFGHI", "WA95012345", "W59A012345", "W５95012345"],
)
def test_un_rna_faux_l_est_partout_et_pour_la_meme_raison(faux: str) -> None:
    with pytest.raises(RnaInvalide, match="deuxième est une lettre en Corse"):
        verifier_rna(faux)
    with pytest.raises(ValeurFausse, match="deuxième est une lettre en Corse"):
        convertir("rna", faux)


def test_un_iban_se_lit_et_donne_son_bic() -> None:
    assert verifier_iban("fr14 2004 1010 0505 0001 3M02 606") == IBAN
    assert bic_de(IBAN) == "PSSTFRPP"
    assert bic_de("FR7612345123451234567890106") is None
    assert bic_de("n’importe quoi") is None
    assert iban_masque(IBAN) == "FR14 •••• 606"


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ("FR1420041010050500013M02607", "clé de l’IBAN"),
        (CLE_RIB_FAUSSE, "clé RIB"),
        ("FR1420041010050500013M026", "longueur"),
        ("ZZ1420041010050500013M02606", "pays « ZZ »"),
        ("FR14AAAA1010050500013M02606", "forme"),
        ("", "deux lettres"),
        ("20041010050500013M02606", "deux lettres"),
    ],
)
def test_un_iban_faux_dit_pourquoi_sans_repeter_le_compte(texte: str, dit: str) -> None:
    with pytest.raises(IbanInvalide) as refus:
        verifier_iban(texte)
    assert dit in refus.value.message
    assert "10050500013" not in str(refus.value.en_json())
    assert refus.value.__cause__ is None
