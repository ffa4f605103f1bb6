from __future__ import annotations

import pytest

from gateway.control.workvalues import ChainStep, ChainTest
from tui.format import Line, width
from tui.language import words
from tui.state.chain import Course, about, drawing, happened, report

EN, FR = words("en"), words("fr")
WORKS = ChainTest(
    True,
    "F7K2Q",
    (
        ChainStep("send", True, "our listener took it", 120.0),
        ChainStep("judge", True, "all checks ran", 410.0),
        ChainStep("deliver", True, "it arrived", 3.0),
        ChainStep("server", True, "exchange would take mail", 35.0),
        ChainStep("record", True, "found by its code"),
    ),
    (("spf", "none"),),
)
BROKEN = ChainTest(
    False,
    "F7K2Q",
    (*WORKS.steps[:3], ChainStep("server", False, "550 5.7.54 Unable to relay")),
    cause="It does not let us.",
    cure="Allow 10.0.0.2.",
)


def text(lines: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in each) for each in lines)


@pytest.mark.parametrize("cells", [78, 130])
@pytest.mark.parametrize("course", [Course(), Course("eve@partner.example"), Course(variant="eicar")])
def test_the_drawing_fits_and_names_every_link(cells: int, course: Course) -> None:
    for language in (EN, FR):
        lines = drawing(WORKS, course, cells, language)
        assert [width(each) for each in lines] == [cells, cells]
        assert "──→" in text(lines)
        assert "…" not in text(lines)


def test_each_link_has_its_time_and_the_broken_one_is_red() -> None:
    names, signs = drawing(BROKEN, Course(), 78, EN)
    assert "✓ 0.12 s" in text([signs])
    assert [piece.text.strip() for piece in names if piece.tone == "bad"] == ["Server"]
    assert [piece.text.strip() for piece in signs if piece.tone == "bad"] == ["✗"]


def test_links_that_were_not_reached_are_open_circles_and_none_before_the_test() -> None:
    short = ChainTest(False, "", WORKS.steps[:1])
    assert text(drawing(short, Course(), 78, EN)).count("○") == 3
    assert "○" not in text(drawing(None, Course(), 78, EN))


def test_what_happened_ends_with_the_diagnosis_and_its_cure() -> None:
    shown = text(happened(BROKEN, 76, FR))
    assert shown.startswith("✗ La chaîne est rompue")
    assert "It does not let us." in shown
    assert "À faire : Allow 10.0.0.2." in shown
    assert "spf none" in text(happened(WORKS, 76, EN))


def test_the_report_has_all_of_it_as_plain_lines() -> None:
    lines = report(BROKEN, Course(), EN).splitlines()
    assert lines[0] == about(Course(), EN)
    assert "✗ 550 5.7.54 Unable to relay" in lines
    assert "What to do: Allow 10.0.0.2." in lines
