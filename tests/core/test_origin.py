from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.core.envelope import Notify, Recipient
from gateway.core.finding import DkimFinding, DkimSignature, Finding, SpfFinding
from gateway.core.origin import Origin, asks_for, may_be_told, origin_of, without_success
from gateway.core.verdict import Action, Verdict
from tests.support.values import ORDINARY, recipient, reverse_path, transaction

ANN = reverse_path("ann@mail.sender.example")
ACCEPTED = Verdict(Action.ACCEPT, 0.0, ())


def dkim(domain: str, result: str = "pass", *, covers_body: bool = True) -> DkimFinding:
    return DkimFinding((DkimSignature(result, domain, "s", covers_body=covers_body),), result)


def proven(*findings: Finding, sender: str = "ann@mail.sender.example") -> bool:
    whole = transaction(ORDINARY, *findings, sender=sender)
    return origin_of(whole, ACCEPTED, is_own_sender=True).is_proven


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (SpfFinding("pass", "mail.sender.example", "mailfrom"), True),
        (SpfFinding("pass", "mail.sender.example", "helo"), False),
        (SpfFinding("softfail", "mail.sender.example", "mailfrom"), False),
        (SpfFinding("none", "mail.sender.example", "mailfrom"), False),
        (dkim("mail.sender.example"), True),
        (dkim("sender.example"), True),
        (dkim("sender.example", "fail"), False),
        (dkim("sender.example", covers_body=False), False),
        (dkim("evil.mail.sender.example"), False),
        (dkim("xmail.sender.example"), False),
        (dkim("other.example"), False),
    ],
)
def test_the_domain_of_the_reverse_path_must_be_proven(finding: Finding, expected: bool) -> None:
    assert proven(finding) is expected


def test_a_null_reverse_path_proves_nothing() -> None:
    assert not proven(SpfFinding("pass", "mail.sender.example", "helo"), dkim("sender.example"), sender="")


def test_a_relay_client_is_known_by_what_it_may_send_as() -> None:
    whole = transaction(relay_client="exchange")
    assert origin_of(whole, ACCEPTED, is_own_sender=True) == Origin("smtp", "exchange", True, "accept")
    assert not origin_of(whole, ACCEPTED, is_own_sender=False).is_proven


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({Notify.SUCCESS, Notify.FAILURE, Notify.DELAY}, {Notify.FAILURE, Notify.DELAY}),
        ({Notify.SUCCESS}, {Notify.NEVER}),
        ({Notify.NEVER}, {Notify.NEVER}),
        ({Notify.DELAY}, {Notify.DELAY}),
        (set(), set()),
    ],
)
def test_a_stranger_is_not_told_of_success(asked: set[Notify], left: set[Notify]) -> None:
    named = replace(recipient("bob@office.example"), notify=frozenset(asked))
    assert without_success(named).notify == left


PROVEN = Origin("smtp", "", True, "accept")


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (PROVEN, True),
        (replace(PROVEN, is_proven=False), False),
        (replace(PROVEN, verdict="mark"), False),
        (replace(PROVEN, door="pop3"), False),
        (replace(PROVEN, door="notice"), False),
        (replace(PROVEN, relay_client="exchange", verdict="mark"), True),
        (replace(PROVEN, relay_client="exchange", is_proven=False), False),
        (Origin(), False),
    ],
)
def test_only_who_sent_it_is_told(origin: Origin, expected: bool) -> None:
    assert may_be_told(origin, ANN) is expected
    assert not may_be_told(origin, reverse_path(""))


@pytest.mark.parametrize(
    ("notify", "failure", "delay"),
    [
        (frozenset(), True, True),
        (frozenset({Notify.NEVER}), False, False),
        (frozenset({Notify.FAILURE}), True, False),
        (frozenset({Notify.SUCCESS}), False, False),
        (frozenset({Notify.DELAY, Notify.FAILURE}), True, True),
    ],
)
def test_the_senders_wish_holds(notify: frozenset[Notify], failure: bool, delay: bool) -> None:
    bob = Recipient(recipient().forward_path, notify)
    assert (asks_for(bob, Notify.FAILURE), asks_for(bob, Notify.DELAY)) == (failure, delay)
