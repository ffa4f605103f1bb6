"""The bypass from the command line."""

from __future__ import annotations

import pytest

from tests.support.command import poterne
from tests.support.control import FakeGateway


def test_it_is_on_for_a_time_and_off_again(gateway: FakeGateway) -> None:
    at = ("--socket", str(gateway.path))
    assert poterne("bypass", "status", *at).out == "The bypass is off: mail is filtered.\n"
    assert "The bypass is on until" in poterne("bypass", "on", "--for", "2h", *at).out
    assert gateway.desk.work.asked[-1][:2] == ("bypass", 7_200)
    state = poterne("bypass", "status", "--json", *at).json
    assert (state["is_on"], state["until"]) == (True, "2026-11-24T14:00:00Z")
    assert poterne("bypass", "off", *at).out == "The bypass is off: mail is filtered.\n"


@pytest.mark.parametrize("time", ["2d", "5s", "soon"])
def test_no_longer_than_a_day_and_no_shorter_than_a_minute(gateway: FakeGateway, time: str) -> None:
    assert poterne("bypass", "on", "--for", time, "--socket", str(gateway.path)).code == 2
    assert gateway.desk.work.asked == []
