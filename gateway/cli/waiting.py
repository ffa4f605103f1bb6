"""What waits, in one line: for which server, why, and when it is tried again."""

from __future__ import annotations

from datetime import datetime

from gateway.cli.moments import clock_words
from gateway.control.workvalues import Waiting


def waiting_line(each: Waiting, now: datetime) -> str:
    """Such as "12 wait for exchange.local: connection refused, next try 09:50"."""
    return f"{each.text}, next try {clock_words(each.next_attempt, now)}" if each.next_attempt else each.text
