from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.schedule import LIFETIME_SECONDS, delay_after, is_over, lifetime


@given(st.integers(-5, 10_000))
def test_delays_grow_and_stay_within_a_quarter_of_an_hour(attempts: int) -> None:
    assert 60.0 <= delay_after(attempts) <= delay_after(attempts + 1) <= 900.0


def test_a_message_is_given_up_after_five_days_and_not_before() -> None:
    assert not is_over(0.0, LIFETIME_SECONDS)
    assert is_over(0.0, LIFETIME_SECONDS + 1)


def test_a_strangers_server_is_asked_less_and_less_often() -> None:
    minutes = [delay_after(attempts, "mx:partner.example") / 60 for attempts in range(1, 9)]
    assert minutes == [5, 10, 20, 30, 60, 120, 120, 120]


def test_a_provider_that_is_away_is_asked_often_and_what_it_puts_off_is_not() -> None:
    assert delay_after(9, "smart_host:provider") == delay_after(9, "backend:x") == 900.0
    assert delay_after(9, "smart_host:provider", is_trouble=False) == 7_200.0


def test_a_notice_to_the_outside_is_tried_for_a_day() -> None:
    assert lifetime("mx:a.example", is_notice=True) == 86_400.0
    assert lifetime("mx:a.example", is_notice=False) == LIFETIME_SECONDS
    assert lifetime("backend:x", is_notice=True) == LIFETIME_SECONDS
    assert is_over(0.0, 90_000.0, 86_400.0)
