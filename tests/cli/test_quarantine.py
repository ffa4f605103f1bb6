"""Held messages from the command line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.control.desk import Refusal
from gateway.core.outcome import Result
from tests.support.command import Terminal, at, poterne
from tests.support.control import FakeDesk, FakeGateway, gateway_in_thread, held, record


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[FakeGateway]:
    desk = FakeDesk(records=[record(0), record(1)], held_rows=[held(0), held(1, kind="rejected-copy")])
    with gateway_in_thread(tmp_path, desk) as running:
        yield running


def test_the_list_says_why_each_is_held(gateway: FakeGateway) -> None:
    printed = poterne("quarantine", "list", *at(gateway))
    assert "Its 9.5 points reach the limit for quarantine (9)." in printed.lines[1]
    assert "copy of refused mail" in printed.lines[2]


def test_the_list_says_who_has_it_already(gateway: FakeGateway) -> None:
    both = ("anna@office.example", "bob@office.example")
    gateway.desk.held_rows = [held(0, released_to=both), held(1, released_to=both[:1]), held(2)]
    lines = poterne("quarantine", "list", *at(gateway)).lines
    assert "  released: Its 9.5 points" in lines[1]
    assert "  released to some: Its 9.5 points" in lines[2]
    assert "released" not in lines[3]


def test_an_empty_quarantine_says_where_the_rest_is(gateway: FakeGateway) -> None:
    gateway.desk.held_rows = []
    assert poterne("quarantine", "list", *at(gateway)).out.startswith("The quarantine is empty. ")
    assert poterne("quarantine", "list", "--json", *at(gateway)).json == {
        "schema": "poterne/1",
        "items": [],
        "next": None,
    }


def test_the_json_of_the_list_has_times_and_expiry(gateway: FakeGateway) -> None:
    item = poterne("quarantine", "list", "--json", "--limit", "1", *at(gateway)).json["items"][0]
    assert (item["time"], item["expires"]) == ("2026-11-24T12:00:00Z", "2026-12-24T12:00:00Z")
    assert item["is_copy"] is False


def test_the_text_is_shown_only_with_its_option(gateway: FakeGateway) -> None:
    without = poterne("quarantine", "show", "F7K20", *at(gateway))
    with_it = poterne("quarantine", "show", "F7K20", "--text", *at(gateway))
    assert "From: René <rene@sender.example>" in without.out
    assert "Bonjour" not in without.out
    assert "Bonjour," in with_it.lines
    assert "\x1b" not in with_it.out
    assert gateway.desk.asked[0][:2] == ("viewed", "F7K20")
    assert poterne("quarantine", "show", "F7K20", "--json", *at(gateway)).json["text"] is None


def test_a_release_tells_each_recipients_end_and_exits_1_when_one_did_not_get_it(gateway: FakeGateway) -> None:
    done = poterne("quarantine", "release", "F7K20", *at(gateway))
    gateway.desk.results = {"bob@office.example": Result.HOP_AWAY}
    half = poterne("quarantine", "release", "F7K20", *at(gateway))
    assert (done.code, half.code) == (0, 1)
    assert "F7K20 to anna@office.example: delivered (250 2.0.0 Queued)" in done.out
    assert "F7K20 to bob@office.example: the office's server does not answer; it stays in quarantine" in half.out


def test_a_release_goes_on_after_a_code_that_is_unknown(gateway: FakeGateway) -> None:
    printed = poterne("quarantine", "release", "ZZZZZ", "F7K20", "--json", *at(gateway))
    assert printed.code == 1
    assert "No message with the code ZZZZZ" in printed.err
    assert [json.loads(line)["complete"] for line in printed.lines] == [True]


def test_a_release_may_be_for_one_recipient(gateway: FakeGateway) -> None:
    poterne("quarantine", "release", "F7K20", "--to", "bob@office.example", *at(gateway))
    assert gateway.desk.asked[0][1:3] == ("F7K20", ("bob@office.example",))


def test_what_the_gateway_refuses_is_said(gateway: FakeGateway) -> None:
    gateway.desk.refusal = Refusal("Everybody has it already.")
    printed = poterne("quarantine", "release", "F7K20", *at(gateway))
    assert (printed.code, printed.err) == (1, "Everybody has it already.\n")


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("YES\n", 0), ("\n", 1), ("n\n", 1), ("", 1)])
def test_deleting_asks_on_a_terminal(gateway: FakeGateway, typed: str, code: int) -> None:
    printed = poterne("quarantine", "delete", "F7K20", *at(gateway), stdin=Terminal(typed))
    assert printed.code == code
    assert "Delete F7K20 for good? Nobody will get it." in printed.err
    assert bool(gateway.desk.asked) is (code == 0)


def test_deleting_without_a_terminal_wants_yes(gateway: FakeGateway) -> None:
    refused = poterne("quarantine", "delete", "F7K20", *at(gateway), stdin=io.StringIO("y\n"))
    assert refused.code == 2
    assert "--yes" in refused.err
    assert gateway.desk.asked == []
    done = poterne("quarantine", "delete", "F7K20", "F7K21", "--yes", *at(gateway))
    assert (done.code, done.out) == (0, "F7K20 is deleted.\nF7K21 is deleted.\n")


def test_the_scanner_learns(gateway: FakeGateway) -> None:
    first = poterne("quarantine", "learn", "F7K20", "ham", *at(gateway))
    gateway.desk.learned_already = True
    again = poterne("quarantine", "learn", "F7K20", "ham", *at(gateway))
    assert first.out == "The scanner has learned F7K20 as ham.\n"
    assert again.out == "The scanner knew F7K20 as ham already.\n"
    as_json = poterne("quarantine", "learn", "F7K20", "spam", "--json", *at(gateway)).json
    assert as_json == {"schema": "poterne/1", "code": "F7K20", "learned_as": "spam", "changed": False}
