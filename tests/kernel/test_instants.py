"""Civil days and instants, Europe/Paris, in winter and in summer."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kernel.instants import dernier_jour, fin_de_jour, jour_de


@pytest.mark.parametrize("jour", [date(2026, 1, 27), date(2026, 3, 28), date(2026, 7, 31)])
def test_l_echeance_a_24_heures_est_du_jour_qu_elle_finit(jour: date) -> None:
    assert dernier_jour(fin_de_jour(jour)) == jour
    assert jour_de(fin_de_jour(jour)) == jour + timedelta(days=1)


def test_une_echeance_dans_la_journee_est_de_ce_jour() -> None:
    assert dernier_jour(datetime(2026, 7, 31, 22, 30, tzinfo=UTC)) == date(2026, 8, 1)
    assert dernier_jour(datetime(2026, 7, 31, 12, 0, tzinfo=UTC)) == date(2026, 7, 31)
