from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.control import rulesviews
from gateway.control.rulesdesk import Outcomes
from gateway.control.rulesvalues import ReplayedCount
from gateway.core.listentry import ListChange
from gateway.core.replay import Fate
from gateway.core.verdict import Action
from tests.support.control import record
from tests.support.lists import entry
from tests.support.values import NOON
from tui.format import Line, width
from tui.language import LANGUAGES, Language, words
from tui.state import rules
from tui.state.rules import ExpiryError, Typed
from tui.state.table import laid_out

EN, FR = words("en", UTC), words("fr", UTC)
RULE = rulesviews.rule(entry("allow", "ann@sender.example", expires=NOON.timestamp() + 864_000), NOON.timestamp(), "en")


def text(rows: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in row).rstrip() for row in rows)


def test_an_entry_is_a_row_and_a_sentence_with_who_why_until_when_and_how_often() -> None:
    row = [piece.text for piece in rules.rule_row(replace(RULE, hits=12), NOON, EN)]
    assert row == ["✓ allow", "ann@sender.example", "everybody", "4 Dec", "12", "asked for"]
    panel = text(rules.rule_panel(replace(RULE, hits=12, last_hit=NOON), NOON, 76, EN))
    assert panel.startswith("Allows ann@sender.example, when proven to be the sender, for everybody")
    for each in ("Made by anna, Tue 24 Nov", "Why: asked for", "ends by itself in 10 days", "counted for 12 messages"):
        assert each in panel


def test_an_entry_that_is_over_says_so() -> None:
    over = replace(RULE, is_expired=True)
    assert rules.rule_row(over, NOON, EN)[3].text == "over"
    assert "has expired" in text(rules.rule_panel(over, NOON, 76, EN))
    assert "has not counted" in text(rules.rule_panel(over, NOON, 76, EN))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_title_of_the_lists_is_cut_at_80_columns(language: Language) -> None:
    say = words(language)
    for columns in (rules.RULE_COLUMNS, rules.CHANGE_COLUMNS, rules.REPLAY_COLUMNS):
        widths = laid_out(columns, 78)
        assert [each.title for each, cells in zip(columns, widths, strict=True) if len(say(each.title)) > cells] == []


@pytest.mark.parametrize(
    ("until", "days", "expires"),
    [
        ("", 0, None),
        ("30", 30, None),
        ("24/12/2026", 0, datetime(2026, 12, 25, tzinfo=UTC)),
        ("24/12", 0, datetime(2026, 12, 25, tzinfo=UTC)),
        ("01/02", 0, datetime(2027, 2, 2, tzinfo=UTC)),
    ],
)
def test_the_end_of_an_entry_is_days_or_a_date_or_never(until: str, days: int, expires: datetime | None) -> None:
    draft = Typed(subject=" a@b.example ", until=until).draft(NOON, UTC, "en")
    assert (draft.subject, draft.days, draft.expires) == ("a@b.example", days, expires)


@pytest.mark.parametrize("until", ["soon", "0", "99999", "9" * 5_000])
def test_what_is_no_end_is_refused(until: str) -> None:
    with pytest.raises(ExpiryError):
        Typed(subject="a@b.example", until=until).draft(NOON, UTC, "en")


def test_an_end_that_nobody_touched_stays_to_the_second() -> None:
    form = rules.typed(RULE, UTC)
    assert form.until == "04/12/2026"
    assert form.draft(NOON, UTC, "en").expires == RULE.expires
    assert replace(form, until="").draft(NOON, UTC, "en").expires is None


def test_a_change_says_what_was_done_and_whether_it_was_taken_back() -> None:
    made = entry("block", "bad.example")
    change = rulesviews.change_line(ListChange(1, NOON.timestamp(), "anna", None, made), NOON.timestamp(), "en")
    assert [piece.text for piece in rules.change_row(change, NOON + timedelta(hours=2), EN)][1:] == [
        "anna",
        "added",
        "✗ block",
        "bad.example",
        "",
    ]
    assert "takes it back" in text(rules.change_panel(change, 76, EN))
    undone = replace(change, is_undone=True)
    assert rules.change_row(undone, NOON, EN)[-1].text == "taken back"
    assert "taken back since" in text(rules.change_panel(undone, 76, EN))


def test_a_replay_is_told_by_kind_and_message_by_message() -> None:
    fates = (Fate("anna@office.example", Action.QUARANTINE, Action.ACCEPT),)
    found = Outcomes(0.0, 412, 1, (("quarantine", "accept", 1),), ((record(), fates),), None)
    told = rulesviews.replayed(found, 14, "en")
    assert text(rules.replay_lines(told, 76, EN)).startswith(
        "Of 412 messages in 14 days 1 would have fared differently."
    )
    row = rules.replay_row(told.items[0], NOON, FR)
    assert row[-1].text == "retenu → livré"
    assert width(row[-1:]) <= 23


def test_what_moves_is_told_as_more_and_fewer() -> None:
    counts = (ReplayedCount("accept", "quarantine", 14, ""), ReplayedCount("reject", "quarantine", 3, ""))
    assert rules.moved(counts, EN) == "3 fewer refused, 17 more held, 14 fewer delivered"
    assert rules.moved((), EN) == ""


def test_an_empty_list_is_good_and_says_how_to_make_an_entry() -> None:
    assert rules.nothing("", "", EN)[0] == "No exceptions. Good."
    assert rules.nothing("x", "", EN)[0] == rules.nothing("", "allow", EN)[0] == "No entry fits."
