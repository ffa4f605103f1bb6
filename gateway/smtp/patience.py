"""How long one connection may take: for a command, for a block of content, for a whole transaction."""

from __future__ import annotations

from gateway.config.schema import SecondsPair, Timeouts
from gateway.net.clock import Clock
from gateway.smtp.limits import Gate, seconds
from gateway.smtp.wire import Late


class Patience:
    """Deadlines of one connection, from the settings, the clock, and how full the house is.

    A transaction's time runs from the connect, or from the end of the one before, so a client that
    renews each short wait with one octet is bounded too (reliability.md §2).
    """

    __slots__ = ("_begun", "_clock", "_gate", "_timeouts")

    def __init__(self, timeouts: Timeouts, clock: Clock, gate: Gate) -> None:
        self._timeouts = timeouts
        self._clock = clock
        self._gate = gate
        self._begun = 0.0
        self.renew()

    def renew(self) -> None:
        """A transaction has ended: the next one has its whole time."""
        self._begun = self._clock.monotonic()

    def for_command(self) -> float:
        """Seconds to wait for the next command line. Raises Late when the transaction's time is over."""
        return self._at_most(self._timeouts.command_seconds)

    def for_block(self) -> float:
        """Seconds to wait for the next octets of content. Raises Late as above."""
        return self._at_most(self._timeouts.data_block_seconds)

    def for_handshake(self) -> float:
        """Seconds for a TLS handshake."""
        return self._timeouts.tls_handshake_seconds

    def now(self) -> float:
        """Monotonic seconds."""
        return self._clock.monotonic()

    def _at_most(self, limit: float | SecondsPair) -> float:
        is_busy = self._gate.is_busy
        whole = seconds(self._timeouts.transaction_seconds, is_busy=is_busy)
        left = whole - (self._clock.monotonic() - self._begun)
        if left <= 0:
            raise Late
        return min(seconds(limit, is_busy=is_busy), left)
