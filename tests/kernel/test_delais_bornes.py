"""Legal time at its edges: the last day that is known, the stretch of one day, the stop that touches another."""

from itertools import islice

import pytest

from kernel.delais import (
    DateHorsCalendrier,
    Duree,
    DureeIllisible,
    IntervalleIllisible,
    Unite,
    echoir,
    est_ouvre,
    lire_duree,
    lire_intervalle,
)
from kernel.delais.calendrier import chomes_apres
from tests.kernel.test_delais import dernier, etapes, intervalles, jour


@pytest.mark.parametrize(
    ("depuis", "attendus"),
    [
        # Christmas, a Friday, then its week-end, the New Year on a Friday, and the next week-end
        ("2026-12-24", ["12-25/12-25", "12-26/12-27", "01-01/01-01", "01-02/01-03"]),
        # from within a week-end: what is left of it is still to come
        ("2026-12-26", ["12-26/12-27", "01-01/01-01"]),
        # a holiday on a Saturday is a day of that week-end, told once
        ("2026-08-14", ["08-15/08-16", "08-22/08-23"]),
        # the year begins on a Saturday, which is its first week-end
        ("2027-12-31", ["01-01/01-02", "01-08/01-09"]),
    ],
)
def test_les_jours_chomes_se_suivent_dans_l_ordre_sans_se_repeter(depuis: str, attendus: list[str]) -> None:
    chomes = list(islice(chomes_apres(jour(depuis)), len(attendus)))
    assert [f"{c.du:%m-%d}/{c.au:%m-%d}" for c in chomes] == attendus
    assert {c.jours for c in chomes} == {0}


def test_les_jours_feries_sont_connus_jusqu_en_2100() -> None:
    assert est_ouvre(jour("2100-12-31"))
    assert not est_ouvre(jour("2100-07-14"))
    with pytest.raises(DateHorsCalendrier) as refus:
        est_ouvre(jour("2101-01-03"))
    assert (refus.value.champs["annee"], refus.value.message.count("2100")) == (2101, 1)


def test_un_delai_de_mois_peut_finir_la_derniere_annee_du_calendrier() -> None:
    assert dernier("2199-12-15", "1 mois") == "2200-01-15"
    with pytest.raises(DateHorsCalendrier, match="2201 n’est pas entre 1900 et 2200"):
        dernier("2200-12-15", "1 mois")


def test_un_intervalle_illisible_est_redit_dans_le_refus() -> None:
    with pytest.raises(IntervalleIllisible, match="« demain »") as refus:
        lire_intervalle("demain")
    assert refus.value.champs == {"intervalle": "demain"}


@pytest.mark.parametrize(
    ("unite", "jours", "francs"),
    [
        (Unite.JOURS, 3, False),  # days follow months or years, nothing else
        (Unite.MOIS, 100_000, False),
        (Unite.MOIS, -1, False),
        (Unite.MOIS, 0, True),  # of no days, none is franc
        (Unite.JOURS, 0, True),
    ],
)
def test_une_duree_construite_de_travers_est_refusee(*, unite: Unite, jours: int, francs: bool) -> None:
    with pytest.raises(DureeIllisible):
        Duree(2, unite, jours, francs)


def test_les_jours_d_une_duree_composee_ont_la_meme_borne_que_les_autres() -> None:
    assert str(Duree(99_999, Unite.MOIS, 99_999)) == "99999 mois et 99999 jours"


def test_un_lundi_ferie_suit_la_fin_de_semaine_sans_jour_entre_eux() -> None:
    assert etapes(echoir(jour("2026-04-03"), lire_duree("1 jour_ouvre")))[1:] == [
        ("04-04", "04-05", 0, "Fin de semaine"),
        ("04-06", "04-06", 0, "Jour férié : Lundi de Pâques"),
        ("04-07", "04-07", 1, "Le délai court : 1 jour ouvré"),
    ]


@pytest.mark.parametrize(
    ("arrets", "attendues"),
    [
        ([], [("01-13", "01-13", 1, "Le délai court : 1 jour franc")]),
        # suspended once its one day has run: only the day that does not count is left
        (
            ["2026-01-14/2026-01-15"],
            [("01-13", "01-13", 1, "Le délai court : 1 jour franc"), ("01-14", "01-15", 0, "Délai suspendu")],
        ),
    ],
)
def test_un_delai_d_un_jour_franc_s_explique(arrets: list[str], attendues: list[tuple[str, str, int, str]]) -> None:
    *avant, fin = etapes(echoir(jour("2026-01-12"), lire_duree("1 jour_franc"), intervalles(*arrets)))[1:]
    assert avant == attendues
    assert fin[2:] == (0, "Dernier jour d’un délai franc : il ne compte pas")


def test_une_suspension_d_un_jour_perdue_par_une_interruption_s_explique() -> None:
    arrets = (intervalles("2026-01-15/2026-01-15"), intervalles("2026-01-18/2026-01-18"))
    assert etapes(echoir(jour("2026-01-12"), lire_duree("1 mois"), *arrets))[1:5] == [
        ("01-13", "01-14", 0, "Jours courus, perdus par la remise à zéro"),
        ("01-15", "01-15", 0, "Délai suspendu"),
        ("01-16", "01-17", 0, "Jours courus, perdus par la remise à zéro"),
        ("01-18", "01-18", 0, "Délai interrompu, puis remis à zéro"),
    ]
