from __future__ import annotations

from datetime import UTC

from gateway.control.workvalues import SessionView
from tests.support.control import NOON
from tui.language import words
from tui.state.present import also_here

EN, FR = words("en", UTC), words("fr", UTC)


def test_the_others_are_named_with_since_when() -> None:
    told = (SessionView("claire", 1, NOON), SessionView("paul", 2, NOON), SessionView("anna", 1, NOON, True))
    assert also_here(told, EN) == "Also here: claire since 12:00, paul (2) since 12:00."
    assert also_here(told[:1], FR) == "Aussi présents : claire depuis 12:00."


def test_who_is_alone_hears_nothing_and_oneself_counts_from_the_second_time() -> None:
    assert also_here((), EN) == ""
    assert also_here((SessionView("anna", 1, NOON, True),), EN) == ""
    assert also_here((SessionView("anna", 3, NOON, True),), EN) == "Also here: you, 2 times elsewhere."
