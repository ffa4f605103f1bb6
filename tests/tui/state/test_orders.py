from __future__ import annotations

from gateway.control.values import Learned, Released, ReleaseView
from tui.language import words
from tui.pending import Order
from tui.state.orders import detail_lines, outcome

EN = words("en")
GOT = ReleaseView("anna@office.example", "delivered", "delivered")
NOT = ReleaseView("bob@office.example", "hop-away", "the office's server does not answer", hop_reply="421 bye")


def test_one_release_names_who_has_it() -> None:
    told = [Released("A", True, (GOT,))]
    assert outcome(Order("release", ("A",)), told, EN) == ("Released to anna@office.example.", "ok", ())


def test_several_are_counted_and_failures_told() -> None:
    told = [Released("A", True, (GOT,)), Released("B", True, (GOT,)), Released("C", False, (NOT,)), "D: gone"]
    text, tone, details = outcome(Order("release", ("A", "B", "C", "D")), told, EN)
    assert (text, tone) == ("2 messages released. Not everything was done.", "warn")
    assert details == ("C → bob@office.example: the office's server does not answer - 421 bye", "D: gone")
    assert len(detail_lines(details, 200)) == 2


def test_nothing_done_is_said() -> None:
    assert outcome(Order("release", ("A",)), ["A: gone"], EN)[:2] == ("Nothing was done: see why.", "bad")


def test_what_the_filter_knew_is_said() -> None:
    assert outcome(Order("spam", ("A",)), [Learned("A", "spam", False)], EN)[0] == "The filter knew that already."
    assert outcome(Order("ham", ("A",)), [Learned("A", "ham", True)], EN)[0] == "The filter has learned it."
