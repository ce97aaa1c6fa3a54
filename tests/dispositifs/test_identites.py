"""Numbers that identify: what is read, and what each wrong one is told."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iban import calc_check_digits

from application.reprise.valeurs import ValeurFausse, convertir
from dispositifs.identites import (
    IbanInvalide,
    RnaInvalide,
    SiretInvalide,
    iban_masque,
    verifier_iban,
    verifier_rna,
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


@pytest.mark.parametrize(
    ("texte", "lu"),
    [
        ("fr14 2004 1010 0505 0001 3M02 606", IBAN),
        ("MC58 1122 2000 0101 2345 6789 030", "MC5811222000010123456789030"),
        ("BE68 5390 0754 7034", "BE68539007547034"),
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("NO93 8601 1117 947", "NO9386011117947"),
    ],
)
def test_un_iban_se_lit(texte: str, lu: str) -> None:
    """The examples of the IBAN register."""
    assert verifier_iban(texte) == lu


def test_un_iban_masque_ne_dit_pas_le_compte() -> None:
    assert iban_masque(IBAN) == "FR14 •••• 2606"


@given(st.integers(0, 10**10 - 1), st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=11, max_size=11))
def test_une_seule_cle_rib_est_juste(banque_et_guichet: int, compte: str) -> None:
    """The international key being right each time: of the hundred national keys, one is."""
    debut = f"{banque_et_guichet:010d}{compte}"
    justes = []
    for cle in range(100):
        bban = f"{debut}{cle:02d}"
        with contextlib.suppress(IbanInvalide):
            justes.append(verifier_iban(f"FR{calc_check_digits(f'FR00{bban}')}{bban}"))
    assert len(justes) == 1
    assert 1 <= int(justes[0][-2:]) <= 97


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ("FR1420041010050500013M02607", "clé de l’IBAN"),
        (CLE_RIB_FAUSSE, "clé RIB"),
        ("FR675473020002JD39S0LT97J98", "clé RIB"),
        ("BE01539007547034", "clé de l’IBAN"),
        ("RE1420041010050500013M02606", "pays « RE »"),
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
