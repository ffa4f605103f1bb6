"""What became of settings, in words."""

from __future__ import annotations

import io

import pytest

from gateway.cli.output import Output
from gateway.cli.tried import left_words, tell_problems, trial_words
from tests.support.settingsdesk import INVALID, TRIAL


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(290, "4 min 50 s"), (300, "5 min"), (59, "59 s"), (3_600, "1 h"), (3_661, "1 h 1 min 1 s"), (0, "0 s")],
)
def test_a_time_that_runs_out_is_told_to_the_second(seconds: int, words: str) -> None:
    assert left_words(seconds) == words


def test_a_trial_says_what_to_do() -> None:
    assert trial_words(TRIAL) == "Keep it with: poterne config keep; it reverts in 4 min 50 s."


def test_every_error_has_its_line_and_the_key_that_was_meant() -> None:
    err = io.StringIO()
    tell_problems(Output(io.StringIO(), err, {}), INVALID, "new.toml")
    assert err.getvalue().splitlines() == [
        'new.toml:3: hostnam: unknown key; did you mean "hostname"?',
        "new.toml: is too long",
        "2 errors. Nothing was changed.",
    ]
