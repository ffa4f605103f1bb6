"""From a terminal to the running interface: what must be true of the terminal, a clean environment, and no way to spin.

Imports Textual only in `run`: Textual reads its environment when it is imported.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TextIO

from tui.glyphs import Font
from tui.language import chosen, words

RESTARTS_MAXIMUM: Final = 3
DUMB: Final = frozenset({"", "dumb", "unknown"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """`language`: "" for the surroundings'; `font`: "" for what TERM suggests; `mouse` takes it from the terminal."""

    socket: Path
    language: str = ""
    font: str = ""
    mouse: bool = False


def refusal(environment: MutableMapping[str, str], streams: tuple[TextIO | None, ...]) -> str:
    """Why the interface can't be shown here, "" when it can."""
    if not all(each is not None and each.isatty() for each in streams):
        return "The interface needs a terminal. Without one: poterne status, poterne messages list"
    if environment.get("TERM", "") in DUMB:
        term = environment.get("TERM", "")
        return f"A terminal of the kind {term!r} can't show the interface. In plain lines: poterne status"
    return ""


def prepare(environment: MutableMapping[str, str]) -> None:
    """Textual obeys many variables that a client may send: none of them counts here, and nothing moves."""
    for name in [each for each in environment if each.startswith("TEXTUAL")]:
        del environment[name]
    environment["TEXTUAL_ANIMATIONS"] = "none"
    environment["TEXTUAL_SMOOTH_SCROLL"] = "0"
    if is_console(environment):
        environment.pop("COLORTERM", None)
        environment["TEXTUAL_COLOR_SYSTEM"] = "standard"


def is_console(environment: MutableMapping[str, str]) -> bool:
    """True on the kernel's own console."""
    return environment.get("TERM", "").startswith("linux")


def font_of(wanted: str, environment: MutableMapping[str, str]) -> Font:
    """What the terminal draws."""
    return Font(wanted) if wanted else Font.CONSOLE if is_console(environment) else Font.ANY


def run(wanted: Wanted, now: Callable[[], datetime]) -> int:
    """Show the interface until somebody leaves it. 0 when left, 1 when it can't be shown or failed too often."""
    if why_not := refusal(os.environ, (sys.__stdin__, sys.__stderr__)):
        sys.stderr.write(f"{why_not}\n")
        return 1
    prepare(os.environ)
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    fault = ""
    for _ in range(RESTARTS_MAXIMUM):
        fault = _run_once(wanted, now)
        if not fault or hung_up():
            return 0
    sys.stderr.write(
        f"The interface failed {RESTARTS_MAXIMUM} times, last in {fault}. Mail goes on; see: poterne status\\n"
    )
    return 1


def _run_once(wanted: Wanted, now: Callable[[], datetime]) -> str:
    """Where it failed, "" when it was left."""
    from tui.app import PoterneApp
    from tui.base import Place
    from tui.client import Client

    language = chosen(wanted.language, os.environ)
    place = Place(font_of(wanted.font, os.environ), hung_up, ignore_stops)
    app = PoterneApp(Client(wanted.socket), words(language), now, place)
    app.run(mouse=wanted.mouse)
    return app.fault


def ignore_stops() -> None:
    """Textual stops the process on SIGTSTP; as a login shell nobody could continue it (ux.md §4.5)."""
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    signal.signal(signal.SIGQUIT, signal.SIG_IGN)


def hung_up() -> bool:
    """True when the terminal is gone: reading it would give nothing for ever."""
    if sys.__stdin__ is None:
        return True
    poll = select.poll()
    poll.register(sys.__stdin__.fileno(), 0)
    return any(event & (select.POLLHUP | select.POLLNVAL | select.POLLERR) for _, event in poll.poll(0))
