"""Numbers without hole or double."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.chrono import Chrono, RangAttribue
from aggregates.registre import attentes
from kernel.identifiants import identifiant
from kernel.refus import SaisieInvalide
from tests.aggregates.seance.fabrique import contexte

ACTE = UUID(int=1)


def un_chrono() -> Chrono:
    return Chrono(identifiant("chrono", "deliberation", 2026)).sous(contexte())


def test_le_premier_numero() -> None:
    chrono = un_chrono()
    chrono.attribuer("deliberation", 2026, ACTE)
    assert chrono.nouveaux_faits == [RangAttribue(serie="deliberation", annee=2026, rang=1, pour=ACTE)]
    assert chrono.numero(ACTE) == "2026.00001"
    assert (chrono.ref, attentes(chrono)) == ("deliberation-2026", ())


def test_une_autre_serie_dans_le_meme_flux_est_refusee() -> None:
    chrono = un_chrono()
    chrono.attribuer("deliberation", 2026, ACTE)
    with pytest.raises(SaisieInvalide):
        chrono.attribuer("deliberation", 2027, ACTE)


@given(st.lists(st.integers(0, 20)))
def test_ni_trou_ni_double_quel_que_soit_l_ordre_des_demandes(demandes: list[int]) -> None:
    chrono = un_chrono()
    for demande in demandes:
        chrono.attribuer("deliberation", 2026, UUID(int=demande))
    assert sorted(chrono.rangs.values()) == list(range(1, len(set(demandes)) + 1))
