"""Who is there, and the quorum: pure functions of dated presences."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregates.seance.presences import Feuille, Presence, pouvoirs, presents, quorum
from tests.aggregates.seance.fabrique import JOUR, MEMBRES, TOUS, heure, present, represente

FEUILLE = Feuille(JOUR, MEMBRES, "elu-01", (*TOUS[:3], represente("elu-05", "elu-02")))


def test_un_pouvoir_tombe_quand_qui_le_detient_sort_ou_part() -> None:
    assert pouvoirs(FEUILLE.presences, None) == {"elu-05": "elu-02"}
    assert pouvoirs(FEUILLE.presences, None, sans={"elu-02"}) == {}
    partie = (present("elu-01"), present("elu-02", depart=heure(15)), represente("elu-05", "elu-02"))
    assert pouvoirs(partie, heure(14)) == {"elu-05": "elu-02"}
    assert pouvoirs(partie, heure(15)) == {}


def test_un_deporte_represente_n_est_plus_represente() -> None:
    assert pouvoirs(FEUILLE.presences, None, sans={"elu-05"}) == {}


def test_le_quorum_est_la_majorite_absolue_des_membres_en_exercice() -> None:
    compte = quorum(FEUILLE, None)
    assert (compte.presents, compte.representes, compte.requis, compte.en_exercice) == (3, 1, 3, 5)
    assert compte.atteint
    assert not quorum(FEUILLE, None, sans={"elu-02"}).atteint


def test_qui_arrive_en_cours_de_seance_n_est_pas_la_a_l_ouverture() -> None:
    feuille = (present("elu-01"), present("elu-02", arrivee=heure(15)))
    assert presents(feuille, None) == {"elu-01"}
    assert presents(feuille, heure(15)) == {"elu-01", "elu-02"}


intervalles = st.tuples(st.sampled_from(MEMBRES), st.integers(0, 300), st.integers(1, 120))


@given(st.lists(intervalles, max_size=8), st.permutations(range(8)), st.integers(0, 420))
def test_l_ordre_des_lignes_ne_change_pas_qui_est_la(
    bruts: list[tuple[str, int, int]], ordre: list[int], minute: int
) -> None:
    debut = heure(9)
    lignes: list[Presence] = [
        present(membre, debut + timedelta(minutes=de), debut + timedelta(minutes=de + duree))
        for membre, de, duree in bruts
    ]
    melangees = [lignes[rang] for rang in ordre if rang < len(lignes)]
    instant = debut + timedelta(minutes=minute)
    attendus = {membre for membre, de, duree in bruts if de <= minute < de + duree}
    assert presents(lignes, instant) == presents(melangees, instant) == attendus
