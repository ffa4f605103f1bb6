"""From a terminal to the running interface: what must be true of the terminal, a clean environment, and no way to spin.

Imports Textual only in `run`: Textual reads its environment when it is imported.
"""

from __future__ import annotations

import os
import secrets
import select
import signal
import sys
import syslog
import traceback
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, TextIO

from gateway.core.text import safe
from tui import prefs
from tui.glyphs import Font
from tui.language import chosen, mark, words

STARTS_MAXIMUM: Final = 3
# `run` returns it when as many starts ended in a fault.
FAILED: Final = 4
# A console or a session that was left alone shows other people's mail.
IDLE_MINUTES: Final = 15
RESTARTED: Final = mark("The interface was restarted after a fault; the journal has it as {number}.")
JOURNAL_MAXIMUM_CHARACTERS: Final = 500
DUMB: Final = frozenset({"", "dumb", "unknown"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """`language`: "" for the surroundings'; `font`: "" for what TERM suggests; `mouse` takes it from the terminal.

    Who presses no key for `idle_minutes` is let go; 0 is for ever. What is not asked for here is as it was chosen
    before (`prefs`). `assistant`: begin with the first steps.
    """

    socket: Path
    language: str = ""
    font: str = ""
    mouse: bool = False
    idle_minutes: int = IDLE_MINUTES
    assistant: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the interface ended by itself; `number` is what the admin reads and the journal has."""

    number: str
    where: str


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


def run(wanted: Wanted, now: Callable[[], datetime], report: Callable[[str], None] = syslog.syslog) -> int:
    """Show the interface until somebody leaves it: 0; 1 when it can't be shown here, FAILED when it failed too often.

    `report` takes one line for the system's journal.
    """
    if why_not := refusal(os.environ, (sys.__stdin__, sys.__stderr__)):
        sys.stderr.write(f"{why_not}\n")
        return 1
    prepare(os.environ)
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    fault: Fault | None = None
    for number in range(1, STARTS_MAXIMUM + 1):
        fault = _run_once(wanted, now, fault, report)
        if fault is None or hung_up():
            return 0
        if number == STARTS_MAXIMUM:
            sys.stderr.write(f"The interface failed {number} times; the journal has it as {fault.number}.\n")
    return FAILED


def _run_once(
    wanted: Wanted, now: Callable[[], datetime], before: Fault | None, report: Callable[[str], None]
) -> Fault | None:
    """What ended it, None when it was left."""
    from tui.app import PoterneApp
    from tui.base import Place
    from tui.client import Client

    file = prefs.place(os.environ)
    liked = prefs.load(file)
    kept = liked or prefs.Preferences()
    language = words(chosen(wanted.language or kept.language, os.environ))
    place = Place(
        font=font_of(wanted.font or kept.glyphs, os.environ),
        hung_up=hung_up,
        started=ignore_stops,
        said="" if before is None else language(RESTARTED, number=before.number),
        idle_seconds=wanted.idle_minutes * 60,
        preferences=kept,
        remember=partial(prefs.save, file),
        asks_first=liked is None and not wanted.language and before is None and prefs.can_remember(file),
        assists="now" if wanted.assistant and before is None else "needed",
    )
    app = PoterneApp(Client(wanted.socket), language, now, place)
    app.run(mouse=wanted.mouse or kept.mouse)
    return None if app.fault is None else reported(app.fault, report)


def reported(error: BaseException, report: Callable[[str], None]) -> Fault:
    """Write the fault to the journal, line by line, under a number that is easily told by telephone."""
    fault = Fault(f"E{secrets.randbelow(9000) + 1000}", where(error))
    for block in traceback.format_exception(error):
        for each in block.splitlines():
            report(safe(f"interface {fault.number}: {each}", JOURNAL_MAXIMUM_CHARACTERS))
    return fault


def where(error: BaseException) -> str:
    """The kind of an exception and the place in our own source, without what it says."""
    ours = [each for each in traceback.extract_tb(error.__traceback__) if "/tui/" in each.filename]
    place = f" ({Path(ours[-1].filename).name}:{ours[-1].lineno})" if ours else ""
    return f"{type(error).__name__}{place}"


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
