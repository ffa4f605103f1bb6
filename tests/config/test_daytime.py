from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.daytime import hours, time_of_day


@given(st.integers(0, 23), st.integers(0, 59))
def test_every_time_of_day_is_read_as_it_is_written(hour: int, minute: int) -> None:
    assert time_of_day(f"{hour:02}:{minute:02}") == time(hour, minute)
    assert hours(f"{hour:02}:{minute:02} - 7:05") == (time(hour, minute), time(7, 5))


@pytest.mark.parametrize("text", ["", "24:00", "7", "07:60", "07:30:00", "-1:00", "noon"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="time of day"):
        time_of_day(text)


def test_hours_need_an_end() -> None:
    with pytest.raises(ValueError, match="no end"):
        hours("22:00")
