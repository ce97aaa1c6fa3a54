"""Payment conditions in words: an échéancier when they are sure, nothing otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.reprise.conditions import echeancier


@pytest.mark.parametrize(
    ("conditions", "total", "parts"),
    [
        ("unique", 24_000_00, (24_000_00,)),
        ("Versement  unique", 1, (1,)),
        ("autre : 2 versements 50%-50%", 35_000_01, (17_500_00, 17_500_01)),
        ("autre : 2 versements 70%-30%", 100_000_00, (70_000_00, 30_000_00)),
        ("autre : 3 versements 50%-25%-25%", 1_950_000_00, (975_000_00, 487_500_00, 487_500_00)),
        ("autre : 3 versements 1/3 - 1/3 - 1/3", 32_500_00, (10_833_33, 10_833_33, 10_833_34)),
        ("autre : 2 versements 40,5 Keuros-29,5 Keuros", 70_000_00, (40_500_00, 29_500_00)),
        ("autre : 2 versements 29 k€ et 31 k€", 60_000_00, (29_000_00, 31_000_00)),
        ("autre : 2 versements: 500000 et 156000", 656_000_00, (500_000_00, 156_000_00)),
        ("autre : 3 versements 12500-12500-5000", 30_000_00, (12_500_00, 12_500_00, 5_000_00)),
        ("autre : 3 versements 42 000 - 55 000 - 25 000", 122_000_00, (42_000_00, 55_000_00, 25_000_00)),
        ("2 versements 100,50 € + 99,50 €", 200_00, (100_50, 99_50)),
        ("VERSEMENT\N{NO-BREAK SPACE}UNIQUE.", 5_00, (5_00,)),
        ("Autre:2 versements 50 % \N{EN DASH} 50 %", 1_00, (50, 50)),
        ("AUTRE : 3 VERSEMENTS 1/3 \N{EM DASH} 1/3\N{NON-BREAKING HYPHEN}1/3", 1_00, (33, 33, 34)),
        ("autre \N{EN DASH} 2 versements 40,5 K euros - 29.5 K€", 70_000_00, (40_500_00, 29_500_00)),
        ("2 versements 40,5 %, 59,5 %", 10_00, (4_05, 5_95)),
    ],
)
def test_des_conditions_sures_donnent_un_echeancier(conditions: str, total: int, parts: tuple[int, ...]) -> None:
    assert echeancier(conditions, total) == parts


@pytest.mark.parametrize(
    ("conditions", "total"),
    [
        (None, 100_00),
        ("", 100_00),
        ("unique", None),
        ("unique", 0),
        ("unique;échelonné", 100_00),
        ("échelonné", 100_00),
        ("autre : sous condition de performances", 100_00),
        ("autre : 2 versements: 500000 et 156000", 1_850_000_00),  # the amounts are another award's
        ("autre : 3 versements 42 000 - 55 000 - 5 000", 122_000_00),  # they make 102 000
        ("autre : 3 versements 50%-50%", 100_00),
        ("autre : 2 versements 33%-33%-34%", 100_00),
        ("autre : 2 versements 40,5 - 29,5 Keuros", 70_000_00),
        ("échelonné : 2 versements 50%-50%", 100_00),
        ("autre : 2 versements 50%-40%", 100_00),
        ("autre : 2 versements 1/3 - 1/3", 100_00),
        ("autre : 2 versements 50% - 50 €", 100_00),
        ("autre : 2 versements 100%-0%", 100_00),
        ("autre : 2 versements 0-100", 100_00),
        ("autre : 2 versements 1/0 - 1/1", 100_00),
        ("autre : 2 versements 50%-50%", 1),
        ("autre : 2 versements 50%-50% sous condition", 100_00),
        ("autre : 1/2 à la signature, 1/2 au bilan", 100_00),
    ],
)
def test_au_moindre_doute_une_personne_decide(conditions: str | None, total: int | None) -> None:
    assert echeancier(conditions, total) is None


@given(st.integers(1, 10**12), st.lists(st.integers(1, 97), min_size=2, max_size=4))
def test_les_parts_font_toujours_le_total(total: int, pourcents: list[int]) -> None:
    parts = echeancier(f"{len(pourcents)} versements {'-'.join(f'{p}%' for p in pourcents)}", total)
    if parts is not None:
        assert sum(pourcents) == 100
        assert sum(parts) == total
        assert len(parts) == len(pourcents)
    elif sum(pourcents) == 100:
        assert total < 100
