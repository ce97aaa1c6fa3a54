"""Identifiers: derived, the same everywhere; a mistyped number is seen."""

from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kernel.identifiants import (
    ReferenceIllisible,
    derive,
    est_un_login,
    identifiant,
    numero,
    verifier_numero,
    workflow_id,
)

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXY"
NUMEROS = st.builds(numero, st.sampled_from(["NQE-2026", "PIC-2027", "REPRISE-2014"]), st.uuids(), st.integers(0, 3))


def test_les_identifiants_ne_changent_jamais() -> None:
    """Stored ids depend on these three: a change here would lose every stream."""
    assert identifiant("dossier", "NQE-2026-7K3F9") == UUID("a62334f7-3686-503b-9218-21f219a105d8")
    assert derive(UUID(int=1), "tiers", 3) == UUID("aea1e04f-b8a2-50e1-8804-25a58b80b068")
    assert numero("NQE-2026", UUID(int=1)) == "NQE-2026-QR5YY"
    assert workflow_id("dossier", UUID(int=1)) == "dossier-00000000-0000-0000-0000-000000000001"


def test_deux_cles_donnent_deux_identifiants() -> None:
    assert identifiant("dossier", "A") != identifiant("tiers", "A")
    assert derive(UUID(int=1), "a") != derive(UUID(int=2), "a")
    assert numero("NQE-2026", UUID(int=1)) != numero("NQE-2026", UUID(int=1), 1)


@given(reference=NUMEROS)
def test_un_numero_bien_recopie_est_lu_meme_en_minuscules(reference: str) -> None:
    assert verifier_numero(f" {reference.lower()} ") == reference
    assert set(reference.rpartition("-")[2]) <= set(ALPHABET)


@given(reference=NUMEROS, rang=st.integers(-5, -1), signe=st.sampled_from(ALPHABET))
def test_un_signe_faux_est_vu(reference: str, rang: int, signe: str) -> None:
    assume(reference[rang] != signe)
    signes = list(reference)
    signes[rang] = signe
    with pytest.raises(ReferenceIllisible):
        verifier_numero("".join(signes))


@given(reference=NUMEROS, rang=st.integers(-5, -2))
def test_deux_signes_voisins_intervertis_sont_vus(reference: str, rang: int) -> None:
    signes = list(reference)
    signes[rang], signes[rang + 1] = signes[rang + 1], signes[rang]
    assume("".join(signes) != reference)
    with pytest.raises(ReferenceIllisible):
        verifier_numero("".join(signes))


@pytest.mark.parametrize("reference", ["", "   ", "A", "NQE", "é" * 9, "NQE-2026-", "0" * 500])
def test_ce_qui_n_est_pas_un_numero_est_refuse_en_francais(reference: str) -> None:
    with pytest.raises(ReferenceIllisible) as refus:
        verifier_numero(reference)
    assert refus.value.message.endswith(".")


def test_un_login_ne_se_prend_pas_pour_le_moteur() -> None:
    assert all(map(est_un_login, ("ines", "elu-01", "a.b_c", "systeme2")))
    assert not any(map(est_un_login, ("systeme", "Ines", "", "-a", "a b", "in\u00e9s", "\u0661", "x" * 64)))
