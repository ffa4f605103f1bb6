"""Who counts as somebody to whom the office wrote."""

from __future__ import annotations

import pytest

from gateway.core.outreach import written_to
from tests.support.values import ORDINARY, transaction

OURS = frozenset({"office.example"})
TO = ("Ann@Sender.example", "bob@office.example", "eve@sub.office.example")


def test_whoever_is_outside_and_got_a_letter_is_a_correspondent() -> None:
    letter = transaction(ORDINARY, recipients=TO, sender="bob@office.example", relay_client="exchange")
    assert written_to(letter, OURS) == ("ann@sender.example", "eve@sub.office.example")


def test_a_stranger_s_letter_makes_nobody_known() -> None:
    assert written_to(transaction(ORDINARY, recipients=TO), OURS) == ()


@pytest.mark.parametrize(
    "field",
    ["Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated; x=y", "Precedence: Bulk", "PRECEDENCE:junk"],
)
def test_the_answer_of_a_program_makes_no_spammer_a_correspondent(field: str) -> None:
    letter = transaction(
        f"{field}\r\n".encode() + ORDINARY, recipients=TO, sender="bob@office.example", relay_client="exchange"
    )
    assert written_to(letter, OURS) == ()


def test_a_notice_makes_nobody_known_and_a_person_may_say_that_it_is_one() -> None:
    assert written_to(transaction(ORDINARY, recipients=TO, sender="", relay_client="exchange"), OURS) == ()
    by_hand = b"Auto-Submitted: no\r\nPrecedence: first-class\r\n" + ORDINARY
    assert written_to(transaction(by_hand, recipients=TO[:1], sender="b@office.example", relay_client="x"), OURS)
