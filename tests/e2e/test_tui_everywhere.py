"""One interface in a real terminal of the console's kind, through every screen there is, with mail that attacks it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.control import gateway_in_thread
from tests.support.officeday import attacked
from tests.support.terminal import Terminal, terminal
from tests.support.waiting import until
from tests.support.walk import digits, opening
from tui.glyphs import SET
from tui.keys import GLOBAL

CONSOLE = {"TERM": "linux", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
NAMES = {"enter": "\r", "tab": "\t", "space": " ", "asterisk": "*", "slash": "/", "delete": "\x1b[3~", "f1": "\x1b[[A"}
NAMES |= {"f8": "\x1b[19~", "f9": "\x1b[20~", "f10": "\x1b[21~", "f2": "\x1b[[B", "f5": "\x1b[[E"}
# As a terminal says it that tells Escape from the beginning of other keys: no waiting for what may follow.
DOWN, ESCAPE, F3 = "\x1b[B", "\x1b[27u", "\x1b[[C"
# What the console's own colours are written as: 16 for text, 8 behind it; bold, reverse and their ends.
COLOURS = {0, 1, 7, 22, 27, 39, 49, *range(30, 38), *range(90, 98), *range(40, 48)}
# What Textual may ask of a terminal: modes, places, keyboard, size, the mouse's shape; no titles, clipboard or links.
SEQUENCE = re.compile(rb"\x1b\[[?>=<]?[0-9;:$]*[A-Za-z@]|\x1b\[[?]?[0-9;]*\$p|\x1b[78=>]|\x1b\]22;[a-z]*\x07")


def test_every_screen_holds_on_the_console(tmp_path: Path) -> None:
    with _shown(tmp_path) as shown:
        for digit in digits():
            _visit(shown, digit)
            _open_all(shown, digit)
        shown.press(F3)
        shown.shows("1Accueil")
        for digit in digits():
            _visit(shown, digit)
        shown.press(F3)
        shown.shows("1Home")
        _resized(shown)
        _nothing_stops_it(shown)
        _the_mouse_is_a_switch(shown)
        before = shown.cpu_seconds()
        shown.hang_up()
        shown.ended(5)
        assert shown.cpu_seconds() - before < 1
        _harmless(shown.written)


def test_it_does_not_start_with_a_closed_input(tmp_path: Path) -> None:
    command = f"exec {sys.executable} -m gateway tui --socket {tmp_path}/s <&-"
    with terminal(["/bin/sh", "-c", command], CONSOLE) as shown:
        assert shown.ended() == 1
        assert b"needs a terminal" in shown.written
        assert shown.cpu_seconds() < 5


@contextmanager
def _shown(folder: Path) -> Iterator[Terminal]:
    with gateway_in_thread(folder, attacked()) as gateway:
        command = [sys.executable, "-m", "gateway", "tui", "--socket", str(gateway.path), "--language", "en"]
        with terminal(command, CONSOLE) as shown:
            shown.shows("Mail OK")
            yield shown


def _visit(shown: Terminal, digit: str) -> None:
    """A tab and its first row."""
    shown.press(digit)
    _wait(shown, lambda: _tab(shown).startswith(digit), f"tab {digit}")
    assert set("".join(shown.lines)) <= SET
    shown.press(DOWN)
    _wait(shown, lambda: _cursor_is_chosen(shown), f"cursor on the chosen row of {digit}")


def _open_all(shown: Terminal, digit: str) -> None:
    """Everything that the keys of this tab open."""
    for key in opening(_name_of(digit)):
        shown.press(NAMES.get(key.names[0], key.names[0]))
        shown.press(ESCAPE)
    shown.press(ESCAPE * 4)


def _name_of(digit: str) -> str:
    action = next(key.action for key in GLOBAL if key.names[:1] == (digit,))
    return action.removeprefix("app.go('").removesuffix("')")


def _tab(shown: Terminal) -> str:
    """What is written on the ground of the chosen tab."""
    shown.lines  # noqa: B018 - reads what came
    return "".join(cell.data for _, cell in sorted(shown.screen.buffer[1].items()) if cell.bg == "cyan")


def _cursor_is_chosen(shown: Terminal) -> bool:
    """The terminal's cursor stands on ▶; a screen may have no list."""
    lines = shown.lines
    place = shown.screen.cursor
    return not any("▶" in each for each in lines) or lines[place.y][place.x : place.x + 1] == "▶"


def _resized(shown: Terminal) -> None:
    shown.resize(132, 43)
    for digit in digits():
        shown.press(digit)
        _wait(shown, lambda digit=digit: _tab(shown).startswith(digit), f"tab {digit} at 132x43")
        assert shown.lines[42].strip() != ""
    shown.resize(40, 10)
    for digit in digits():
        shown.press(digit)
    shown.shows("The window has 40x10: 80x24 is needed.")
    shown.resize(80, 24)
    _wait(shown, lambda: _tab(shown).startswith(digits()[-1]), "the last tab")


def _nothing_stops_it(shown: Terminal) -> None:
    """Neither control characters nor pasted text do anything; Ctrl+Q asks."""
    shown.press("\x1a\x1c\x13\x11" + ESCAPE)
    for number in (signal.SIGTSTP, signal.SIGQUIT):
        subprocess.run(["/bin/kill", f"-{number.value}", str(shown.pid)], check=True)
    shown.press("2")
    _wait(shown, lambda: _tab(shown).startswith("2"), "messages")
    _wait(shown, lambda: _pasted(shown, "ddd\r"), "pasted text refused")
    for key in ("\x11", "\x03"):
        shown.press(key)
        shown.shows("Leave the interface?")
        shown.press("n")
        shown.shows("!Leave the interface?")


def _pasted(shown: Terminal, text: str) -> bool:
    """Paste, and look: what an earlier order did may be said at the same time, in the same line."""
    shown.press(f"\x1b[200~{text}\x1b[201~")
    return "Pasted text is ignored" in shown.text


def _the_mouse_is_a_switch(shown: Terminal) -> None:
    """The terminal's own at first; an action of the palette gives it to the interface, and back."""
    for told in (b"\x1b[?1000h", b"\x1b[?1000l"):
        assert told not in shown.written
        shown.press(":mouse\r")
        _wait(shown, lambda told=told: bool(shown.lines) and told in shown.written, "the mouse told")


def _harmless(written: bytes) -> None:
    """All that was ever written: glyphs of the font, sequences that place and colour, the console's colours."""
    rest = SEQUENCE.sub(b"", written)
    assert {octet for octet in rest if octet < 0x20 or octet == 0x7F} <= {0x0A, 0x0D}
    assert {each for each in rest.decode() if each.isprintable()} - SET == set()
    assert not re.search(r"[\x80-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", rest.decode())
    strange = [each for each in re.findall(rb"\x1b\[[0-9;]*m[^\x1b]{0,40}", written) if _codes(each) - COLOURS]
    assert strange == []


def _codes(sequence: bytes) -> set[int]:
    """The colours and styles that this sequence sets."""
    return {int(code or 0) for code in sequence[2 : sequence.index(b"m")].split(b";")}


def _wait(shown: Terminal, question: Callable[[], bool], what: str) -> None:
    try:
        until(question, what, pause_seconds=0.02)
    except TimeoutError as error:
        raise TimeoutError(f"{error}; the screen:\n{shown.text}") from error
