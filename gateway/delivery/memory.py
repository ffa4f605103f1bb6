"""Which addresses the hop took lately: who refuses such an address by policy is sick, not right (D1).

Keeps folded addresses and monotonic times, bounded; forgotten at a restart.
"""

from __future__ import annotations

from collections import OrderedDict

from gateway.core.envelope import Recipient
from gateway.net.clock import Clock

KEPT_SECONDS = 7 * 86_400.0
# Ten times the mailboxes of the largest office we are made for; about 2 MB.
KEPT_MAXIMUM = 10_000


class AcceptedLately:
    """The addresses that got 2yz at RCPT within the last 7 days."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._times: OrderedDict[str, float] = OrderedDict()

    def note(self, recipient: Recipient) -> None:
        """The hop took this address just now."""
        self._times[recipient.key] = self._clock.monotonic()
        self._times.move_to_end(recipient.key)
        if len(self._times) > KEPT_MAXIMUM:
            self._times.popitem(last=False)

    def __contains__(self, recipient: Recipient) -> bool:
        """True when the hop took it within the last 7 days."""
        time = self._times.get(recipient.key)
        return time is not None and self._clock.monotonic() - time < KEPT_SECONDS
