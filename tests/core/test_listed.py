"""What the lists do to a verdict, and what they never excuse."""

from __future__ import annotations

import pytest

from gateway.core.alignment import DmarcResult
from gateway.core.case import Office, Policy
from gateway.core.explain import sentence, would_change
from gateway.core.facts import Facts
from gateway.core.finding import AttachmentFinding, AttachmentHit, DmarcFinding, Finding, RspamdFinding
from gateway.core.listed import allowed_reason
from gateway.core.listentry import ListEntry
from gateway.core.policy import decide
from gateway.core.sender import sender_of
from gateway.core.verdict import Action, Verdict
from tests.support.lists import NOW, entry
from tests.support.values import ORDINARY, recipient, transaction

OFFICE = Office(frozenset({"office.example"}))
POLICY = Policy(attachments={"executable": Action.QUARANTINE})
AUTHOR = DmarcFinding(("sender.example",), "", True, (), "ok", author_addresses=("ann@sender.example",))
PROVEN = DmarcResult("pass", "none", "none", "sender.example", "sender.example", "dkim", "", "dkim")
UNPROVEN = DmarcResult("none", domain="sender.example")
FORGED = DmarcResult("fail", "reject", "reject", "sender.example", "sender.example")
SPAM = RspamdFinding("no action", 12.0)
ALLOW, BLOCK = entry("allow", "sender.example"), entry("block", "sender.example")
PROGRAM = AttachmentFinding((AttachmentHit("a.exe", "executable", "MZ"),), "hits")


def verdict(
    *entries: ListEntry, dmarc: DmarcResult = PROVEN, findings: tuple[Finding, ...] = (SPAM,), known: str = "",
    to: str = "bob@office.example", **client: object,
) -> Verdict:  # fmt: skip
    whole = transaction(ORDINARY, AUTHOR, *findings, **client)  # type: ignore[arg-type]  # fields of the client
    listed = Facts(entries, {known}).about(sender_of(whole, dmarc), to, NOW)
    return decide(whole, recipient(to), dmarc, POLICY, OFFICE, listed)


def test_an_allowed_sender_s_points_do_not_count() -> None:
    found = verdict(ALLOW)
    assert found.action is Action.ACCEPT
    assert found.score == 12.0
    assert found.reasons[0].name == "allowed"
    assert found.reasons[0].decides
    assert dict(found.reasons[0].details)["id"] == "1"


def test_an_allow_that_was_not_needed_is_said_and_decides_nothing() -> None:
    found = verdict(ALLOW, findings=(RspamdFinding("no action", 1.0),))
    assert [(each.name, each.decides) for each in found.reasons if each.name == "allowed"] == [("allowed", False)]


def test_an_unproven_sender_on_the_allow_list_is_told_what_is_missing() -> None:
    found = verdict(ALLOW, dmarc=UNPROVEN)
    assert found.action is Action.QUARANTINE
    (reason,) = [each for each in found.reasons if each.name == "allow-unproven"]
    assert "is on the allow list" in sentence(reason)
    assert "was not proven to be the sender" in sentence(reason)
    assert "rien ne prouve" in sentence(reason, "fr")
    assert would_change(found.would_change).startswith("With a DKIM signature of sender.example")
    assert would_change(found.would_change).endswith("would have been delivered.")


@pytest.mark.parametrize(
    "worse",
    [PROGRAM, RspamdFinding("reject", 0.0, (), True, "Gtube pattern")],
    ids=["a forbidden attachment", "GTUBE or a virus"],
)
@pytest.mark.parametrize("allow", ["sender.example", "192.0.2.0/24"])
def test_no_allow_excuses_what_a_message_carries(worse: Finding, allow: str) -> None:
    findings = (worse,) if isinstance(worse, RspamdFinding) else (SPAM, worse)
    assert verdict(entry("allow", allow), findings=findings).action.severity >= Action.QUARANTINE.severity


def test_an_allowed_client_may_speak_for_whom_it_likes() -> None:
    network = entry("allow", "192.0.2.0/24")
    assert verdict(ALLOW, dmarc=FORGED).action is Action.QUARANTINE
    found = verdict(network, dmarc=FORGED)
    assert found.action is Action.ACCEPT
    assert [(each.name, each.decides) for each in found.reasons] == [
        ("allowed-client", True), ("dmarc-reject", False), ("scanner-rest", False),
    ][: len(found.reasons)]  # fmt: skip
    own = DmarcResult("none", domain="office.example")
    assert verdict(dmarc=own).action is Action.QUARANTINE
    assert verdict(network, dmarc=own).action is Action.ACCEPT


def test_a_blocked_sender_is_refused_and_told_nothing_but_that() -> None:
    found = verdict(BLOCK, findings=(RspamdFinding("no action", 0.0),))
    assert found.action is Action.REJECT
    assert found.reasons[0].name == "blocked-from"
    assert would_change(found.would_change) == (
        "Without the entry sender.example on the block list it would have been delivered."
    )


def test_a_block_leaves_role_addresses_and_the_office_s_own_servers_alone() -> None:
    assert verdict(BLOCK, to="postmaster@office.example").action is Action.QUARANTINE
    from_us = verdict(BLOCK, relay_client="exchange", findings=(RspamdFinding("no action", 0.0),))
    assert from_us.action is Action.ACCEPT
    assert [each.name for each in from_us.reasons] == []


def test_a_known_correspondent_gets_a_bonus_that_is_said_in_words() -> None:
    known = "ann@sender.example"
    found = verdict(known=known, findings=(RspamdFinding("no action", 7.0),))
    assert found.action is Action.ACCEPT
    assert found.score == 5.0
    (reason,) = [each for each in found.reasons if each.name == "known-correspondent"]
    assert reason.score == -2.0
    assert (
        sentence(reason)
        == "Your office has written to ann@sender.example before, and this is proven to come from there."
    )
    assert "a déjà écrit" in sentence(reason, "fr")
    assert verdict(known=known, dmarc=UNPROVEN, findings=(RspamdFinding("no action", 7.0),)).action is Action.MARK


def test_nothing_is_no_allow() -> None:
    with pytest.raises(ValueError, match="nothing"):
        allowed_reason(Facts().about(sender_of(transaction(), UNPROVEN), "", NOW))
