"""What the interface costs: from start to first picture, from key to picture, a list of a million messages.

It runs as a program in a terminal of its own, before the real control server; the messages are made as they are asked
for, so that the interface is measured and not a database. Median of the rounds; of memory the highest.
"""

from __future__ import annotations

import select
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

from gateway.core.page import Cursor, Page
from gateway.core.record import MessageRecord
from tests.bench.interpreter import Interpreter
from tests.bench.proc import kib_of
from tests.support.control import NOON, FakeDesk, gateway_in_thread, record
from tests.support.officeday import officeday
from tests.support.terminal import Terminal, terminal

MESSAGES: Final = 1_000_000
ROUNDS: Final = 5
KEYS: Final = 30
PAGE_ROWS: Final = 200
PAGES: Final = 200
PATIENCE_SECONDS: Final = 60.0
AGAIN_SECONDS: Final = 0.3
DOWN, END = "\x1b[B", "\x1b[4~"


@dataclass
class LongDesk(FakeDesk):
    """A history of so many messages, none of which is there before somebody looks."""

    length: int = MESSAGES
    pages: int = 0

    async def messages(self, after: Cursor | None, limit: int, search: str) -> Page[MessageRecord]:
        """Newest first, from behind the cursor; the oldest is number `length` - 1."""
        self.pages += 1
        first = int(after.id[1:]) + 1 if after is not None else 0
        rows = tuple(_message(number) for number in range(first, min(first + limit, self.length)))
        more = first + len(rows) < self.length
        return Page(rows, Cursor(rows[-1].time, rows[-1].code) if rows and more else None)


def _message(number: int) -> MessageRecord:
    code = f"M{number:07d}"
    # Before today, so that no chart counts them.
    return record(number, code=code, subject=f"Message {number}", time=NOON.timestamp() - 1e8 - number)


@dataclass
class Figures:
    """Milliseconds and MiB, one a round."""

    first_picture_ms: list[float] = field(default_factory=list)
    at_home_mib: list[float] = field(default_factory=list)
    opened_ms: list[float] = field(default_factory=list)
    opened_mib: list[float] = field(default_factory=list)
    key_ms: list[float] = field(default_factory=list)
    passed_mib: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A figure and what it may be at most."""

    words: str
    bound: float
    of: Callable[[Figures], list[float]]
    # Of memory the worst counts, of time the median.
    is_worst: bool = False

    def value(self, figures: Figures) -> float | None:
        """None when it was not measured."""
        values = self.of(figures)
        return (max(values) if self.is_worst else median(values)) if values else None


WANTED: Final = (
    Wanted("from start to first picture, ms", 2_500, lambda each: each.first_picture_ms),
    Wanted("memory at Home, MiB", 60, lambda each: each.at_home_mib, is_worst=True),
    Wanted("a list of a million messages opens in, ms", 500, lambda each: each.opened_ms),
    Wanted("memory with it open, MiB", 60, lambda each: each.opened_mib, is_worst=True),
    Wanted("from key to picture (an arrow there), ms", 100, lambda each: each.key_ms),
    Wanted("memory after 200 pages of it, MiB", 60, lambda each: each.passed_mib, is_worst=True),
)


def table(figures: Figures) -> str:
    """One line a figure: at most what, what was measured, whether that is enough."""
    rows = ["the interface".ljust(58) + "  wanted     got"]
    for each in WANTED:
        value = each.value(figures)
        got = "not measured" if value is None else f"{value:.1f}  {'yes' if value <= each.bound else 'NO'}"
        rows.append(f"{each.words.ljust(58)}  {f'<= {each.bound:g}':>7}  {got}")
    return "\n".join(rows)


def is_enough(figures: Figures) -> bool:
    """True when every figure was measured and is within its bound."""
    values = [(each.value(figures), each.bound) for each in WANTED]
    return all(value is not None and value <= bound for value, bound in values)


def measure(folder: Path, python: Interpreter | None, rounds: int = ROUNDS, pages: int = PAGES) -> Figures:
    """Each round a new program; only the last one passes all the pages. Raises TimeoutError when nothing is shown."""
    figures = Figures()
    with gateway_in_thread(folder, LongDesk(state=officeday().state)) as gateway:
        program = python.program if python is not None else sys.executable
        command = [program, "-m", "gateway", "tui", "--socket", str(gateway.path), "--language", "en"]
        environment = {"TERM": "linux", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
        environment |= python.environment() if python is not None else {}
        for number in range(rounds):
            _round(figures, command, environment, pages if number == rounds - 1 else 0)
    return figures


def _round(figures: Figures, command: list[str], environment: dict[str, str], pages: int) -> None:
    began = time.monotonic()
    with terminal(command, environment) as shown:
        _until(shown, lambda: "exchange answers" in shown.text)
        figures.first_picture_ms.append(_since(began))
        _until(shown, lambda: "Messages per hour" in shown.text)
        figures.at_home_mib.append(_resident_mib(shown))
        began = time.monotonic()
        shown.press("2")
        _until(shown, lambda: "Message 5 " in shown.text)
        figures.opened_ms.append(_since(began))
        figures.opened_mib.append(_resident_mib(shown))
        shown.press(DOWN)
        _until(shown, lambda: _chosen(shown, 0))
        figures.key_ms.append(median(_arrow(shown, number) for number in range(1, KEYS)))
        if pages:
            _pass(shown, pages)
            figures.passed_mib.append(_resident_mib(shown))


def _arrow(shown: Terminal, number: int) -> float:
    began = time.monotonic()
    shown.press(DOWN)
    _until(shown, lambda: _chosen(shown, number))
    return _since(began)


def _pass(shown: Terminal, pages: int) -> None:
    """To the end of what is loaded, again and again; a key that came before the next page did is pressed again."""
    for number in range(1, pages):
        end = time.monotonic() + PATIENCE_SECONDS
        while not _is_soon(shown, number * PAGE_ROWS - 1):
            if time.monotonic() > end:
                raise TimeoutError(f"page {number} did not come:\n{shown.text}")


def _is_soon(shown: Terminal, last: int) -> bool:
    shown.press(END)
    try:
        _until(shown, lambda: _chosen(shown, last), AGAIN_SECONDS)
    except TimeoutError:
        return False
    return True


def _chosen(shown: Terminal, number: int) -> bool:
    return any("▶" in each and f"Message {number} " in each for each in shown.lines)


def _until(shown: Terminal, question: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Look whenever something was drawn."""
    end = time.monotonic() + seconds
    while not question():
        if time.monotonic() > end:
            raise TimeoutError(f"the interface does not show what it should:\n{shown.text}")
        select.select([shown.descriptor], [], [], 0.05)


def _since(began: float) -> float:
    return (time.monotonic() - began) * 1_000


def _resident_mib(shown: Terminal) -> float:
    return kib_of(Path(f"/proc/{shown.pid}/smaps_rollup").read_text(), "Rss") / 1_024
