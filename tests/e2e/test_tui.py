"""The interface as a program in a real terminal, before the real control server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.control import FakeDesk, gateway_in_thread, held, record
from tests.support.hostile import CORPUS
from tests.support.interface import busy_desk
from tests.support.terminal import ROOT, Terminal, terminal
from tui.glyphs import SET

CONSOLE = {"TERM": "linux", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
XTERM = {**CONSOLE, "TERM": "xterm-256color"}
DOWN, ESCAPE = "\x1b[B", "\x1b"
# What each screen is opened by, and what it then shows, in both languages.
STEPS = (
    ("", ("exchange answers",), ("exchange répond",)),
    ("2", ("Filter: all", "put off"), ("Filtre : tous", "différé")),
    (DOWN + DOWN, ("HELD", "people here called spam"), ("RETENU",)),
    ("\r", ("Was told", "How long"), ("Réponse", "Durée")),
    ("e", ("EHLO",), ("EHLO",)),
    ("q", ("paused",), ("en pause",)),
    ("3", ("● live", "rene"), ("● direct", "rene")),
    (DOWN, ("HELD",), ("RETENU",)),
    ("r", ("Undo stays open",), ("Annulation possible",)),
    ("n", ("!Undo stays open",), ("!Annulation possible",)),
    ("d", ("cannot be undone",), ("irréversible",)),
    ("n", ("!cannot be undone",), ("!irréversible",)),
    ("v", ("Bonjour,",), ("Bonjour,",)),
    ("?", ("How long is it kept?",), ("Combien de temps",)),
    ("q", ("Header", "!How long"), ("En-tête", "!Combien")),
    ("q", ("Space Tick",), ("Espace Cocher",)),
    (":", ("┌─ Command",), ("┌─ Commande",)),
    (ESCAPE, ("!┌─ Command",), ("!┌─ Commande",)),
    ("1", ("Verdicts",), ("Verdicts",)),
    ("q", ("Mail goes on without",), ("Le courrier continue",)),
)


@contextmanager
def _shown(
    folder: Path,
    environment: Mapping[str, str] = CONSOLE,
    *options: str,
    desk: FakeDesk | None = None,
    size: tuple[int, int] = (80, 24),
) -> Iterator[Terminal]:
    with gateway_in_thread(folder, desk or busy_desk()) as gateway:
        command = [sys.executable, "-m", "gateway", "tui", "--socket", str(gateway.path), *options]
        with terminal(command, environment, size=size) as shown:
            yield shown


@pytest.mark.parametrize("language", ["en", "fr"])
def test_on_the_console_every_screen_has_only_glyphs_of_its_font_and_text_that_can_be_read(
    tmp_path: Path, language: str
) -> None:
    with _shown(tmp_path, CONSOLE, "--language", language) as shown:
        for keys, english, french in STEPS:
            if keys:
                shown.press(keys)
            shown.shows(*(english if language == "en" else french))
            assert set("".join(shown.lines)) <= SET
            assert _unreadable(shown) == []
        shown.press("\r")
        assert shown.ended() == 0
        assert _undrawable(shown.written) == set()


def _undrawable(octets: bytes) -> set[str]:
    """Every character that was ever written, also where it was overwritten, that the font lacks."""
    return {each for each in octets.decode() if each.isprintable()} - SET


# What text may stand on what, of the names of the emulator; `theme` proves the contrast of each.
PAIRS = {
    "default": {"default", "white", "green", "brightgreen", "brightyellow", "brightred", "brightcyan", "brightwhite"},
    "black": {"white", "cyan", "brightgreen", "brightbrown", "brightred", "brightcyan", "brightwhite"},
    "blue": {"brightwhite"},
    "red": {"brightwhite"},
    "cyan": {"black"},
}


def _unreadable(shown: Terminal) -> list[tuple[str, str, str]]:
    cells = (cell for line in shown.screen.buffer.values() for cell in line.values())
    return sorted({(c.data, c.fg, c.bg) for c in cells if c.data.strip() and c.fg not in PAIRS.get(c.bg, set())})[:5]


def test_hostile_mail_never_steers_the_terminal(tmp_path: Path) -> None:
    texts = [each.encode("utf-8", "replace").decode() for each in CORPUS]
    desk = FakeDesk(
        records=[
            record(n, code=f"A{n}", subject=each, from_field=each, reverse_path=each) for n, each in enumerate(texts)
        ],
        held_rows=[
            held(n, code=f"A{n}", subject=each, from_field=each, recipients=(each,)) for n, each in enumerate(texts)
        ],
    )
    with _shown(tmp_path, XTERM, desk=desk) as shown:
        shown.shows("exchange answers")
        shown.press("2")
        shown.shows("Filter: all", "held")
        for _ in texts:
            shown.press(DOWN)
        shown.press("\r")
        shown.shows("How long")
        shown.press("q3")
        shown.shows("Likely?     Held")
        shown.press(DOWN)
        shown.shows("HELD")
        shown.press("\r")
        shown.shows("Header")
        for attack in (b"\x1b]52", b"\x1b[2J\x1b[H", b"\x1b]8;", b"\x1bP", b"\xc2\x9b", b"\xe2\x80\xae", b"\x00"):
            assert attack not in shown.written
        shown.press("\x11")
        shown.shows("Leave the interface?")
        shown.press("y")
        assert shown.ended() == 0


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_dumb_terminal_gets_a_sentence(tmp_path: Path, term: str) -> None:
    with _shown(tmp_path, {**CONSOLE, "TERM": term}) as shown:
        assert shown.ended() == 1
        assert b"poterne status" in shown.written
        assert b"\x1b" not in shown.written


def test_without_a_terminal_it_says_so_and_does_not_spin(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gateway", "tui", "--socket", str(tmp_path / "s")]
    done = subprocess.run(
        command, cwd=ROOT, env=XTERM, stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=False
    )
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"needs a terminal" in done.stderr


@pytest.mark.parametrize("ignored", [False, True], ids=["hang-up signal", "signal ignored"])
def test_a_client_that_is_gone_ends_it_at_once(tmp_path: Path, ignored: bool) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN) if ignored else None
    try:
        with _shown(tmp_path) as shown:
            shown.shows("exchange answers")
            before_end = shown.cpu_seconds()
            shown.hang_up()
            shown.ended(5)
            assert shown.cpu_seconds() - before_end < 1
    finally:
        if before is not None:
            signal.signal(signal.SIGHUP, before)


def test_ctrl_z_ctrl_backslash_and_ctrl_c_neither_stop_nor_end_it(tmp_path: Path) -> None:
    with _shown(tmp_path) as shown:
        shown.shows("exchange answers")
        shown.press("\x1a\x1c\x13\x04")
        for number in (signal.SIGTSTP, signal.SIGQUIT):
            os.kill(shown.pid, number)
        shown.press("2")
        shown.shows("Filter: all")
        shown.press("\x03")
        shown.shows("Leave the interface?")


def test_no_colour_keeps_every_mark(tmp_path: Path) -> None:
    with _shown(tmp_path, {**XTERM, "NO_COLOR": "1"}) as shown:
        shown.shows("exchange answers")
        shown.press("2")
        shown.shows("Filter: all")
        shown.press(DOWN)
        shown.shows("▶ ✓ delivered", "DELIVERED")
        colours = {(cell.fg, cell.bg) for line in shown.screen.buffer.values() for cell in line.values()}
        assert all(fore in ("default", back) or _is_grey(fore) for fore, back in colours)


def _is_grey(colour: str) -> bool:
    return (
        colour in ("white", "black", "brightwhite", "brightblack")
        or len({*zip(*[iter(colour)] * 2, strict=False)}) == 1
    )


def test_ascii_is_enough(tmp_path: Path) -> None:
    with _shown(tmp_path, XTERM, "--glyphs", "ascii") as shown:
        shown.shows("exchange answers", "v Mail OK", "+- Mail flows")
        assert shown.text.isascii()


def test_a_locale_without_utf_8_changes_nothing(tmp_path: Path) -> None:
    with _shown(tmp_path, {**CONSOLE, "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}) as shown:
        shown.shows("exchange answers", "┌─ Mail flows")
        assert set(shown.text) - {"\n"} <= SET


def test_the_window_may_change_its_size(tmp_path: Path) -> None:
    with _shown(tmp_path) as shown:
        shown.shows("exchange answers")
        shown.resize(60, 20)
        shown.shows("80x24 is needed")
        shown.resize(132, 43)
        shown.shows("exchange answers")


def test_the_mouse_stays_the_terminals_own_unless_asked_for(tmp_path: Path) -> None:
    with _shown(tmp_path, XTERM) as shown:
        shown.shows("exchange answers")
        assert b"\x1b[?1000h" not in shown.written
    (tmp_path / "again").mkdir()
    with _shown(tmp_path / "again", XTERM, "--mouse") as shown:
        shown.shows("exchange answers")
        assert b"\x1b[?1000h" in shown.written


def test_at_rest_it_uses_no_processor(tmp_path: Path) -> None:
    with _shown(tmp_path) as shown:
        shown.shows("exchange answers")
        before = shown.cpu_seconds()
        with pytest.raises(TimeoutError):
            shown.ended(3)
        assert shown.cpu_seconds() - before < 0.6
