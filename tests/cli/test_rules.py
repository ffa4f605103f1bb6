"""The lists from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli.call import UsageError
from gateway.cli.rules import days_of
from gateway.control.rulesdesk import CantList, Outcomes
from gateway.core.replay import Fate
from gateway.core.verdict import Action
from tests.support.command import Printed, poterne
from tests.support.control import FakeDesk, FakeGateway, gateway_in_thread, held, record
from tests.support.rulesdesk import NOON


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[FakeGateway]:
    row = record(0, authors=("rene@sender.example",), proven_by="dkim")
    with gateway_in_thread(tmp_path, FakeDesk(records=[row], held_rows=[held()])) as running:
        yield running


def run(gateway: FakeGateway, *words: str) -> Printed:
    return poterne("rules", *words, "--socket", str(gateway.path))


def test_an_entry_is_made_listed_shown_taken_out_and_brought_back(gateway: FakeGateway) -> None:
    assert run(gateway, "list").lines[0].startswith("No exceptions")
    made = run(gateway, "allow", "Sender.example", "--for", "30d", "--reason", "asked for", "--subdomains")
    assert made.code == 0
    assert made.lines == ["sender.example and all its sub-domains is on the allow list now. (entry 1)"]
    assert made.err == "To take it back: poterne rules undo 1\n"
    listed = run(gateway, "list")
    assert listed.lines[0].split() == ["ID", "LIST", "WHOM", "FOR", "UNTIL", "HITS", "LAST", "BY", "WHY"]
    assert ".sender.example" in listed.lines[1]
    assert "2026-12-24" in listed.lines[1]
    assert run(gateway, "list", "--list", "block").lines == ["No entry matches."]
    assert run(gateway, "list", "--search", "asked", "--json").json["items"][0]["id"] == 1
    assert "asked for" in run(gateway, "show", "1").out
    assert run(gateway, "show", "1", "--json").json["kind"] == "allow"
    assert run(gateway, "remove", "1").code == 0
    assert run(gateway, "show", "1").code == 1
    assert run(gateway, "undo").code == 0
    assert run(gateway, "show", "1").code == 0
    history = run(gateway, "history")
    assert [line.split()[0] for line in history.lines] == ["CHANGE", "3", "2", "1"]
    assert "takes 2 back" in history.lines[1]
    assert len(run(gateway, "history", "--json").json["items"]) == 3


def test_a_network_comes_with_its_warning(gateway: FakeGateway) -> None:
    made = run(gateway, "allow", "192.0.2.0/24")
    assert made.lines[0] == "The network 192.0.2.0/24 is on the allow list now. (entry 1)"
    assert made.lines[1].startswith("Whatever these servers send passes")


def test_wrong_use_is_2_and_what_is_refused_is_1(gateway: FakeGateway) -> None:
    assert run(gateway, "allow").code == 2
    assert run(gateway, "allow", "a.example", "--sender-of", "F7K20").code == 2
    assert run(gateway, "block", "nobody").code == 2
    assert run(gateway, "block", "a.example", "--for", "2h").code == 2
    assert run(gateway, "allow", "--sender-of", "F7K20", "--to", "x@office.example").code == 2
    assert run(gateway, "replay").code == 2
    assert run(gateway, "replay", "--allow", "a.example", "--block", "b.example").code == 2
    assert run(gateway, "replay", "--thresholds", "1,2").code == 2
    gateway.desk.rules.cant = CantList("full")
    refused = run(gateway, "block", "a.example")
    assert (refused.code, refused.out) == (1, "")
    assert run(gateway, "allow", "--sender-of", "NONE0").code == 1


def test_a_message_s_sender_is_allowed_or_blocked_by_its_code(gateway: FakeGateway) -> None:
    cures = run(gateway, "cures", "F7K20")
    assert "- Allow sender.example: this message proves (DKIM)" in cures.out
    assert "    poterne rules allow --sender-of F7K20 --scope domain" in cures.lines
    assert run(gateway, "cures", "F7K20", "--json").json["code"] == "F7K20"
    made = run(gateway, "allow", "--sender-of", "F7K20", "--json").json
    assert (made["rule"]["subject"], made["rule"]["reason"], made["what"]) == ("sender.example", "F7K20", "added")
    assert run(gateway, "block", "--sender-of", "F7K20", "--scope", "address").code == 0
    assert gateway.desk.rules.entries[-1].draft.subject.value == "rene@sender.example"
    assert "is entry 2 already" in run(gateway, "cures", "F7K20").out


def test_a_held_message_is_released_and_its_sender_allowed(gateway: FakeGateway) -> None:
    done = poterne("quarantine", "release", "F7K20", "--allow", "--socket", str(gateway.path))
    assert done.code == 0
    assert done.lines[-1] == "sender.example is on the allow list now. (entry 1)"
    as_json = poterne("quarantine", "release", "F7K20", "--allow", "--json", "--socket", str(gateway.path)).json
    assert as_json["allowed"]["rule"]["kind"] == "allow"
    both = poterne("quarantine", "release", "F7K20", "--allow", "--to", "a@x.example", "--socket", str(gateway.path))
    assert both.code == 2


def test_a_replay_is_a_sentence_and_a_table(gateway: FakeGateway) -> None:
    fates = (Fate("anna@office.example", Action.QUARANTINE, Action.REJECT),)
    row = record(0, authors=("rene@sender.example",))
    counts = (("quarantine", "reject", 1),)
    gateway.desk.rules.outcomes = Outcomes(NOON, 412, 1, counts, ((row, fates),), None)
    found = run(gateway, "replay", "--block", ".sender.example", "--days", "7")
    assert found.code == 0
    assert found.lines[0] == "Of 412 messages in 7 days 1 would have fared differently."
    assert "would have been refused" in found.lines[1]
    assert "F7K20" in found.out
    assert run(gateway, "replay", "--thresholds", "5,8,15", "--json").json["differ"] == 1
    trial, days, _, _ = gateway.desk.rules.tried[-1]
    assert (trial.thresholds, trial.policy, days) == ((5.0, 8.0, 15.0), "standard", 14)
    assert run(gateway, "replay", "--without", "9").code == 1


def test_days_are_whole_and_never_fewer_than_asked_for() -> None:
    assert [days_of(text) for text in (None, "", "1d", "36h", "30d")] == [0, 0, 1, 2, 30]
    with pytest.raises(UsageError):
        days_of("23h")
