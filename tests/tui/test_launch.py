from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.interface import HandClock
from tui.glyphs import Font
from tui.language import words
from tui.launch import Wanted, font_of, hung_up, is_console, prepare, refusal, reported, run

ROOT = Path(__file__).resolve().parents[2]


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_needed() -> None:
    assert "needs a terminal" in refusal({"TERM": "xterm"}, (io.StringIO(), _Terminal()))
    assert "needs a terminal" in refusal({"TERM": "xterm"}, (_Terminal(), None))
    assert refusal({"TERM": "xterm"}, (_Terminal(), _Terminal())) == ""


def test_a_dumb_terminal_is_refused_with_a_sentence() -> None:
    for term in ("dumb", "unknown", ""):
        assert "poterne status" in refusal({"TERM": term}, (_Terminal(), _Terminal()))


def test_nothing_that_a_client_sends_steers_textual() -> None:
    sent = {"TERM": "linux", "COLORTERM": "truecolor", "TEXTUAL_DRIVER": "evil:Driver", "TEXTUAL": "x", "HOME": "/"}
    prepare(sent)
    assert sent == {
        "TERM": "linux",
        "HOME": "/",
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_SMOOTH_SCROLL": "0",
        "TEXTUAL_COLOR_SYSTEM": "standard",
    }


def test_the_console_gets_its_glyphs_unless_others_are_asked_for() -> None:
    assert is_console({"TERM": "linux-16color"})
    assert font_of("", {"TERM": "linux"}) is Font.CONSOLE
    assert font_of("", {"TERM": "xterm-256color"}) is Font.ANY
    assert font_of("ascii", {"TERM": "linux"}) is Font.ASCII


def test_without_a_terminal_nothing_is_started(tmp_path: Path) -> None:
    # pytest has taken the terminal away.
    assert run(Wanted(tmp_path / "none.sock"), HandClock().now) == 1


def test_a_terminal_that_is_there_has_not_hung_up() -> None:
    code = "import tui.launch; print(tui.launch.hung_up())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=True
    )
    assert done.stdout == b"False\n"
    assert isinstance(hung_up(), bool)


def test_textual_is_imported_only_when_it_is_shown() -> None:
    code = "import sys, tui.launch, gateway.cli.tui; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_fault_is_named_without_what_it_says_and_the_journal_has_it_line_by_line() -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        words("fr").n("{count}", "{count}", "secret")  # type: ignore[arg-type]  # to see it fail
    told: list[str] = []
    fault = reported(caught.value, told.append)
    assert re.fullmatch(r"E\d{4}", fault.number)
    assert fault.where.startswith(("TypeError (language.py:", "ValueError (language.py:"))
    assert "secret" not in fault.where
    assert len(told) > 3
    assert all(each.startswith(f"interface {fault.number}: ") for each in told)
    assert "Traceback" in told[0]


def test_what_the_journal_is_told_can_not_steer_a_terminal() -> None:
    told: list[str] = []
    reported(ValueError("\x1b]52;c;x\x07" + "long " * 500), told.append)
    assert not any("\x1b" in each for each in told)
    assert max(map(len, told)) <= 500
