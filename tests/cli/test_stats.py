from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import at, poterne
from tests.support.control import FakeDesk, FakeGateway, gateway_in_thread
from tests.support.interface import busy_desk


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[FakeGateway]:
    with gateway_in_thread(tmp_path, busy_desk()) as running:
        yield running


def test_the_day_is_told_in_numbers(gateway: FakeGateway) -> None:
    done = poterne("stats", *at(gateway))
    assert done.code == 0
    assert "Mail of the last 1 day" in done.out
    assert "held in quarantine" in done.out
    assert "rene@sender.example" in done.out
    assert "answer within" in done.out


def test_json_has_everything(gateway: FakeGateway) -> None:
    told = json.loads(poterne("stats", "--days", "30", "--json", *at(gateway)).out)
    assert told["days"] == 30
    assert told["hours"]
    assert poterne("stats", "--days", "31", *at(gateway)).code == 2


def test_an_empty_day_says_when_there_will_be_something(tmp_path: Path) -> None:
    with gateway_in_thread(tmp_path, FakeDesk()) as running:
        assert "No mail came" in poterne("stats", *at(running)).out
