"""Listing, showing, explaining and following messages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli.messages import recipients
from gateway.core.event import MessageFollowed, MessageHandled
from gateway.core.followup import follow_up
from gateway.core.record import Disposition, WeighedReason
from tests.support.command import poterne
from tests.support.control import HOSTILE, NOON, FakeDesk, gateway_in_thread, record


def test_the_list_is_a_table_of_what_became_of_each(tmp_path: Path) -> None:
    with gateway_in_thread(tmp_path, FakeDesk(records=[record(0), record(1, reverse_path="")])) as gateway:
        printed = poterne("messages", "list", "--socket", str(gateway.path))
    assert printed.code == 0
    assert printed.lines[0].split() == ["CODE", "WHEN", "OUTCOME", "SCORE", "FROM", "TO", "SUBJECT"]
    assert "held in quarantine  9.5" in printed.lines[1]
    assert "<>" in printed.lines[2]


def test_the_list_fits_a_terminal_of_80_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    rows = [record(0, reverse_path=f"{'long' * 10}@sender.example")]
    with gateway_in_thread(tmp_path, FakeDesk(records=rows)) as gateway:
        printed = poterne(
            "messages", "list", "--socket", str(gateway.path), terminal=True, environment={"NO_COLOR": "1"}
        )
    assert max(map(len, printed.lines)) <= 80
    assert "held in quarantine" in printed.lines[1]


def test_an_empty_list_says_what_to_do(tmp_path: Path) -> None:
    with gateway_in_thread(tmp_path, FakeDesk()) as gateway:
        empty = poterne("messages", "list", "--socket", str(gateway.path))
        nothing = poterne("messages", "list", "--search", "x", "--socket", str(gateway.path))
        as_json = poterne("messages", "list", "--json", "--socket", str(gateway.path))
    assert empty.out.startswith("No messages yet. ")
    assert nothing.out == "No message matches.\n"
    assert as_json.json == {"schema": "poterne/1", "items": [], "next": None}


def test_a_hostile_subject_is_harmless_on_paper(tmp_path: Path) -> None:
    desk = FakeDesk(records=[record(0, subject=HOSTILE, from_field=HOSTILE, helo=HOSTILE)])
    with gateway_in_thread(tmp_path, desk) as gateway:
        told = [
            poterne("messages", *words, "--socket", str(gateway.path)).out
            for words in (("list",), ("show", "F7K20"), ("explain", "F7K20"), ("list", "--json"))
        ]
    assert not any(bad in text for text in told for bad in ("\x1b", "\\u001b", "\u202e", "\u200b", "\x9b"))


def test_pages_are_put_together_and_can_be_gone_through_by_hand(tmp_path: Path) -> None:
    desk = FakeDesk(records=[record(number) for number in range(450)])
    with gateway_in_thread(tmp_path, desk) as gateway:
        socket = ("--json", "--socket", str(gateway.path))
        some = poterne("messages", "list", "--limit", "250", *socket).json
        rest = poterne("messages", "list", "--all", "--cursor", some["next"], *socket).json
        people = poterne("messages", "list", "--limit", "2", "--socket", str(gateway.path))
    codes = [item["code"] for item in (*some["items"], *rest["items"])]
    assert len(some["items"]) == 250
    assert codes == [row.code for row in desk.records]
    assert rest["next"] is None
    assert "There are more: --all" in people.err


@pytest.mark.parametrize("wrong", [("--limit", "0"), ("--cursor", "x")])
def test_a_page_that_is_none_is_a_usage_error(tmp_path: Path, wrong: tuple[str, str]) -> None:
    with gateway_in_thread(tmp_path, FakeDesk()) as gateway:
        printed = poterne("messages", "list", *wrong, "--socket", str(gateway.path))
    assert printed.code == 2


def test_an_action_is_searched_through_all_pages(tmp_path: Path) -> None:
    passed = Disposition("a@office.example", "accept", "delivered")
    rows = [record(n, dispositions=(passed,)) if n in (150, 390) else record(n) for n in range(400)]
    with gateway_in_thread(tmp_path, FakeDesk(records=rows)) as gateway:
        found = poterne("messages", "list", "--action", "accept", "--json", "--socket", str(gateway.path)).json
    assert [item["code"] for item in found["items"]] == ["F7K2150", "F7K2390"]


def test_a_message_is_shown_with_every_recipient(tmp_path: Path) -> None:
    fates = (
        *record(0).dispositions,
        Disposition("bob@office.example", "accept", "delivered", "10.0.0.9:25", "250 2.6.0 InternalId=42"),
    )
    with gateway_in_thread(tmp_path, FakeDesk(records=[record(0, dispositions=fates)])) as gateway:
        printed = poterne("messages", "show", "F7K20", "--socket", str(gateway.path))
        as_json = poterne("messages", "show", "F7K20", "--json", "--socket", str(gateway.path)).json
    assert "bob@office.example: delivered" in printed.out
    assert "10.0.0.9:25 said: 250 2.6.0 InternalId=42" in printed.out
    assert "2026-11-24 12:00:00 UTC" in printed.out
    assert as_json["summary"]["code"] == "F7K20"
    assert as_json["recipients"][0]["reasons"][0]["name"] == "score-quarantine"


def test_an_explanation_says_what_why_what_else_and_on_what_evidence(tmp_path: Path) -> None:
    reasons = (*record(0).dispositions[0].reasons, *(WeighedReason(f"R{n}", 0.1) for n in range(5)))
    fate = Disposition("anna@office.example", "quarantine", "quarantined", hop_reply="250 ok", reasons=reasons)
    with gateway_in_thread(tmp_path, FakeDesk(records=[record(0, dispositions=(fate,))])) as gateway:
        printed = poterne("messages", "explain", "F7K20", "--socket", str(gateway.path))
        as_json = poterne("messages", "explain", "F7K20", "--json", "--socket", str(gateway.path)).json
    assert printed.lines[0] == "The message from rene@sender.example was held in quarantine."
    # That the points were too many, and the three that made most of them.
    assert sum(line.startswith("  - ") for line in printed.lines) == 4
    assert "The next server's reply: 250 ok" in printed.out
    assert "spf" in printed.out
    assert "checks" in printed.out
    assert len(as_json["stories"][0]["reasons"]) == 4


def test_messages_are_followed_one_object_a_line(tmp_path: Path) -> None:
    desk = FakeDesk(records=[record(2), record(3)])
    with gateway_in_thread(tmp_path, desk) as gateway:
        command = [sys.executable, "-m", "gateway", "messages", "tail", "--json", "--socket", str(gateway.path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as follower:
            assert follower.stdout is not None
            earlier = [json.loads(follower.stdout.readline())["code"] for _ in range(2)]
            gateway.call_soon(lambda: gateway.hub.publish(MessageHandled(record(2))))
            gateway.call_soon(lambda: gateway.hub.publish(MessageHandled(record(1))))
            now = json.loads(follower.stdout.readline())
            follower.terminate()
    assert earlier == ["F7K23", "F7K22"]  # oldest first
    assert now["code"] == "F7K21"  # and what was shown before is not shown again
    assert now["schema"] == "poterne/1"


def test_recipients_that_are_not_shown_are_counted() -> None:
    assert recipients(("a@x.example",), 1) == "a@x.example"
    assert recipients(("a@x.example", "b@x.example"), 5) == "a@x.example, b@x.example and 3 more"


def test_the_list_is_limited_in_time(tmp_path: Path) -> None:
    desk = FakeDesk(records=[record(number) for number in range(5)])
    with gateway_in_thread(tmp_path, desk) as gateway:
        at = ("--json", "--socket", str(gateway.path))
        span = ("--since", "2026-11-24T11:59:57Z", "--until", "2026-11-24T12:00:00Z")
        found = poterne("messages", "list", *span, *at).json["items"]
        assert [item["code"] for item in found] == ["F7K21", "F7K22", "F7K23"]
        assert poterne("messages", "list", "--since", "2030-01-01", "--socket", str(gateway.path)).out == (
            "No message matches.\n"
        )
        assert poterne("messages", "list", "--since", "soon", *at).code == 2


def test_what_becomes_of_an_earlier_message_is_followed_too(tmp_path: Path) -> None:
    later = Disposition("anna@office.example", "", "delivered", "10.0.0.9:25", "250 2.6.0 InternalId=7")
    with gateway_in_thread(tmp_path, FakeDesk(records=[record(0)])) as gateway:
        command = [sys.executable, "-m", "gateway", "messages", "tail", "--socket", str(gateway.path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as follower:
            assert follower.stdout is not None
            follower.stdout.readline()
            news = MessageFollowed(follow_up("F7K20", NOON.timestamp(), (later,)))
            gateway.call_soon(lambda: gateway.hub.publish(news))
            line = follower.stdout.readline()
            follower.terminate()
    assert line == "12:00:00  F7K20  later: delivered  → anna@office.example  (250 2.6.0 InternalId=7)\n"
