from __future__ import annotations

from dataclasses import replace

from gateway.control import rulesviews
from gateway.control.rulesvalues import Cures
from gateway.core.case import Policy
from gateway.core.cures import cures
from tests.support.control import record
from tui.format import Line, width
from tui.language import words
from tui.state.cures import choosing, keys_that_help, of_kind, preselected, window

EN = words("en")


def found(**changes: object) -> Cures:
    sent = record(**{"authors": ("rene@sender.example",), "proven_by": "dkim", **changes})
    return rulesviews.cures(sent, cures(sent, Policy()), {}, "en")


def text(rows: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in row).rstrip() for row in rows)


def test_the_narrowest_that_helps_is_chosen_beforehand() -> None:
    options = of_kind(found(), "allow")
    assert [each.scope for each in options] == ["address", "domain", "network"]
    assert options[preselected(options)].scope == "address"


def test_a_whole_server_is_never_taken_unasked_where_there_is_a_sender() -> None:
    options = of_kind(found(proven_by=""), "allow")
    assert [each.helps for each in options] == [False, False, True]
    assert preselected(options) == 0
    shown = text(window(choosing(found(proven_by=""), "allow", ""), "allow", 66, EN))
    assert "would not help" in shown
    assert "What helps:" in " ".join(shown.split())
    assert "Enter" not in shown


def test_the_window_says_whom_and_what_enter_does_within_its_width() -> None:
    rows = window(choosing(found(), "allow", "anna@office.example"), "allow", 66, EN)
    shown = text(rows)
    assert "▶ rene@sender.example" in shown
    assert "this address, only if proven" in shown
    assert "[ ] Only for anna@office.example" in shown
    assert "Enter Allow" in shown
    assert max(map(width, rows)) <= 66
    on = replace(choosing(found(), "block", "anna@office.example"), is_only_theirs=True)
    assert "[x]" in text(window(on, "block", 66, EN))
    assert "Enter Block" in text(window(on, "block", 66, EN))


def test_a_message_without_a_sender_says_that_nobody_can_be_named() -> None:
    nobody = Cures("F7K2Q", ())
    shown = text(window(choosing(nobody, "allow", ""), "allow", 66, EN))
    assert "nobody to name" in " ".join(shown.split())


def test_of_the_keys_the_last_give_way_to_the_width() -> None:
    assert width(keys_that_help(found(), True, 40, EN)) == 40
    narrow = text([keys_that_help(found(), True, 40, EN)])
    assert narrow.startswith("a allows rene@sender.example")
    assert "spam" not in narrow
    refused = found(kind="client-refused", dispositions=(), authors=(), proven_by="", reverse_path="")
    assert "a allows its server" in text([keys_that_help(refused, False, 76, EN)])
