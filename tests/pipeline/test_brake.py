from __future__ import annotations

from gateway.pipeline.brake import ALL_NOTICES_PER_HOUR, HOUR_SECONDS, KEYS_MAXIMUM, NOTICES_PER_HOUR, Brakes, Hourly
from tests.support.clock import HandClock
from tests.support.values import transaction

NOTICE = transaction(sender="", relay_client="exchange")


def test_what_is_older_than_an_hour_counts_no_more() -> None:
    clock = HandClock()
    counted = Hourly(clock)
    assert [counted.note("a"), counted.note("a"), counted.note("b")] == [1, 2, 1]
    clock.advance(HOUR_SECONDS - 1)
    assert counted.note("a") == 3
    clock.advance(1)
    assert counted.count("a") == 1
    clock.advance(HOUR_SECONDS)
    assert counted.count("a") == 0


def test_it_remembers_no_more_than_so_many() -> None:
    counted = Hourly(HandClock())
    for number in range(KEYS_MAXIMUM + 10):
        counted.note(str(number))
    assert counted.count("0") == 0
    assert counted.count(str(KEYS_MAXIMUM)) == 1


def test_a_storm_is_counted_by_domain_and_ends_with_its_hour() -> None:
    clock = HandClock()
    brakes = Brakes(clock)
    told = [brakes.storm(NOTICE, "office.example") for _ in range(NOTICES_PER_HOUR + 1)]
    assert told[:-1] == [""] * NOTICES_PER_HOUR
    assert told[-1] == "more than 20 notices an hour from exchange for office.example"
    assert brakes.storm(NOTICE, "shop.example") == ""
    clock.advance(HOUR_SECONDS)
    assert brakes.storm(NOTICE, "office.example") == ""


def test_another_domain_each_time_is_a_storm_too() -> None:
    brakes = Brakes(HandClock())
    told = [brakes.storm(NOTICE, f"d{number}.example") for number in range(ALL_NOTICES_PER_HOUR + 1)]
    assert told.count("") == ALL_NOTICES_PER_HOUR


def test_strangers_and_ordinary_mail_are_no_storm() -> None:
    brakes = Brakes(HandClock())
    ordinary, stranger = transaction(relay_client="exchange"), transaction(sender="")
    for _ in range(NOTICES_PER_HOUR + 1):
        assert brakes.storm(ordinary, "office.example") == ""
        assert brakes.storm(stranger, "office.example") == ""
