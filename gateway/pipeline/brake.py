"""Counting by the hour: too many notices of one kind are a storm, and a storm is not let through.

Knows keys and the monotonic clock; what becomes of what is too much is decided elsewhere. Forgotten at a restart.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Final

from gateway.core.envelope import Transaction
from gateway.net.clock import Clock

HOUR_SECONDS: Final = 3_600.0
# An office sends and gets a few notices a day (backends.md §8 rows 22 and 23).
NOTICES_PER_HOUR: Final = 20
# From one server, whatever domains it writes for.
ALL_NOTICES_PER_HOUR: Final = 100
# More keys than an office has mailboxes; the longest unused are forgotten.
KEYS_MAXIMUM: Final = 10_000


class Hourly:
    """How often something happened within the last hour, by key."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def note(self, key: str) -> int:
        """It happened now; how often within the hour, this time included."""
        times = self._times.setdefault(key, deque())
        times.append(self._clock.monotonic())
        self._times.move_to_end(key)
        if len(self._times) > KEYS_MAXIMUM:
            self._times.popitem(last=False)
        return self.count(key)

    def count(self, key: str) -> int:
        """How often it happened within the hour."""
        times = self._times.get(key)
        if times is None:
            return 0
        old = self._clock.monotonic() - HOUR_SECONDS
        while times and times[0] <= old:
            times.popleft()
        if not times:
            del self._times[key]
        return len(times)


class Brakes:
    """What is counted: notices from one of ours, notices to one of ours, messages of a relay client."""

    def __init__(self, clock: Clock) -> None:
        self._notices_out = Hourly(clock)
        self.notices_in = Hourly(clock)
        self.messages = Hourly(clock)

    def storm(self, transaction: Transaction, domain: str) -> str:
        """Count a message of ours to the outside: why it must be held, "" when it need not. `domain` is its author's.

        Only the null reverse-path counts: a server that bounces what strangers forged floods the world with it.
        """
        client = transaction.client.relay_client
        if client is None or not transaction.envelope.reverse_path.is_null:
            return ""
        # Who writes another domain each time is counted as a whole.
        everywhere = self._notices_out.note(client) > ALL_NOTICES_PER_HOUR
        if self._notices_out.note(f"{client} {domain}") <= NOTICES_PER_HOUR and not everywhere:
            return ""
        limit = ALL_NOTICES_PER_HOUR if everywhere else NOTICES_PER_HOUR
        return f"more than {limit} notices an hour from {client}" + (
            f" for {domain}" if domain and not everywhere else ""
        )
