"""Who is there, and the quorum: pure functions of dated presences."""

import time
from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aggregates.seance.presences import (
    FeuilleDePresence,
    Presence,
    Statut,
    en_ordre,
    exiger_admissible,
    pouvoirs,
    presents,
    quorum,
)
from kernel.refus import Refus
from tests.aggregates.seance.fabrique import (
    COMPOSITION,
    JOUR,
    MEMBRES,
    REUNION,
    TOUS,
    heure,
    present,
    represente,
    une_seance,
)

FEUILLE = FeuilleDePresence(JOUR, MEMBRES, "elu-01", (*TOUS[:3], represente("elu-05", "elu-02")))


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


def _troncons(draw: st.DrawFn) -> list[Presence]:
    """Draw stretches of presence and pouvoirs, some of which contradict each other."""
    heures = st.none() | st.sampled_from([heure(10), heure(11), heure(15)])
    membres = st.sampled_from(MEMBRES)
    presence = st.builds(present, membres, heures, heures)
    pouvoir = st.builds(represente, membres, membres, heures, heures)
    return draw(st.lists(st.one_of(presence, presence, pouvoir), min_size=3, max_size=8))


@given(donnees=st.data())
def test_l_ordre_des_lignes_ne_change_ni_le_quorum_ni_les_pouvoirs_ni_ce_qui_est_refuse(donnees: st.DataObject) -> None:
    """Design §1.7: presences and pouvoirs are dated items; in whatever order they are typed, the fact is the same."""
    troncons = donnees.draw(st.composite(_troncons)())
    melanges = donnees.draw(st.permutations(troncons))
    instant = donnees.draw(st.none() | st.sampled_from([heure(9), heure(10), heure(14), heure(16)]))
    sans = donnees.draw(st.frozensets(st.sampled_from(MEMBRES), max_size=2))
    une, autre = (FeuilleDePresence(JOUR, MEMBRES, "elu-01", tuple(lignes)) for lignes in (troncons, melanges))
    assert quorum(une, instant, sans=sans) == quorum(autre, instant, sans=sans)
    assert pouvoirs(en_ordre(troncons), instant, sans=sans) == pouvoirs(en_ordre(melanges), instant, sans=sans)
    issues: list[Any] = []
    for lignes in (troncons, melanges):
        seance = une_seance()
        try:
            seance.ouvrir(COMPOSITION, lignes, None, REUNION)
        except Refus as refus:
            issues.append(type(refus))
        else:
            issues.append(seance.nouveaux_faits)
    assert issues[0] == issues[1]


HEURES = st.sampled_from([None, heure(14), heure(15), heure(16)])


@given(
    st.lists(
        st.builds(
            lambda qui, par, debut, fin: represente(qui, par, debut, fin) if par else present(qui, debut, fin),
            st.sampled_from(MEMBRES[:3]),
            st.sampled_from([None, None, *MEMBRES[:3]]),
            HEURES,
            HEURES,
        ),
        max_size=6,
    ).filter(lambda ps: all(p.pouvoir_a != p.membre and (p.depart or heure(23)) > (p.arrivee or heure(1)) for p in ps))
)
def test_ce_qui_se_contredit_se_voit_en_un_passage_comme_deux_a_deux(presences: list[Presence]) -> None:
    paires = list(combinations(presences, 2))
    attendu = None
    if any(a.membre == b.membre and a.croise(b) for a, b in paires):
        attendu = "presences_invalides"
    elif any(a.pouvoir_a is not None and a.pouvoir_a == b.pouvoir_a and a.croise(b) for a, b in paires) or not all(
        any(p.statut is Statut.PRESENT and p.membre == q.pouvoir_a and p.croise(q) for p in presences)
        for q in presences
        if q.pouvoir_a is not None
    ):
        attendu = "pouvoir_invalide"
    elif "elu-01" not in {p.membre for p in presences if p.statut is Statut.PRESENT and p.couvre(None)}:
        attendu = "presidence_exigee"
    assert refus_de(presences) == attendu


def refus_de(presences: Sequence[Presence]) -> str | None:
    """Return the code under which a sheet is refused."""
    try:
        exiger_admissible(FeuilleDePresence(JOUR, MEMBRES, "elu-01", tuple(presences)), JOUR)
    except Refus as refus:
        return refus.code
    return None


def test_trente_mille_allees_et_venues_se_lisent_en_un_passage() -> None:
    """Each stretch was compared with all the others."""
    allees = [
        present("elu-01", heure(14) + timedelta(milliseconds=2 * n), heure(14) + timedelta(milliseconds=2 * n + 1))
        for n in range(15_000)
    ]
    recus = [represente("elu-02", "elu-01", p.arrivee, p.depart) for p in allees]
    debut = time.process_time()
    assert refus_de([*allees, *recus]) == "presidence_exigee"
    assert time.process_time() - debut < 5
