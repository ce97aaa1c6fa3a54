"""The échéancier: shares or amounts, that make the whole award to the cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.subvention import EcheancePrevue, NatureEcheance
from aggregates.subvention.echeancier import EcheancierIllisible, EcheancierInexact, lire_echeances
from kernel.montants import MontantTropPrecis
from kernel.refus import DejaFait, GesteImpossible
from tests.aggregates.fabrique import par, rien, topics, verifie_refus
from tests.aggregates.subvention.fabrique import DEUX_PARTS, MOTIF, VOTE, codes, une_subvention, une_subvention_engagee


def montants(texte: str, total: int) -> list[tuple[str, int]]:
    return [(echeance.nature.value, echeance.montant_centimes) for echeance in lire_echeances(texte, total)]


@pytest.mark.parametrize(
    ("texte", "total", "attendu"),
    [
        ("avance:70%,solde:30%", 1_200_000, [("avance", 840_000), ("solde", 360_000)]),
        ("avance: 70 % , solde: 30 %", 1001, [("avance", 700), ("solde", 301)]),
        ("acompte:33,33%,acompte:33.33%,solde:33,34%", 100, [("acompte", 33), ("acompte", 33), ("solde", 34)]),
        ("unique:100%", 999, [("unique", 999)]),
        ("avance:8 400,50,solde:3600", 1_200_050, [("avance", 840_050), ("solde", 360_000)]),
    ],
)
def test_un_echeancier_se_lit_en_parts_ou_en_euros(texte: str, total: int, attendu: list[tuple[str, int]]) -> None:
    assert montants(texte, total) == attendu


@pytest.mark.parametrize("texte", ["", "70%", "prime:100%", "avance:70%,solde:30", "avance:70%;solde:30%", "avance:"])
def test_un_echeancier_illisible_est_refuse(texte: str) -> None:
    with pytest.raises(EcheancierIllisible):
        lire_echeances(texte, 1000)


def test_des_parts_qui_ne_font_pas_le_tout_sont_refusees() -> None:
    with pytest.raises(EcheancierInexact):
        lire_echeances("avance:70%,solde:40%", 1000)
    with pytest.raises(MontantTropPrecis):
        lire_echeances("avance:1,234,solde:10", 1000)


@given(st.integers(1, 10**12), st.integers(1, 9_999))
def test_les_parts_font_toujours_le_tout(total: int, points: int) -> None:
    reste = 10_000 - points
    texte = f"avance:{points // 100}.{points % 100:02d}%,solde:{reste // 100}.{reste % 100:02d}%"
    assert sum(e.montant_centimes for e in lire_echeances(texte, total)) == total


def test_fixer_un_echeancier_ouvre_la_liquidation_de_la_premiere_echeance() -> None:
    subvention = une_subvention_engagee()
    assert topics(subvention) == ["subvention.echeancier_fixe.v1"]
    assert codes(subvention) == ["liquidation"]
    par(subvention).fixer_echeancier(lire_echeances(DEUX_PARTS, VOTE))
    assert rien(subvention)


def test_un_autre_echeancier_est_refuse() -> None:
    subvention = par(une_subvention_engagee())
    with verifie_refus(subvention, DejaFait):
        subvention.fixer_echeancier(lire_echeances("unique:100%", VOTE))


@pytest.mark.parametrize("montants", [(VOTE - 1,), (VOTE, 0), (VOTE + 1, -1)])
def test_un_echeancier_inexact_ou_nul_est_refuse(montants: tuple[int, ...]) -> None:
    subvention = par(une_subvention())
    echeances = [EcheancePrevue(nature=NatureEcheance.ACOMPTE, montant_centimes=montant) for montant in montants]
    with verifie_refus(subvention, EcheancierInexact):
        subvention.fixer_echeancier(echeances)


@pytest.mark.parametrize("texte", ["unique:50%,solde:50%", "solde:50%,avance:50%", "solde:50%,solde:50%"])
def test_des_natures_qui_ne_se_suivent_pas_sont_refusees(texte: str) -> None:
    subvention = par(une_subvention())
    with verifie_refus(subvention, EcheancierIllisible):
        subvention.fixer_echeancier(lire_echeances(texte, VOTE))


def test_pas_d_echeancier_apres_la_renonciation() -> None:
    subvention = par(une_subvention())
    subvention.renoncer(MOTIF)
    par(subvention)
    with verifie_refus(subvention, GesteImpossible):
        subvention.fixer_echeancier(lire_echeances(DEUX_PARTS, VOTE))
