"""One stream in the chain: what is done to one of its facts, or beside it, is found by reading a few of them."""

import pytest

from adapters.store.preuve import verifier_le_flux
from application.ports import Constat
from application.store import Store
from tests.adapters.store.falsifications import falsifier, genres, rechainer, relire
from tests.adapters.store.test_chaine import ATTAQUES, DEUX, peupler


def preuve(store: Store) -> tuple[int, list[Constat]]:
    """What is found of the two streams of a small store."""
    lus, constats = zip(*(verifier_le_flux(relire(store), flux) for flux in DEUX), strict=True)
    return sum(lus), [constat for trouves in constats for constat in trouves]


def test_des_flux_intacts_tiennent_et_chacun_de_leurs_faits_est_relu(store: Store) -> None:
    peupler(store)
    assert preuve(store) == (10, [])


@pytest.mark.parametrize("attaque", [nom for nom in ATTAQUES if not nom.startswith("insere ")] + ["insere a la fin"])
def test_ce_qui_touche_un_flux_se_voit_dans_le_flux(base: str, store: Store, attaque: str) -> None:
    ordres, _, position = ATTAQUES[attaque]
    peupler(store)
    falsifier(base, *ordres)
    _, constats = preuve(store)
    assert constats
    if attaque not in {"efface", "efface et renumerote", "premiers effaces"}:
        assert position in {constat.champs.get("position") for constat in constats}


def test_un_fait_efface_manque_aussi_de_son_flux_et_une_base_reecrite_ne_se_voit_que_par_une_ancre(
    base: str, store: Store
) -> None:
    peupler(store)
    falsifier(base, "DELETE FROM stored_events WHERE position=4")
    assert "version_manquante" in genres(preuve(store)[1])
    falsifier(base, ("UPDATE stored_events SET state=? WHERE position=3", (b"{}",)))
    rechainer(base, store)
    assert genres(preuve(store)[1]) == ["version_manquante"]
