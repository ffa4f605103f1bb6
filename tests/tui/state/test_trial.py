from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.control.settingsvalues import ProbeView, SettingsHappened
from tests.support.office import PROBES, TRIAL
from tui.format import Line, width
from tui.language import LANGUAGES, Language, words
from tui.state import trial

EN = words("en")
BEGAN = TRIAL.ends - timedelta(seconds=300)


def text(lines: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in each) for each in lines)


def test_the_bar_shrinks_from_the_beginning_to_the_end() -> None:
    shares = [trial.share_left(TRIAL, BEGAN + timedelta(seconds=passed)) for passed in (0, 150, 300, 400)]
    assert shares == [1.0, 0.5, 0.0, 0.0]
    # A gateway that does not tell when it began.
    assert trial.share_left(replace(TRIAL, began=None), BEGAN) == 1.0
    assert trial.share_left(replace(TRIAL, began=TRIAL.ends), BEGAN) == 0.0


def test_the_time_left_is_told_in_minutes_and_seconds() -> None:
    assert [trial.countdown(each, EN) for each in (272.9, 60, 9)] == ["4 min 32 s", "1 min 00 s", "9 s"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_window_says_what_runs_why_what_was_seen_and_until_when(language: Language) -> None:
    rows = trial.window(TRIAL, PROBES, BEGAN, 66, words(language))
    assert all(width(each) <= 66 for each in rows)
    shown = text(rows)
    assert "anna" in shown
    assert "⚠ Other servers may refuse" in shown
    assert "✗ clamd" in shown
    assert "14:04" in shown
    assert "5 min 00 s" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_choices_stay_in_sight_whatever_there_is_to_say(language: Language) -> None:
    risks = ("a risk that is told in so many words that no line of this window can hold it, and one more",) * 9
    probes = tuple(ProbeView(f"listener {n}", n % 2 == 0, "cause " * 40, True) for n in range(20))
    rows = trial.window(replace(TRIAL, risks=risks), probes, BEGAN, 66, words(language))
    assert len(rows) <= 24 - 2 - 2 - 3
    assert sum("✗" in text([each]) for each in rows) == 4


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (SettingsHappened(5, "trial", "anna", ""), "Version 5 of the settings is on trial: F8 keeps it or goes back."),
        (SettingsHappened(5, "kept", "anna", ""), "Version 5 of the settings is kept."),
        (
            SettingsHappened(5, "reverted", "", "nobody kept it in time"),
            "The settings of before run again: nobody kept them in time.",
        ),
        (
            SettingsHappened(5, "reverted", "bob", "bob took it back"),
            "The settings of before run again: bob took them back.",
        ),
        (SettingsHappened(5, "reverted", "", "dns is gone."), "The settings of before run again: dns is gone."),
        (
            SettingsHappened(4, "fallback", "", "bad"),
            "The settings file can't be used; the last good settings run: bad",
        ),
    ],
)
def test_how_it_began_and_ended_is_said(event: SettingsHappened, said: str) -> None:
    assert trial.happened(event, EN)[0] == said
