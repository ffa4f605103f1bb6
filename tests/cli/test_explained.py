"""An explanation on paper."""

from __future__ import annotations

import io
from dataclasses import replace

from gateway.cli.explained import print_explanation, print_reasons
from gateway.cli.output import Output
from gateway.control import views
from gateway.control.values import ReasonView, Story
from tests.support.control import record

EXPLANATION = views.explanation(record(0), "en")


def printed(**changes: object) -> list[str]:
    stream = io.StringIO()
    print_explanation(Output(stream, io.StringIO(), {}), replace(EXPLANATION, **changes))  # type: ignore[arg-type]  # fields
    return stream.getvalue().splitlines()


def test_one_fate_needs_no_names() -> None:
    assert printed()[0] == "The message from rene@sender.example was held in quarantine."


def test_several_fates_are_told_apart_by_their_recipients() -> None:
    other = Story(("bob@office.example", "carl@office.example"), "It was delivered.", (), "More would change it.", "")
    lines = printed(stories=(*EXPLANATION.stories, other))
    assert "For anna@office.example:" in lines
    assert "For bob@office.example, carl@office.example:" in lines
    assert "More would change it." in lines


def test_a_refused_client_is_explained_by_what_it_was_told() -> None:
    refused = views.explanation(record(0, kind="client-refused", dispositions=(), evidence=(), timings=()), "en")
    assert printed(summary=refused.summary, stories=(), evidence=(), timings=()) == ["250 2.0.0 Received [F7K2Q]"]


def test_a_rule_without_points_shows_none() -> None:
    stream = io.StringIO()
    print_reasons(Output(stream, io.StringIO(), {}), (ReasonView("a", 0.0, "Rule."), ReasonView("b", -2.0, "Good.")))
    assert stream.getvalue() == "  - Rule.\n  - Good. (-2.0)\n"
