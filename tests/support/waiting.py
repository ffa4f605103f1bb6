"""Waiting for another program: ask again until it is so, never longer than a deadline.

Only for real programs outside our process; inside it time is turned by hand (`clock`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

_Value = TypeVar("_Value")


def until(question: Callable[[], _Value], what: str, seconds: float = 20, pause_seconds: float = 0.05) -> _Value:
    """The first true answer. Raises TimeoutError, naming `what` was awaited; OSError in between counts as no."""
    end = time.monotonic() + seconds
    while True:
        try:
            if answer := question():
                return answer
        except OSError:
            pass
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:g} s in vain until {what}")
        time.sleep(pause_seconds)
