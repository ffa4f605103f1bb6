from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.config.describe import describe
from gateway.control.formhandlers import _view
from gateway.control.settingsvalues import ChangeView, ProbeView, ProblemView, Tried
from tests.support.office import PROBES, TEXT
from tui.format import Line, width
from tui.language import LANGUAGES, Language, words
from tui.state import settingsview
from tui.state.settings import Field, Form, form

EN = words("en")


def known(language: str = "en") -> Form:
    return form(tuple(_view(each, language) for each in describe()), TEXT.encode())


def field(key: str) -> Field:
    found = known().field(key)
    assert found is not None
    return found


def text(lines: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in each) for each in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_has_a_name_and_every_value_fits_its_panel(language: Language) -> None:
    say, at = words(language), known(language)
    for section in at.sections:
        assert settingsview.title(section, say) != section.key
        assert len(settingsview.section_row(section, at, say)[1].text) <= 46
        assert all(width(each) <= 76 for each in settingsview.section_panel(section, at, 76, say))
        for each in section.fields:
            assert all(width(row) <= 76 for row in settingsview.field_panel(each, at, {}, 76, say))
            assert len(settingsview.field_row(each, settingsview.label(each), at, {}, say)) == 3


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("limits.message_size_octets", "36.7 MB"),
        ("limits.errors", "10, under load 2"),
        ("timeouts.command_seconds", "300 s, under load 60 s"),
        ("quarantine.keep_days", "30 days"),
        ("known_correspondents.learn", "yes"),
        ("history.subjects", "masked (whole, private ones hidden)"),
        ("dns.servers", "127.0.0.1:53"),
        ("arc.trusted_sealers", "(empty)"),
        ("policy.standard.mark_at", "6"),
        ("dns.timeout_seconds", "5 s"),
    ],
)
def test_values_are_told_as_people_read_them(key: str, shown: str) -> None:
    assert settingsview.human(field(key), field(key).shown, EN) == shown


@pytest.mark.parametrize("text", ["INF", "-inf", "nan"])
def test_what_is_no_finite_number_is_shown_as_it_was_typed(text: str) -> None:
    for key in ("quarantine.keep_days", "quarantine.size_octets", "dns.timeout_seconds"):
        assert settingsview.human(field(key), text, EN) == text


def test_every_choice_has_words() -> None:
    choices = {each for view in describe() for each in view.choices}
    assert {each for each in choices if settingsview.choice(each, EN) == each} == set()


def test_a_field_says_its_default_bounds_and_risk_and_first_what_is_wrong() -> None:
    at = known().typed("limits.recipients", "60")
    shown = text(settingsview.field_panel(field("limits.recipients"), at, {"limits.recipients": "is odd"}, 60, EN))
    lines = shown.splitlines()
    assert lines[:3] == ["Recipients of one message", "✗ is odd", "50 → 60"]
    assert "Default: 100 · at least 1" in shown
    assert "⚠ Mail that passed until now may be refused." in shown
    assert "on trial for 15 min" in " ".join(shown.split())
    assert lines[-1] == "limits.recipients"


def test_a_section_says_how_many_changes_wait() -> None:
    at = known().typed("limits.recipients", "60")
    section = next(each for each in at.sections if each.key == "limits")
    assert settingsview.section_row(section, at, EN)[1].text == "1 change to apply"


def test_the_question_says_was_and_is_and_whether_it_is_a_trial() -> None:
    risky = text(settingsview.question([(field("limits.recipients"), "60")], 60, EN))
    assert "⚠ Recipients of one message: 50 → 60" in risky
    assert "on trial: after 15 min" in " ".join(risky.split())
    calm = text(settingsview.question([(field("quarantine.keep_days"), "")] * 10, 60, EN))
    assert "It holds at once" in calm
    assert "and 2 more" in calm


def test_errors_stand_at_their_fields_and_others_by_themselves() -> None:
    found = (ProblemView(1, "hostname", "a"), ProblemView(2, "backend.exchange.hosts[1]", "b"), ProblemView(0, "", "c"))
    beside, others = settingsview.wrong_fields(found, known())
    assert beside == {"hostname": "a", "backend.exchange.hosts": "b"}
    assert [each.message for each in others] == ["c"]
    assert text(settingsview.problems(others, 60)) == "✗ c"
    row = settingsview.field_row(field("hostname"), "n", known(), beside, EN)
    assert (row[1].text, row[2].text) == ("✗ a", "✗")


def test_probes_say_what_does_not_work_any_more_and_what_never_did() -> None:
    shown = text(settingsview.probe_lines(PROBES, 60, EN))
    assert "✓ dns" in shown
    assert "✗ clamd, no such file, as before" in shown
    gone = Tried("reverted", 2, probes=(ProbeView("dns", False, "silent", True),), why="dns is gone")
    assert "✗ dns, silent" in text(settingsview.reverted(gone, 60, EN))
    assert "dns is gone" in text(settingsview.reverted(replace(gone, probes=()), 60, EN))


def test_a_change_is_told_in_words_with_its_key_below() -> None:
    changes = (ChangeView("hostname", '"a.example"', "", "others may refuse", "The name"),)
    assert text(settingsview.change_lines(changes, 60, EN)).splitlines() == [
        "• The name: a.example → (not set)", "  hostname" + " " * 50, "  ⚠ others may refuse",
    ]  # fmt: skip
    assert settingsview.change(ChangeView("x", '"a\\"b"', "1"), EN) == 'x: "a\\"b" → 1'
