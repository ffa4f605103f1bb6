"""What waits and what is dead, from the command line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.control.workvalues import DamagedView
from gateway.core.queued import QueueState
from tests.support.command import Terminal, at, poterne
from tests.support.control import FakeDesk, FakeGateway, gateway_in_thread
from tests.support.work import FakeWork, cause, entry

DEAD = entry(7, state=QueueState.DEAD, cause="dropped by anna")


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[FakeGateway]:
    work = FakeWork(rows=[entry(0), entry(1, state=QueueState.IN_DOUBT), DEAD], groups=(cause(12),))
    with gateway_in_thread(tmp_path, FakeDesk(work=work)) as running:
        yield running


def test_the_list_begins_with_why_they_wait(gateway: FakeGateway) -> None:
    printed = poterne("queue", "list", *at(gateway))
    assert printed.lines[0].startswith("12 wait for exchange.local: connection refused, next try ")
    assert "F7K20" in printed.lines[3]
    assert "in doubt" in printed.lines[4]
    assert "F7K27" not in printed.out


def test_the_json_of_the_list_has_both(gateway: FakeGateway) -> None:
    listed = poterne("queue", "list", "--json", "--limit", "1", *at(gateway)).json
    assert listed["waiting"][0]["entries"] == 12
    assert [item["code"] for item in listed["items"]] == ["F7K20"]
    assert listed["next"]


def test_an_empty_queue_says_so(gateway: FakeGateway) -> None:
    gateway.desk.work.rows, gateway.desk.work.groups = [], ()
    assert poterne("queue", "list", *at(gateway)).out == "Nothing waits: all mail is where it belongs.\n"
    empty = {"schema": "poterne/1", "waiting": [], "items": [], "next": None}
    assert poterne("queue", "list", "--json", *at(gateway)).json == empty
    assert poterne("dead", "list", *at(gateway)).out == "There are no dead letters.\n"


def test_dead_letters_are_listed_and_what_was_damaged(gateway: FakeGateway) -> None:
    gateway.desk.work.set_aside = (DamagedView("AAAAA-00000000", "the end is missing"),)
    printed = poterne("dead", "list", *at(gateway))
    assert "dropped by anna" in printed.out
    assert "1 damaged file set aside" in printed.out
    assert "AAAAA-00000000" in printed.lines[-1]
    assert poterne("dead", "list", "--json", *at(gateway)).json["damaged"][0]["why"] == "the end is missing"


def test_one_is_shown_with_its_recipients(gateway: FakeGateway) -> None:
    printed = poterne("queue", "show", "F7K20", *at(gateway))
    assert "anna@office.example: not tried yet (connection refused)" in printed.lines
    assert "poterne messages show F7K20" in printed.lines[-1]
    assert poterne("dead", "show", "F7K27", "--json", *at(gateway)).json["items"][0]["state"] == "dead"
    assert poterne("queue", "show", "ZZZZZ", *at(gateway)).code == 1
    assert poterne("queue", "show", "not/a/code", *at(gateway)).code == 2


def test_a_retry_tells_of_each_and_exits_1_when_one_could_not_be_tried(gateway: FakeGateway) -> None:
    done = poterne("queue", "retry", "F7K20", *at(gateway))
    assert (done.code, done.out) == (0, "F7K20 will be tried now.\n")
    half = poterne("queue", "retry", "F7K21", "ZZZZZ", "F7K20", *at(gateway))
    assert half.code == 1
    assert "F7K21 is in doubt" in half.out
    assert "Nothing in the queue is named ZZZZZ" in half.err
    assert half.lines[-1] == "F7K20 will be tried now."


def test_a_hold_needs_no_question(gateway: FakeGateway) -> None:
    assert (
        poterne("queue", "hold", "F7K20-0a1b2c3d", *at(gateway)).out == "F7K20 is on hold until somebody retries it.\n"
    )


@pytest.mark.parametrize(("verb", "code"), [(("queue", "drop"), "F7K20"), (("dead", "delete"), "F7K27")])
def test_what_nobody_gets_then_is_asked_about(gateway: FakeGateway, verb: tuple[str, str], code: str) -> None:
    assert poterne(*verb, code, *at(gateway), stdin=io.StringIO("y\n")).code == 2
    assert poterne(*verb, code, *at(gateway), stdin=Terminal("n\n")).code == 1
    assert gateway.desk.work.asked == []
    assert poterne(*verb, code, *at(gateway), stdin=Terminal("y\n")).code == 0
    assert poterne(*verb, code, "--yes", "--json", *at(gateway)).json["complete"]
    assert len(gateway.desk.work.asked) == 2


def test_a_rebuild_warns_and_says_what_came_back(gateway: FakeGateway) -> None:
    assert poterne("queue", "rebuild", *at(gateway), stdin=Terminal("\n")).code == 1
    printed = poterne("queue", "rebuild", "--yes", *at(gateway))
    assert printed.lines == [
        "The queue has 2 sound files; the quarantine got 1 new row.",
        "1 orphaned file came back.",
    ]
    assert poterne("queue", "rebuild", "--yes", "--json", *at(gateway)).json["brought_back"] == 1


def test_all_that_waits_in_a_lane_is_tried_by_its_name(gateway: FakeGateway) -> None:
    done = poterne("queue", "retry", "backend:exchange", *at(gateway))
    assert done.code == 0
    assert "will be tried now" in done.out
    assert poterne("queue", "retry", "backend:exchange", "ZZZZZ", *at(gateway)).code == 1
