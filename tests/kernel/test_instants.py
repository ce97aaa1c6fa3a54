"""Civil days and instants, Europe/Paris, in winter and in summer."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kernel.instants import PARIS, dernier_jour, fin_de_jour, jour_de, rfc3339, texte_d_effet, triable


@pytest.mark.parametrize("jour", [date(2026, 1, 27), date(2026, 3, 28), date(2026, 7, 31)])
def test_l_echeance_a_24_heures_est_du_jour_qu_elle_finit(jour: date) -> None:
    assert dernier_jour(fin_de_jour(jour)) == jour
    assert jour_de(fin_de_jour(jour)) == jour + timedelta(days=1)


def test_une_echeance_dans_la_journee_est_de_ce_jour() -> None:
    assert dernier_jour(datetime(2026, 7, 31, 22, 30, tzinfo=UTC)) == date(2026, 8, 1)
    assert dernier_jour(datetime(2026, 7, 31, 12, 0, tzinfo=UTC)) == date(2026, 7, 31)


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda instant: 1 < instant.year < 9999))
@example(datetime(1943, 7, 14, 22, tzinfo=UTC))
@example(datetime(2026, 7, 14, 21, 59, 59, 999_999, tzinfo=UTC))
@example(datetime(2026, 7, 14, 22, tzinfo=UTC))
@example(datetime(2026, 1, 14, 22, 59, tzinfo=UTC))
@example(datetime(2026, 1, 14, 23, tzinfo=UTC))
def test_le_jour_d_un_instant_est_celui_de_paris(instant: datetime) -> None:
    """Of whatever year: the date of UTC is taken for that of Paris where both are known to be the same."""
    assert jour_de(instant) == instant.astimezone(PARIS).date()
    assert jour_de(instant.astimezone(timezone(timedelta(hours=5)))) == jour_de(instant)


def test_l_ordre_des_textes_est_celui_du_temps() -> None:
    ensemble = [
        datetime(2026, 1, 1, h, m, s, u, tzinfo=UTC)
        for h, m, s, u in product((0, 9, 23), (0, 5), (0, 7), (0, 9, 500_000))
    ]
    assert sorted(ensemble) == sorted(ensemble, key=triable)
    assert triable(datetime(2026, 1, 1, 1, tzinfo=PARIS)) == "2026-01-01T00:00:00.000000Z"
    assert rfc3339(datetime(2026, 1, 1, 1, tzinfo=PARIS)) == "2026-01-01T00:00:00Z"


def test_un_effet_est_une_date_ou_un_instant() -> None:
    assert texte_d_effet(date(2026, 3, 5)) == "2026-03-05"
    assert texte_d_effet(datetime(2026, 3, 5, 1, 2, 3, 40, tzinfo=PARIS)) == "2026-03-05T00:02:03.000040Z"
