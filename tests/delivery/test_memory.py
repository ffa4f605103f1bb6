from __future__ import annotations

from gateway.delivery.memory import KEPT_MAXIMUM, KEPT_SECONDS, AcceptedLately
from tests.support.clock import HandClock
from tests.support.values import recipient


def test_an_address_is_remembered_for_seven_days_in_any_case() -> None:
    clock = HandClock()
    accepted = AcceptedLately(clock)
    accepted.note(recipient("Bob@office.example"))
    clock.advance(KEPT_SECONDS - 1)
    assert recipient("bob@office.example") in accepted
    clock.advance(1)
    assert recipient("bob@office.example") not in accepted


def test_the_oldest_are_forgotten_first() -> None:
    accepted = AcceptedLately(HandClock())
    for number in range(KEPT_MAXIMUM + 1):
        accepted.note(recipient(f"u{number}@office.example"))
    assert recipient("u0@office.example") not in accepted
    assert recipient("u1@office.example") in accepted
