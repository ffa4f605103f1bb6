"""The plain page: text without a frame on the bare terminal, so that the mouse can select it (ux.md §4.8).

The interface is set aside meanwhile. What stops or ends a process by a key stays ignored (`launch` sees to that):
nobody could continue a login shell. Whoever leaves it alone, or hangs up, comes back to the interface.
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable
from typing import Any, Final

from textual.app import App, SuspendNotSupported

from gateway.core.text import safe

SECONDS_MAXIMUM: Final = 600.0
LINE_MAXIMUM: Final = 4_000


def page(text: str, hint: str) -> str:
    """What is written: each line whole and safe, then what brings the interface back."""
    lines = [safe(each, LINE_MAXIMUM) for each in text.split("\n")]
    return "\r\n".join(("", *lines, "", safe(hint), ""))


def show(app: App[Any], text: str, hint: str, wait: Callable[[], None] | None = None) -> bool:
    """Show it until Enter. False where the terminal can't be given back (a test)."""
    try:
        with app.suspend():
            sys.__stdout__.write(page(text, hint))  # type: ignore[union-attr]  # a terminal is there, or it could not be suspended
            sys.__stdout__.flush()  # type: ignore[union-attr]  # as above
            (wait or _until_enter)()
    except SuspendNotSupported:
        return False
    return True


def _until_enter() -> None:
    """A line, the end of the file, or so long without either."""
    descriptor = sys.__stdin__.fileno()  # type: ignore[union-attr]  # as above
    ready, _, _ = select.select([descriptor], [], [], SECONDS_MAXIMUM)
    if ready:
        os.read(descriptor, 4_096)
