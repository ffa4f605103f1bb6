from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tui.language import words
from tui.pending import GRACE, Order, Pending, doing, notice

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_an_order_is_due_after_ten_seconds() -> None:
    pending = Pending(Order("release", ("F7K2Q",)), NOON + GRACE)
    assert not pending.is_due(NOON + timedelta(seconds=9))
    assert pending.is_due(NOON + timedelta(seconds=10))


def test_the_line_says_what_and_how_long_and_how_to_take_it_back() -> None:
    pending = Pending(Order("spam", ("A", "B", "C")), NOON + GRACE)
    text = "".join(piece.text for piece in notice(pending, NOON + timedelta(seconds=5), words("en")))
    assert text == " Teaching spam: 3 messages in 5 s  █████      u takes it back"


def test_one_or_two_messages_are_named() -> None:
    assert doing(Order("release", ("A", "B")), words("fr")) == "Remise de A, B"
    assert doing(Order("ham", ("A",)), words("en")) == "Teaching legitimate: A"
