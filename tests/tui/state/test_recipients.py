from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from gateway.control.recipientsvalues import (
    AddressesAdded,
    DirectoriesRead,
    DirectoryRead,
    ForeignDomain,
    RecipientCheck,
    RecipientsUndone,
)
from gateway.control.workvalues import DomainStatus
from tests.support.control import NOON
from tests.support.domains import PEOPLE
from tui.format import Line
from tui.language import words
from tui.state import recipients

EN = words("en", UTC)


def text(shown: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in row).rstrip() for row in shown)


def test_a_row_says_how_and_since_when_it_is_known() -> None:
    shown = [piece.text for piece in recipients.recipient_row(PEOPLE[0], NOON, EN)]
    assert shown == ["anna@branch.example", "the server took mail for it", "15 Nov", "03:00"]
    gone = recipients.recipient_row(PEOPLE[3], NOON, EN)
    assert (gone[1].text, gone[1].tone) == ("taken off the list", "bad")


@pytest.mark.parametrize("existence", ["known", "unknown", "undecided", "doubted", "inside-only"])
def test_the_panel_says_what_a_stranger_hears_and_why(existence: str) -> None:
    told = RecipientCheck(
        "anna@branch.example", "550 5.1.1 no", existence, "learned", "learned", "Nobody knows it.", PEOPLE[0].sources
    )
    shown = text(recipients.check_panel(told, NOON, 76, EN))
    assert "Nobody knows it." in shown
    assert "The gateway answers: 550 5.1.1 no" in shown
    assert "since 15 Nov" in shown


@pytest.mark.parametrize(
    ("told", "said", "tone"),
    [
        (AddressesAdded(True, False, ("a@b.example",), 1), "a@b.example is on the list; u takes it back.", "ok"),
        (AddressesAdded(True, False, confirmed_count=1), "It was known from mail", "ok"),
        (AddressesAdded(True, False, already_count=1), "It is on the list already.", "ok"),
        (AddressesAdded(True, False, ("a@b.example",), 1, idle=("b.example",)), "does not look at the list", "warn"),
        (AddressesAdded(False, False, bad=("x",), bad_count=1), "That is no address: x", "bad"),
        (AddressesAdded(True, False, foreign=(ForeignDomain("c.example", 1),)), "c.example is not one of", "bad"),
    ],
)
def test_what_adding_did_is_said(told: AddressesAdded, said: str, tone: str) -> None:
    assert said in recipients.added(told, EN)[0]
    assert recipients.added(told, EN)[1] == tone


def test_what_was_taken_back_and_read_is_said() -> None:
    assert (
        recipients.undone(RecipientsUndone("import", "anna", 12), EN) == "Taken back: the import by anna, 12 addresses."
    )
    read = DirectoriesRead(False, (DirectoryRead("a.example", "held", 9, 0, 5, "Held."),))
    assert recipients.read(read) == ("a.example: Held.", "warn")


def test_how_many_are_known_stands_above_and_an_empty_list_says_what_to_do() -> None:
    known = DomainStatus("a.example", "learning", 214, NOON + timedelta(days=1))
    assert recipients.state_line("a.example", known, EN) == "a.example: 214 known"
    assert recipients.state_line("a.example", None, EN) == "a.example"
    assert "poterne recipients import FILE" in text(recipients.empty("", "a.example", 78, EN))
    assert "No known address holds “bo”." in text(recipients.empty("bo", "a.example", 78, EN))
