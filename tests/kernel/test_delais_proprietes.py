"""Legal time: what holds for every délai, whatever its unit and its suspensions."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from kernel.delais import (
    DateHorsCalendrier,
    Duree,
    Echeance,
    Intervalle,
    Unite,
    echoir,
    est_ouvre,
    fusionner,
    lire_duree,
)

simples = st.builds(Duree, st.integers(1, 60), st.sampled_from(Unite))
composees = st.builds(
    Duree, st.integers(1, 60), st.sampled_from((Unite.MOIS, Unite.ANS)), st.integers(1, 60), st.booleans()
)
durees = simples | composees


class Calcul(NamedTuple):
    """A délai to count, its suspensions and interruptions, and one more to try on it, as the one or the other."""

    depuis: date
    duree: Duree
    arrets: list[Intervalle]
    interruptions: list[Intervalle]
    de_plus: Intervalle
    report: bool

    def echoir(self, arrets: Sequence[Intervalle] | None = None) -> Echeance:
        return echoir(
            self.depuis,
            self.duree,
            self.arrets if arrets is None else arrets,
            self.interruptions,
            report=self.report,
        )


@st.composite
def calculs(draw: st.DrawFn) -> Calcul:
    depuis = draw(st.dates(date(2000, 1, 1), date(2020, 12, 31)))
    debuts = st.dates(depuis - timedelta(days=30), depuis + timedelta(days=400))
    intervalles = st.builds(lambda du, n: Intervalle(du, du + timedelta(days=n)), debuts, st.integers(-2, 60))
    arrets, interruptions = draw(st.lists(intervalles, max_size=5)), draw(st.lists(intervalles, max_size=3))
    return Calcul(depuis, draw(durees), arrets, interruptions, draw(intervalles), draw(st.booleans()))


@given(calculs(), st.randoms())
def test_l_ordre_des_suspensions_et_des_interruptions_ne_change_rien(calcul: Calcul, hasard: Random) -> None:
    melanges = ([*calcul.arrets, *calcul.arrets], [*calcul.interruptions, *calcul.interruptions])
    for melange in melanges:
        hasard.shuffle(melange)
    fusionnes = (fusionner(calcul.arrets), fusionner(calcul.interruptions))
    for arrets, interruptions in (melanges, fusionnes):
        assert calcul._replace(interruptions=list(interruptions)).echoir(arrets) == calcul.echoir()


@given(calculs())
def test_une_suspension_de_plus_ne_rapproche_jamais_la_fin(calcul: Calcul) -> None:
    avant = calcul.echoir()
    for apres in (
        calcul.echoir([*calcul.arrets, calcul.de_plus]),
        calcul._replace(interruptions=[*calcul.interruptions, calcul.de_plus]).echoir(),
    ):
        assert apres.dernier_jour >= avant.dernier_jour
        if calcul.de_plus.du > avant.dernier_jour or calcul.de_plus.au <= calcul.depuis:
            assert apres.dernier_jour == avant.dernier_jour


@given(calculs())
def test_les_etapes_se_suivent_et_leurs_jours_font_le_delai(calcul: Calcul) -> None:
    suite = calcul.echoir().etapes
    assert (suite[0].du, suite[-1].au) == (calcul.depuis, calcul.echoir().dernier_jour)
    assert all(e.du <= e.au and e.jours in (0, (e.au - e.du).days + 1) for e in suite)
    assert all(b.du == a.au + timedelta(days=1) for a, b in pairwise(suite))
    if calcul.duree.unite in (Unite.JOURS, Unite.JOURS_FRANCS, Unite.JOURS_OUVRES):
        assert sum(e.jours for e in suite) == calcul.duree.nombre


@given(calculs())
def test_interrompu_un_delai_est_celui_qui_part_de_sa_derniere_interruption(calcul: Calcul) -> None:
    """Written apart: an interruption met before the term of the clock as it then runs is its new starting day."""
    depuis = calcul.depuis
    for interruption in sorted((i for i in calcul.interruptions if i.du <= i.au), key=lambda i: (i.du, i.au)):
        if depuis < interruption.au and interruption.du <= echoir(depuis, calcul.duree, calcul.arrets).dernier_jour:
            depuis = interruption.au
    assert calcul.echoir().dernier_jour == calcul._replace(depuis=depuis, interruptions=[]).echoir().dernier_jour


@given(calculs())
def test_un_delai_suspendu_est_celui_du_calendrier_mural(calcul: Calcul) -> None:
    """The same rule as a clerk applies it: cross out one day after the other."""
    depuis, duree = calcul.depuis, calcul.duree
    reste = {Unite.SEMAINES: 7 * duree.nombre, Unite.JOURS_FRANCS: duree.nombre + 1}.get(duree.unite, duree.nombre)
    if duree.unite in (Unite.MOIS, Unite.MOIS_FRANCS, Unite.ANS):
        reste = (echoir(depuis, duree).dernier_jour - depuis).days
    coche = depuis
    while reste:
        coche += timedelta(days=1)
        suspendu = any(a.du <= coche <= a.au for a in calcul.arrets)
        reste -= not suspendu and (duree.unite is not Unite.JOURS_OUVRES or est_ouvre(coche))
    assert echoir(depuis, duree, calcul.arrets).dernier_jour == coche


@given(calculs())
def test_un_delai_en_jours_ouvres_ou_reporte_finit_un_jour_ouvre(calcul: Calcul) -> None:
    fin = calcul.echoir().dernier_jour
    assert fin > calcul.depuis
    assert est_ouvre(fin) or not (calcul.report or calcul.duree.unite is Unite.JOURS_OUVRES)


@given(st.dates(), st.builds(Duree, st.integers(1, 99_999), st.sampled_from(Unite)), st.dates(), st.dates(), st.data())
def test_aucun_calcul_ne_deborde(depuis: date, duree: Duree, du: date, au: date, data: st.DataObject) -> None:
    with suppress(DateHorsCalendrier):
        arrets = data.draw(st.permutations([[Intervalle(du, au)], []]))
        echeance = echoir(depuis, duree, *arrets)
        assert 1900 <= echeance.dernier_jour.year <= 2200


@given(durees)
def test_le_texte_d_une_duree_la_redonne(duree: Duree) -> None:
    assert lire_duree(str(duree)) == lire_duree(duree.libelle) == duree
