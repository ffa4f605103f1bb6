"""How a scanner is, for everybody who asks: fed by each scan, it publishes a change once.

The decision is `core.scanstate`; here are the clock and the publishing. What rspamd and clamd have beyond that is in
`scanhealth` and `clamdhealth`.
"""

from __future__ import annotations

from typing import Final

from gateway.core.clamdreply import ClamdError
from gateway.core.event import DependencyChanged, Publish
from gateway.core.message import Message
from gateway.core.rspamdreply import RspamdError
from gateway.core.scanstate import ScannerWord, ScanState, WhenAway, message_digest
from gateway.net.clock import Clock

# One message that fails may be its own fault; a second failure in a row is the scanner's.
FAILURES_BEFORE_DOWN: Final = 2


class ScannerHealth:
    """`name` is what is published; `grace_seconds` and `when_away`: what to do with mail while it is away (D4)."""

    def __init__(self, name: str, clock: Clock, publish: Publish, grace_seconds: float, when_away: WhenAway) -> None:
        self._name = name
        self._clock = clock
        self._publish = publish
        self._grace_seconds = grace_seconds
        self._when_away: WhenAway = when_away
        self._state = ScanState(clock.monotonic())
        self._failures_in_a_row = 0
        self._published = "up"
        # False from the failure that was published as "down" until the next successful scan.
        self.is_up = True
        self.has_answered = False
        self.cause = ""

    @property
    def word(self) -> str:
        """ "up" or "down"."""
        return "up" if self.is_up else "down"

    @property
    def seconds_since_scan(self) -> float | None:
        """Since the last successful scan of any message, None before the first."""
        return self._clock.monotonic() - self._state.healthy_at if self.has_answered else None

    @property
    def puts_off(self) -> bool:
        """True while an ordinary message that is not scanned is put off, not passed on unscanned."""
        return self.state(b"") == "away"

    def passed(self, message: Message) -> None:
        """A scan of this message succeeded."""
        # Hashing is only worth it when there is a failure to forget.
        digest = message_digest(message.octets) if self._state.failing else b""
        self._state = self._state.passed(digest, self._clock.monotonic())
        self._failures_in_a_row = 0
        self.is_up = self.has_answered = True
        self._tell("a message was scanned")

    def failed(self, message: Message, error: RspamdError | ClamdError) -> None:
        """A scan of this message failed. One that never had its turn proves nothing of scanner nor message.

        Neither does a time-out while it is down: that is known, and the message had only a short time.
        """
        if error.kind in ("busy", "too-large") or (error.kind == "timeout" and not self.is_up):
            return
        self._state = self._state.failed(message_digest(message.octets), self._clock.monotonic())
        self._failures_in_a_row += 1
        if error.kind == "connect" or self._failures_in_a_row >= FAILURES_BEFORE_DOWN:
            self.down(str(error))

    def down(self, cause: str) -> None:
        """It does not answer."""
        self.is_up = False
        self._tell(cause)

    def state(self, digest: bytes) -> ScannerWord:
        """What it means now that this message was not scanned: a word of `ArrivalFinding`.

        `digest` is that of `core.scanstate.message_digest`. Ask only when there is no finding.
        """
        return self._state.word(digest, self._clock.monotonic(), self._grace_seconds, self._when_away)

    def _tell(self, cause: str) -> None:
        """Publish the state once, when it is another."""
        if self.word == self._published:
            return
        self._published = self.word
        self.cause = "" if self.word == "up" else cause
        self._publish(DependencyChanged(self._name, self.word, cause))
