from __future__ import annotations

import pytest

from gateway.core.alignment import DmarcResult
from gateway.core.finding import AttachmentFinding, AttachmentHit, RspamdFinding, RspamdSymbol, SpfFinding
from gateway.core.weights import REST, weigh
from tests.support.values import transaction

NONE = DmarcResult("none", domain="sender.example")


def test_the_reasons_add_up_to_the_scanner_s_score() -> None:
    symbols = (RspamdSymbol("A", 3.0), RspamdSymbol("B", 0.05), RspamdSymbol("C", 4.0))
    reasons = weigh(transaction(b"From: a\r\n\r\n", RspamdFinding("no action", 5.0, symbols)), NONE)
    assert sum(reason.score for reason in reasons) == pytest.approx(5.0)
    assert {reason.name: reason.score for reason in reasons}[REST] == pytest.approx(-2.0)


def test_one_kind_of_attachment_weighs_once() -> None:
    hits = tuple(AttachmentHit(f"{number}.docm", "macro", "x") for number in range(5))
    reasons = weigh(
        transaction(b"From: a\r\n\r\n", RspamdFinding("no action", 0.0), AttachmentFinding(hits, "hits")), NONE
    )
    assert [(reason.name, reason.score) for reason in reasons] == [("attachment-macro", 2.0)]


def test_authentication_weighs_only_where_the_scanner_did_not_weigh_it() -> None:
    fails = SpfFinding("fail", "sender.example", "mailfrom")
    with_scan = weigh(transaction(b"From: a\r\n\r\n", RspamdFinding("no action", 0.0), fails), NONE)
    without = weigh(transaction(b"From: a\r\n\r\n", fails), NONE)
    assert with_scan == []
    assert [(reason.name, reason.score) for reason in without] == [("spf-fail", 1.0)]
