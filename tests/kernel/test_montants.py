"""Money: whole cents, read as people write them, shared without losing one."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from kernel.montants import (
    Centimes,
    MontantIllisible,
    MontantNegatif,
    MontantTropPrecis,
    PoidsInvalides,
    TauxHorsBornes,
    en_euros,
    lire_montant,
    pourcentage,
    repartir,
)

montants = st.integers(0, 99_999_999_999_999)


@pytest.mark.parametrize(
    ("texte", "centimes"),
    [
        ("1234", 123_400),
        ("1234,5", 123_450),
        ("1234.56", 123_456),
        ("1 234,56", 123_456),
        ("1\u202f234,56 €", 123_456),
        ("1\u00a0234\u00a0567,05\u00a0€", 123_456_705),
        ("1\u2009234€", 123_400),
        ("12 000.00", 1_200_000),
        ("24000.0", 2_400_000),
        ("  0,01  ", 1),
        ("0", 0),
        ("007", 700),
        ("999999999999,99", 99_999_999_999_999),
    ],
)
def test_un_montant_se_lit_comme_on_l_ecrit(texte: str, centimes: int) -> None:
    assert lire_montant(texte) == centimes


@pytest.mark.parametrize(
    "texte",
    [
        *(
            "",
            " ",
            "€",
            "abc",
            "12 €uros",
            "1234 EUR",
            "1.5E3",
            "1e3",
            "1,2,3",
            "1.234,56",
            "1,234.56",
            "12 34",
            "1 2345",
        ),
        *("1234 567", ",5", "5,", "1  234", "12\n345", "1_000", "+5", "5-", "(5)", "٣", "²", "nan", "inf", "-", "-abc"),
        *("1" * 13, "9" * 5000),
    ],
)
def test_un_montant_illisible_est_refuse(texte: str) -> None:
    with pytest.raises(MontantIllisible) as refus:
        lire_montant(texte)
    assert refus.value.code == "montant_illisible"
    assert refus.value.champs == {"texte": texte}


@pytest.mark.parametrize("texte", ["1,234", "1.234", "0,001", "12 000,000", "24000.000000001"])
def test_un_montant_trop_precis_est_refuse(texte: str) -> None:
    with pytest.raises(MontantTropPrecis) as refus:
        lire_montant(texte)
    assert refus.value.code == "montant_trop_precis"


@pytest.mark.parametrize("texte", ["-5", "- 5", "−1 234,56 €", "-0", "-1,234"])
def test_un_montant_negatif_est_refuse(texte: str) -> None:
    with pytest.raises(MontantNegatif) as refus:
        lire_montant(texte)
    assert refus.value.code == "montant_negatif"


@pytest.mark.parametrize(
    ("centimes", "texte"),
    [
        (0, "0,00\u00a0€"),
        (5, "0,05\u00a0€"),
        (99_999, "999,99\u00a0€"),
        (1_200_000, "12\u202f000,00\u00a0€"),
        (123_456_789, "1\u202f234\u202f567,89\u00a0€"),
        (-150, "−1,50\u00a0€"),
    ],
)
def test_un_montant_s_ecrit_en_typographie_francaise(centimes: int, texte: str) -> None:
    assert en_euros(centimes) == texte


@given(montants)
def test_un_montant_ecrit_se_relit(centimes: int) -> None:
    assert lire_montant(en_euros(centimes)) == centimes


@given(st.text(alphabet="0123456789 ,.-−€eE\u00a0\u202fa\n", max_size=16))
def test_tout_texte_est_lu_ou_refuse(texte: str) -> None:
    with suppress(MontantIllisible, MontantNegatif, MontantTropPrecis):
        assert lire_montant(texte) >= 0


class Ligne(BaseModel):
    montant_centimes: Centimes


@pytest.mark.parametrize("valeur", [1200000.0, "1200000", True, None])
def test_un_champ_en_centimes_ne_prend_que_des_entiers(valeur: object) -> None:
    with pytest.raises(ValidationError):
        Ligne.model_validate({"montant_centimes": valeur})


def test_un_champ_en_centimes_ne_juge_pas_le_signe() -> None:
    assert Ligne.model_validate_json('{"montant_centimes": -5}').montant_centimes == -5


@pytest.mark.parametrize(
    ("montant", "points_base", "attendu"),
    [
        (1_840_000, 6_000, 1_104_000),
        (100, 3_333, 33),
        (99, 9_999, 98),
        (1, 9_999, 0),
        (12_345, 0, 0),
        (12_345, 10_000, 12_345),
    ],
)
def test_un_pourcentage_s_arrondit_au_centime_inferieur(montant: int, points_base: int, attendu: int) -> None:
    assert pourcentage(montant, points_base) == attendu


@given(montants, st.integers(0, 10_000))
def test_un_pourcentage_ne_depasse_jamais_le_taux(montant: int, points_base: int) -> None:
    part = pourcentage(montant, points_base)
    assert part * 10_000 <= montant * points_base < (part + 1) * 10_000


@pytest.mark.parametrize("points_base", [-1, 10_001])
def test_un_taux_hors_bornes_est_refuse(points_base: int) -> None:
    with pytest.raises(TauxHorsBornes):
        pourcentage(100, points_base)


def test_le_pourcentage_et_le_partage_d_un_montant_negatif_sont_refuses() -> None:
    with pytest.raises(MontantNegatif):
        pourcentage(-1, 5_000)
    with pytest.raises(MontantNegatif):
        repartir(-1, [1, 1])


@pytest.mark.parametrize(
    ("total", "poids", "parts"),
    [
        (100, [1, 1, 1], (33, 33, 34)),
        (100, [1, 1, 1, 0], (33, 33, 34, 0)),
        (1_000_000, [80, 20], (800_000, 200_000)),
        (1, [1, 1], (0, 1)),
        (0, [3], (0,)),
    ],
)
def test_le_reste_d_un_partage_va_a_la_derniere_part(total: int, poids: list[int], parts: tuple[int, ...]) -> None:
    assert repartir(total, poids) == parts


@given(montants, st.lists(st.integers(0, 10_000), min_size=1, max_size=20).filter(any))
def test_les_parts_font_exactement_le_total(total: int, poids: list[int]) -> None:
    parts = repartir(total, poids)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)
    assert all(part == 0 for part, un_poids in zip(parts, poids, strict=True) if un_poids == 0)


@pytest.mark.parametrize("poids", [[], [0], [0, 0], [2, -1]])
def test_un_partage_sans_poids_est_refuse(poids: list[int]) -> None:
    with pytest.raises(PoidsInvalides):
        repartir(100, poids)
