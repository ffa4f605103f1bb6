import pytest

from gateway.control.statsvalues import StatsQuery


@pytest.mark.parametrize("days", [1, 7, 30])
def test_from_a_day_to_a_month_can_be_asked_for(days: int) -> None:
    assert StatsQuery(days).days == days


@pytest.mark.parametrize("days", [0, -1, 31])
def test_no_other_span_can_be_asked_for(days: int) -> None:
    with pytest.raises(ValueError, match="days are from 1 to 30"):
        StatsQuery(days)
