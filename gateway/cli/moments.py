"""Times and durations as people type and read them: "30m", "2h", "yesterday", "2026-11-24 09:50"; local time.

On the wire all is UTC; only here the terminal's time zone counts.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from gateway.cli.call import UsageError

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_DURATION = re.compile(r"\A(\d{1,6})\s*([smhd])[a-z]*\Z", re.IGNORECASE)


def duration(text: str) -> int:
    """Seconds of "90s", "30m", "2h", "1d". Raises UsageError."""
    found = _DURATION.match(text.strip())
    if found is None:
        raise UsageError(f"{text!r} is no duration. Examples: 30m, 2h, 1d")
    return int(found[1]) * _UNITS[found[2].lower()]


def moment(text: str, now: datetime) -> datetime:
    """A point in time: ISO 8601 (local time without a zone), "today", "yesterday", or a duration ago.

    Raises UsageError.
    """
    plain = text.strip().lower()
    midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    if plain == "today":
        return midnight
    if plain == "yesterday":
        return midnight - timedelta(days=1)
    if _DURATION.match(plain):
        return now - timedelta(seconds=duration(plain))
    try:
        found = datetime.fromisoformat(text.strip())
        return found if found.tzinfo else found.astimezone()
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"{text!r} is no time. Examples: 2026-11-24, 2026-11-24T09:50, today, yesterday, 2h (ago)"
        ) from error


def clock_words(when: datetime, now: datetime) -> str:
    """The local time of day, with the day where it is another: "09:50", "Wed 25 Nov 09:50"; "now" when it is past."""
    if when <= now:
        return "now"
    local = when.astimezone()
    return f"{local:%H:%M}" if local.date() == now.astimezone().date() else f"{local:%a %d %b %H:%M}"
