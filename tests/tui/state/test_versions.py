from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.control.rulesvalues import RuleChangeView, RuleView
from gateway.control.settingsvalues import ChangeView
from tests.support.control import NOON
from tests.support.office import DAYS, HOSTNAME, VERSIONS
from tui.format import Line, width
from tui.language import LANGUAGES, Language, words
from tui.state import versions

EN = words("en")
RULE = RuleView(
    7, "allow", "@sender.example", "domain", False, "", "bob", NOON, None, False, "", 0, None, "Mail from them passes."
)
CHANGE = RuleChangeView(3, NOON - timedelta(hours=5), "bob", "added", RULE, 0, False, "Added: allow sender.example")


def text(lines: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in each) for each in lines)


def test_each_version_says_its_state_and_its_first_change() -> None:
    rows = [versions.version_row(each, NOON, EN) for each in VERSIONS]
    assert [row[1].text for row in rows] == ["✗ reverted", "✓ runs", "• kept", "• kept"]
    assert rows[1][4].text == "Kept for so many days: 30 → 60"
    assert [row[3].text for row in rows] == ["anna", "bob", "anna", "(the file)"]
    assert rows[3][4].text == "first start"
    assert versions.summary(replace(VERSIONS[1], change_count=3), EN).endswith("+2")
    assert versions.state(replace(VERSIONS[1], state="trial"), EN).text == "○ on trial"


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_about_a_version_fits(language: Language) -> None:
    for each in VERSIONS:
        rows = versions.version_panel(each, each.changes, NOON, 70, words(language))
        assert all(width(row) <= 70 for row in rows)
    shown = text(versions.version_panel(VERSIONS[0], VERSIONS[0].changes, NOON, 70, EN))
    assert "nobody kept them in time" in shown
    assert "mx.office.example → mail.office.example" in shown.replace("\n  ", " ")
    assert "No value differs" in text(versions.version_panel(VERSIONS[3], (), NOON, 70, EN))
    many = replace(VERSIONS[1], change_count=9)
    assert "and 8 more" in text(versions.version_panel(many, many.changes, NOON, 70, EN))


def test_two_texts_are_told_by_the_lines_that_differ() -> None:
    old = "\n".join(f"line{n} = 1" for n in range(20)).encode()
    lines = text(versions.difference(old, old.replace(b"line9 = 1", b"line9 = 2"), 40, EN)).splitlines()
    assert [each.strip() for each in lines if each[0] in "+-"] == ["-line9 = 1", "+line9 = 2"]
    assert lines[0] == "…"
    assert text(versions.difference(old, old, 40, EN)) == "The texts are the same."


def test_the_journal_has_settings_and_rules_by_their_time() -> None:
    found = versions.deeds(VERSIONS, (CHANGE,))
    assert [each.key for each in found] == ["settings 4", "rule 3", "settings 3", "settings 2", "settings 1"]
    assert [piece.text for piece in versions.deed_row(found[1], NOON, EN)][1:] == [
        "bob", "Rules", "Added: allow sender.example",
    ]  # fmt: skip
    assert versions.deed_row(found[2], NOON, EN)[2].text == "Settings"
    assert "u takes it back." in text(versions.deed_panel(found[1], NOON, 60, EN))
    undone = versions.Deed(NOON, "bob", rule=replace(CHANGE, is_undone=True))
    assert "taken back since" in text(versions.deed_panel(undone, NOON, 60, EN))
    assert versions.deed_panel(versions.Deed(NOON, ""), NOON, 60, EN) == []
    assert versions.deed_panel(found[0], NOON, 60, EN)


def test_a_change_is_taken_back_value_by_value_where_that_is_sure() -> None:
    assert versions.inverse((HOSTNAME, DAYS)) == (("hostname", '"mx.office.example"'), ("quarantine.keep_days", "30"))
    assert versions.inverse((DAYS, ChangeView('dnsbl."bl.example".action', "", '"note"'))) == ()
    assert versions.inverse((ChangeView("a", "cut…", "b"),)) == ()
