from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.schedule import LIFETIME_SECONDS, delay_after, is_over


@given(st.integers(-5, 10_000))
def test_delays_grow_and_stay_within_a_quarter_of_an_hour(attempts: int) -> None:
    assert 60.0 <= delay_after(attempts) <= delay_after(attempts + 1) <= 900.0


def test_a_message_is_given_up_after_five_days_and_not_before() -> None:
    assert not is_over(0.0, LIFETIME_SECONDS)
    assert is_over(0.0, LIFETIME_SECONDS + 1)
