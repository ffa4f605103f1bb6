"""Rules and thresholds tried on messages of the history."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.alignment import DmarcResult
from gateway.core.case import Office, Policy
from gateway.core.facts import UNLISTED, Facts
from gateway.core.finding import (
    ArrivalFinding,
    AttachmentFinding,
    AttachmentHit,
    DmarcFinding,
    Finding,
    RspamdFinding,
    VirusFinding,
)
from gateway.core.listentry import ListEntry
from gateway.core.policy import decide, settle
from gateway.core.record import Disposition, MessageRecord, WeighedReason
from gateway.core.replay import Fate, World, differences, fare
from gateway.core.sender import sender_of
from gateway.core.verdict import Action
from gateway.pipeline.report import disposition
from tests.support.lists import NOW, entry
from tests.support.storage import record
from tests.support.values import ORDINARY, recipient, transaction

POLICY = Policy(attachments={"executable": Action.QUARANTINE, "macro": Action.MARK, "unscannable": Action.QUARANTINE})
OFFICE = Office(frozenset({"office.example"}))


def world(*entries: ListEntry, policy: Policy = POLICY) -> World:
    return World(Facts(entries), lambda recipient: policy)


def row(
    *reasons: str, action: str = "quarantine", score: float = 9.5, proven: str = "dkim", **more: object
) -> MessageRecord:
    weighed = tuple(WeighedReason(name, 0.0) for name in reasons)
    found = Disposition("Bob@Office.example", action, "", reasons=weighed)
    changes: dict[str, object] = {
        "dispositions": (found,), "score": score, "authors": ("ann@sender.example",), "proven_by": proven,
    }  # fmt: skip
    return record(**{**changes, **more})  # type: ignore[arg-type]  # a test names fields of the record


ALLOW, BLOCK = entry("allow", "sender.example"), entry("block", "sender.example")


def test_an_allow_would_have_let_a_proven_sender_pass_and_nobody_else() -> None:
    assert differences(row("score-quarantine"), world(), world(ALLOW)) == (
        Fate("Bob@Office.example", Action.QUARANTINE, Action.ACCEPT),
    )
    assert differences(row("score-quarantine", proven=""), world(), world(ALLOW)) == ()


def test_a_block_would_have_refused_it() -> None:
    (fate,) = differences(row(action="accept", score=0.0), world(), world(BLOCK))
    assert (fate.was, fate.would_be) == (Action.ACCEPT, Action.REJECT)


def test_what_it_carries_stays_where_it_was() -> None:
    carrying = row("attachment-executable", "score-quarantine")
    assert differences(carrying, world(), world(ALLOW)) == ()
    assert differences(row("scanner-reject", action="reject"), world(), world(ALLOW)) == ()


def test_a_rule_that_is_there_is_tried_by_leaving_it_out() -> None:
    passed = row("allowed", "BAYES_SPAM", action="accept", score=12.0)
    (fate,) = differences(passed, world(ALLOW), world())
    assert fate.would_be is Action.QUARANTINE


def test_other_thresholds_are_tried_on_the_points() -> None:
    stricter = Policy(mark_at=3.0, quarantine_at=5.0, reject_at=9.0, attachments=POLICY.attachments)
    found = differences(row("score-mark", action="mark", score=6.5), world(), world(policy=stricter))
    assert [each.would_be for each in found] == [Action.QUARANTINE]
    assert differences(row(action="accept", score=1.0), world(), world(policy=stricter)) == ()


def test_what_nobody_judged_is_left_out() -> None:
    for unjudged in (
        row("bypassed", action="accept"), row("test", action="accept"), row(kind="recipient-refused"),
        row(score=None, action="accept"), row(dispositions=()),
    ):  # fmt: skip
        assert differences(unjudged, world(), world(BLOCK)) == ()


def test_a_refusal_for_some_is_quarantine_for_them() -> None:
    two = (Disposition("bob@office.example", "accept", ""), Disposition("anna@office.example", "accept", ""))
    for_bob = entry("block", "sender.example", "bob@office.example")
    found = differences(row(dispositions=two, score=0.0), world(), world(for_bob))
    assert found == (Fate("bob@office.example", Action.ACCEPT, Action.QUARANTINE),)
    role = (Disposition("postmaster@office.example", "accept", ""),)
    (fate,) = differences(row(dispositions=role, score=0.0), world(), world(BLOCK))
    assert fate.would_be is Action.QUARANTINE


FINDINGS: list[Finding] = [
    AttachmentFinding((AttachmentHit("a.exe", "executable", "MZ"),), "hits"),
    AttachmentFinding((AttachmentHit("a.docm", "macro", "vba"),), "hits"),
    RspamdFinding("reject", 0.0, (), True, "Gtube"),
    VirusFinding("virus", "Eicar"),
    VirusFinding("encrypted", "Heuristics.Encrypted"),
    VirusFinding("suspect", "Heuristics.Phishing"),
    ArrivalFinding("ok", antivirus="away"),
    ArrivalFinding("ok", scanner="away"),
]
DMARC = [
    DmarcResult("pass", "reject", "reject", "sender.example", "sender.example", "dkim", "", "dkim"),
    DmarcResult("fail", "reject", "reject", "sender.example", "sender.example"),
    DmarcResult("fail", "quarantine", "quarantine", "sender.example", "sender.example"),
    DmarcResult("none", domain="office.example"),
    DmarcResult("none", domain="sender.example"),
]
ENTRIES = [
    None, ALLOW, BLOCK, entry("allow", "192.0.2.0/24"), entry("block", "192.0.2.7"),
    entry("allow", "ann@sender.example", "bob@office.example"),
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.floats(-5, 20).map(lambda score: round(score, 2)), st.sampled_from([None, *FINDINGS]), st.sampled_from(DMARC),
    st.sampled_from(ENTRIES), st.sampled_from(ENTRIES),
)  # fmt: skip
def test_a_replay_says_what_the_policy_would_have_said(
    score: float, found: Finding | None, dmarc: DmarcResult, then: ListEntry | None, now: ListEntry | None
) -> None:
    """The whole way: judged, written down, and replayed under other lists, against judging it under those."""
    author = DmarcFinding((dmarc.domain,), "", True, (), "ok", author_addresses=(f"ann@{dmarc.domain}",))
    others = () if found is None else (found,)
    scan = () if isinstance(found, RspamdFinding) else (RspamdFinding("no action", score),)
    whole = transaction(ORDINARY, author, *scan, *others)
    to, sender = recipient(), sender_of(whole, dmarc)

    def judged(each: ListEntry | None) -> tuple[Action, MessageRecord]:
        listed = Facts([each] if each else []).about(sender, to.key, NOW)
        (verdict,) = settle((decide(whole, to, dmarc, POLICY, OFFICE, listed),))
        kept = row(
            dispositions=(disposition(to, verdict),), score=verdict.score, authors=sender.addresses,
            proven=sender.proven_by, reverse_path="ann@sender.example",
        )  # fmt: skip
        return verdict.action, kept

    was, kept = judged(then)
    would_be, _ = judged(now)
    fates = differences(kept, world(*([then] if then else [])), world(*([now] if now else [])))
    assert [each.would_be for each in fates] == ([would_be] if was is not would_be else [])


@pytest.mark.parametrize(
    ("reasons", "action"),
    [
        (("dmarc-excused-arc", "dmarc-reject"), Action.MARK),
        (("dmarc-reject",), Action.QUARANTINE),
        (("attachments-unscannable",), Action.QUARANTINE),
        (("author-missing",), Action.MARK),
        (("virus",), Action.REJECT),
        (("virus-suspect",), Action.QUARANTINE),
        (("virus-macro",), Action.MARK),
        (("virus-unscannable",), Action.QUARANTINE),
        (("virus-unchecked",), Action.ACCEPT),
        (("scanner-away",), Action.DEFER),
        ((), Action.ACCEPT),
    ],
)
def test_each_reason_asks_for_what_its_rule_asked_for(reasons: tuple[str, ...], action: Action) -> None:
    assert fare(reasons, 0.0, POLICY, UNLISTED) is action
