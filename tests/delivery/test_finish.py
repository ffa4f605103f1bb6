from __future__ import annotations

from email import message_from_bytes

from gateway.core.alignment import DmarcResult
from gateway.core.verdict import Action, Reason, Verdict
from gateway.delivery.finish import Signature, finished, finished_for_outside
from tests.support.values import ORDINARY, transaction

SIGNATURE = Signature("mx.office.example", "0123456789abcdef", "word")
OCTETS = (
    b"X-Poterne-Verdict: word spam\r\nFrom: a@b.example\r\n"
    b"Authentication-Results: mx.office.example; dmarc=pass\r\nSubject: x\r\n\r\nbody\r\n"
)


def test_ours_stand_on_top_forged_ones_go_and_the_rest_stays_octet_for_octet() -> None:
    whole = transaction(OCTETS)
    edits = finished(whole, DmarcResult("fail", domain="b.example"), Verdict(Action.ACCEPT, 1.0, ()), SIGNATURE)
    out = b"".join(whole.message.edited(edits))
    assert out.endswith(b"From: a@b.example\r\nSubject: x\r\n\r\nbody\r\n")
    names = message_from_bytes(out).keys()
    assert names == [
        "X-Poterne-Id",
        "X-Poterne-Score",
        "X-Poterne-Reasons",
        "Authentication-Results",
        "Received",
        "From",
        "Subject",
    ]


def test_the_same_verdict_leaves_the_same_way() -> None:
    verdict = Verdict(Action.MARK, 7.0, (Reason("score-mark", decides=True),))
    one = finished(transaction(OCTETS), DmarcResult("none"), verdict, SIGNATURE)
    assert one == finished(transaction(OCTETS), DmarcResult("none"), verdict, SIGNATURE)


def test_what_leaves_the_office_carries_our_received_and_nothing_of_our_judgement() -> None:
    """Our marking word must not be known outside: the rule of the office's server reads it."""
    octets = b"X-Poterne-Score: 9\r\nx-poterne-anything: 1\r\n" + ORDINARY
    whole = transaction(octets, relay_client="exchange")
    left = b"".join(whole.message.edited(finished_for_outside(whole, SIGNATURE)))
    assert b"oterne" not in left
    assert left.startswith(b"Received: from ")
    assert left.endswith(ORDINARY)
