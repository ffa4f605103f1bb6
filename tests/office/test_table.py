"""The table fits 80 columns and shows what did not fare as it should."""

from __future__ import annotations

from tests.office.letters import Fate, Letter
from tests.office.post import Outcome
from tests.office.table import WIDTH, table
from tests.office.world import SHOP

LETTER = Letter(
    "a letter with a title that is quite long",
    SHOP,
    "a@shop.example",
    "b@office.example",
    b"",
    Fate("250", "accept", "delivered"),
)
OUTCOME = Outcome(
    LETTER,
    "250 2.0.0 Delivered (F7K2Q)",
    "F7K2Q",
    "accept",
    "delivered",
    "",
    ("It is proven to come from shop.example.",),
)


def test_no_line_is_wider_than_a_terminal_and_every_word_is_there() -> None:
    shown = table([OUTCOME])
    assert max(len(line) for line in shown.splitlines()) <= WIDTH
    for word in (*LETTER.title.split(), "delivered", "F7K2Q", "shop.example.", "2.0.0"):
        assert word in shown


def test_a_letter_that_strayed_is_marked() -> None:
    strayed = Outcome(LETTER, OUTCOME.reply, "F7K2Q", "quarantine", "quarantined", "held", ())
    assert not strayed.fared_well()
    assert "!! a letter" in table([strayed])
    assert "in quarantine" in table([strayed])


def test_the_right_fate_for_the_wrong_reason_is_not_right() -> None:
    letter = Letter("x", SHOP, "", "", b"", Fate("250", "quarantine", "quarantined", "invoice.pdf.exe"))
    outcome = Outcome(letter, "250 2.0.0 Held", "F7K2Q", "quarantine", "quarantined", "held", ("Its 9 points…",))
    assert not outcome.fared_well()
