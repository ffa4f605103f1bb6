"""What a message carries decides whoever sent it: each kind by policy, a virus by its own word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.core.alignment import DmarcResult
from gateway.core.case import Office, Policy
from gateway.core.envelope import SMTP_DOOR, Door
from gateway.core.explain import sentence
from gateway.core.facts import Listed, Match
from gateway.core.finding import (
    ArrivalFinding,
    AttachmentFinding,
    AttachmentHit,
    FailureFinding,
    Finding,
    RspamdFinding,
    VirusFinding,
)
from gateway.core.policy import decide
from gateway.core.verdict import Action, Verdict
from tests.support.lists import entry
from tests.support.values import recipient, transaction

POLICY = Policy(
    attachments={
        "executable": Action.QUARANTINE,
        "macro": Action.MARK,
        "encrypted-archive": Action.ACCEPT,
        "too-large": Action.MARK,
        "unscannable": Action.QUARANTINE,
        "forbidden-name": Action.QUARANTINE,
    },
    forbidden_endings=frozenset({"html", "one"}),
)
SCANNED = RspamdFinding("no action", 0.0)


def judged(
    *findings: Finding, policy: Policy = POLICY, listed: Listed | None = None, door: Door = SMTP_DOOR
) -> Verdict:
    dmarc = DmarcResult("none", domain="sender.example")
    mail = transaction(b"From: a@sender.example\r\n\r\nhi\r\n", SCANNED, *findings, door=door)
    return decide(mail, recipient(), dmarc, policy, Office(frozenset({"office.example"})), listed or Listed())


def why(verdict: Verdict) -> list[str]:
    return [reason.name for reason in verdict.reasons if reason.decides]


@pytest.mark.parametrize(
    ("result", "action"),
    [
        ("clean", Action.ACCEPT),
        ("virus", Action.REJECT),
        ("suspect", Action.QUARANTINE),
        ("macro", Action.MARK),
        ("unfinished", Action.MARK),
        ("encrypted", Action.ACCEPT),
    ],
)
def test_a_virus_is_refused_and_what_is_none_is_judged_by_its_kind(result: str, action: Action) -> None:
    verdict = judged(VirusFinding(result, "Name"))
    assert verdict.action is action
    assert why(verdict) == ([] if action is Action.ACCEPT else ["virus" if result == "virus" else f"virus-{result}"])


def test_the_policy_may_hold_a_virus_instead_and_the_reason_names_it() -> None:
    verdict = judged(VirusFinding("virus", "Win.Evil-1\u202e"), policy=Policy(virus=Action.QUARANTINE))
    assert verdict.action is Action.QUARANTINE
    assert sentence(verdict.reasons[0]) == "It carries a virus: Win.Evil-1\ufffd."
    assert sentence(verdict.reasons[0], "fr") == "Il porte un virus : Win.Evil-1\ufffd."


def test_no_allow_excuses_what_a_message_carries() -> None:
    allow = Listed(match=Match(entry("allow", "sender.example"), "from", "sender.example"))
    executable = AttachmentFinding((AttachmentHit("a.zip > b.exe", "executable", "ends in .exe"),), "hits")
    assert judged(VirusFinding("virus", "x"), listed=allow).action is Action.REJECT
    assert judged(executable, listed=allow).action is Action.QUARANTINE


@pytest.mark.parametrize(
    ("word", "action", "names"),
    [
        ("ok", Action.ACCEPT, []),
        ("away", Action.DEFER, ["antivirus-away"]),
        ("unscannable", Action.QUARANTINE, ["virus-unscannable"]),
        ("given-up", Action.ACCEPT, ["virus-unchecked"]),
    ],
)
def test_what_the_virus_scanner_did_not_see_waits_is_held_or_passes_with_a_note(
    word: str, action: Action, names: list[str]
) -> None:
    verdict = judged(FailureFinding("clamd", "gone"), ArrivalFinding("ok", antivirus=word))
    assert verdict.action is action
    assert [reason.name for reason in verdict.reasons] == names


def test_of_several_files_the_strictest_policy_counts_wherever_it_stands() -> None:
    hits = (AttachmentHit("a.docm", "macro", "VBA"), AttachmentHit("b.exe", "executable", "ends in .exe"))
    for each in (hits, hits[::-1]):
        verdict = judged(AttachmentFinding(each, "hits"))
        assert (verdict.action, why(verdict)) == (Action.QUARANTINE, ["attachment-executable"])


def test_where_nobody_waits_for_a_reply_an_absent_virus_scanner_puts_nothing_off() -> None:
    verdict = judged(ArrivalFinding("ok", antivirus="away"), door=replace(SMTP_DOOR, may_defer=False))
    assert verdict.action is Action.ACCEPT
    assert [reason.name for reason in verdict.reasons] == ["virus-unchecked"]


@pytest.mark.parametrize(
    "finding", [AttachmentFinding((), "unscannable"), FailureFinding("attachments", "the worker died")]
)
def test_what_could_not_be_looked_into_is_held_and_never_passes(finding: Finding) -> None:
    for policy in (POLICY, Policy()):
        verdict = judged(finding, policy=policy)
        assert (verdict.action, why(verdict)) == (Action.QUARANTINE, ["attachments-unscannable"])
    assert judged(finding, policy=Policy(attachments={"unscannable": Action.MARK})).action is Action.MARK


def test_an_ending_that_the_office_forbids_is_held_wherever_it_lies() -> None:
    found = AttachmentFinding((), "clean", ("a.pdf", "b.zip", "b.zip > page.HTML", "c.html"))
    verdict = judged(found)
    assert verdict.action is Action.QUARANTINE
    assert sentence(verdict.reasons[0]) == (
        "Files such as the attachment b.zip > page.HTML are not wanted here (ends in .html)."
    )
    assert judged(AttachmentFinding((), "clean", ("html", "a.htm", "b.html.pdf"))).action is Action.ACCEPT
