"""What could be done about a message's sender, and whether it would help."""

from __future__ import annotations

from gateway.core.case import Policy
from gateway.core.cures import Cure, cures
from gateway.core.listentry import Subject
from gateway.core.record import Disposition, MessageRecord, WeighedReason
from gateway.core.verdict import Action
from tests.support.lists import entry
from tests.support.storage import record

POLICY = Policy(attachments={"executable": Action.QUARANTINE})


def row(*reasons: str, action: str = "quarantine", proven: str = "dkim", **more: object) -> MessageRecord:
    weighed = tuple(WeighedReason(name, 0.0) for name in reasons)
    changes: dict[str, object] = {
        "dispositions": (Disposition("bob@office.example", action, "", reasons=weighed),),
        "score": 9.5, "authors": ("ann@sender.example",), "proven_by": proven,
    }  # fmt: skip
    return record(**{**changes, **more})  # type: ignore[arg-type]  # a test names fields of the record


def of(record: MessageRecord, kind: str) -> dict[str, Cure]:
    return {each.scope: each for each in cures(record, POLICY) if each.kind == kind}


def test_a_proven_sender_can_be_allowed() -> None:
    found = of(row("score-quarantine"), "allow")
    assert {scope: (each.helps, each.why) for scope, each in found.items()} == {
        "address": (True, "proven"), "domain": (True, "proven"), "network": (True, "client"),
    }  # fmt: skip
    assert found["domain"].subject == Subject("domain", "sender.example")
    assert found["network"].subject == Subject("network", "192.0.2.7/32")


def test_for_an_unproven_sender_only_its_server_helps_and_stands_first() -> None:
    listed = [each for each in cures(row("score-quarantine", proven=""), POLICY) if each.kind == "allow"]
    assert [(each.scope, each.helps, each.why) for each in listed] == [
        ("network", True, "client"), ("address", False, "unproven"), ("domain", False, "unproven"),
    ]  # fmt: skip


def test_no_allow_helps_against_what_it_carries() -> None:
    found = of(row("attachment-executable", "score-quarantine"), "allow")
    assert {(each.helps, each.why, each.for_reason) for each in found.values()} == {
        (False, "carried", "attachment-executable")
    }


def test_a_block_that_is_more_precise_stands_in_the_way() -> None:
    there = (entry("block", "ann@sender.example", id=7), entry("allow", "other.example", id=8))
    found = {
        each.scope: each for each in cures(row("blocked-from", action="reject"), POLICY, there) if each.kind == "allow"
    }
    assert (found["domain"].helps, found["domain"].why, found["domain"].for_reason) == (False, "listed", "7")


def test_a_message_that_passed_needs_no_allow_but_may_have_one() -> None:
    assert of(row(action="accept"), "allow")["domain"].why == "passed"


def test_everybody_can_be_blocked_and_an_unproven_name_is_pointed_out() -> None:
    assert {each.why for each in of(row("score-quarantine"), "block").values()} == {"blocked"}
    unproven = of(row("score-quarantine", proven=""), "block")
    assert (unproven["domain"].why, unproven["network"].why) == ("blocked-unproven", "blocked")


def test_who_was_refused_before_any_content_is_known_by_client_and_reverse_path() -> None:
    refused = row(kind="recipient-refused", authors=(), proven="", score=None)
    assert [each.scope for each in cures(refused, POLICY) if each.kind == "allow"] == ["network"]
    assert of(refused, "block")["address"].subject.value == "ann@sender.example"
    client = row(kind="client-refused", authors=(), proven="", score=None, reverse_path="", dispositions=())
    assert list(of(client, "block")) == ["network"]


def test_several_authors_have_no_single_address() -> None:
    several = of(row(authors=("a@sender.example", "b@sender.example")), "allow")
    assert set(several) == {"domain", "network"}
    assert set(of(row(authors=("a.example", "b.example")), "block")) == {"network"}
