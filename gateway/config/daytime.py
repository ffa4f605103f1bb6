"""Times of day as the settings write them: "07:30", and "22:00-07:00" for hours."""

from __future__ import annotations

import re
from datetime import time

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def time_of_day(text: str) -> time:
    """Hours and minutes. Raises ValueError."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(f'"{text}" is no time of day')
    return time(int(found[1]), int(found[2]))


def hours(text: str) -> tuple[time, time]:
    """From when to when, over midnight too. Raises ValueError."""
    begin, hyphen, end = text.partition("-")
    if not hyphen:
        raise ValueError(f'"{text}" names no end')
    return time_of_day(begin), time_of_day(end)
