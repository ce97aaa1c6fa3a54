"""Suspensions and interruptions of one délai, mixed: examples counted by hand on a wall calendar."""

import pytest

from kernel.delais import echoir, lire_duree
from tests.kernel.test_delais import dernier, etapes, intervalles, jour


@pytest.mark.parametrize(
    ("suspensions", "interruptions", "attendu"),
    [
        # suspended ten days in January, interrupted on 10 March (the term was the 22nd): two months from there
        (["2026-01-20/2026-01-29"], ["2026-03-10/2026-03-10"], "2026-05-10"),
        # the same suspension is lost, another after the interruption counts: five days more
        (["2026-01-20/2026-01-29", "2026-04-01/2026-04-05"], ["2026-03-10/2026-03-10"], "2026-05-15"),
        # only the suspension kept the clock running until the interruption came
        ([], ["2026-03-15/2026-03-15"], "2026-03-12"),
        (["2026-02-01/2026-02-05"], ["2026-03-15/2026-03-15"], "2026-05-15"),
        # interrupted before a suspension that began with it has ended
        (["2026-01-05/2026-01-20"], ["2026-01-10/2026-01-15"], "2026-03-20"),
        # interrupted within a suspension: what is left of it counts after the interruption
        (["2026-02-01/2026-02-20"], ["2026-02-10/2026-02-10"], "2026-04-20"),
    ],
)
def test_suspensions_et_interruptions_se_melent(suspensions: list[str], interruptions: list[str], attendu: str) -> None:
    assert dernier("2026-01-12", "2 mois", *suspensions, interrompu=interruptions) == attendu
    assert dernier("2026-01-12", "2 mois", *reversed(suspensions), interrompu=interruptions[::-1]) == attendu


def test_une_suspension_puis_une_interruption_s_expliquent() -> None:
    arrets = (intervalles("2026-01-20/2026-01-22", "2026-02-20/2026-02-21"), intervalles("2026-01-26/2026-01-26"))
    assert etapes(echoir(jour("2026-01-12"), lire_duree("1 mois"), *arrets))[1:] == [
        ("01-13", "01-19", 0, "Jours courus, perdus par la remise à zéro"),
        ("01-20", "01-22", 0, "Délai suspendu"),
        ("01-23", "01-25", 0, "Jours courus, perdus par la remise à zéro"),
        ("01-26", "01-26", 0, "Délai interrompu, puis remis à zéro"),
        ("01-27", "02-19", 24, "Le délai court : 1 mois de quantième à quantième, soit 31 jours"),
        ("02-20", "02-21", 0, "Délai suspendu"),
        ("02-22", "02-28", 7, "Le délai court : 1 mois de quantième à quantième, soit 31 jours"),
    ]
