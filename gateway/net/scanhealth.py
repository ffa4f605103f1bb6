"""How rspamd is, for everybody who asks: fed by each scan, it publishes a change once.

The decision is `core.scanstate`; here are the clock, the settings and the publishing.
"""

from __future__ import annotations

from gateway.config.schema import Failure, Rspamd
from gateway.core.event import DependencyChanged, Publish
from gateway.core.message import Message
from gateway.core.rspamdreply import RspamdError
from gateway.core.scanstate import ScannerWord, ScanState, message_digest
from gateway.net.clock import Clock

# One message that fails may be its own fault; a second failure in a row is rspamd's.
FAILURES_BEFORE_DOWN = 2


class ScanHealth:
    """`settings` gives the grace time, `failure` what to do while rspamd is away."""

    def __init__(self, clock: Clock, publish: Publish, settings: Rspamd, failure: Failure) -> None:
        self._clock = clock
        self._publish = publish
        self._settings = settings
        self._failure = failure
        self._state = ScanState(clock.monotonic())
        self._failures_in_a_row = 0
        self._is_up = True
        self._has_passed = False

    @property
    def is_up(self) -> bool:
        """False from the failure that was published as "down" until the next successful scan."""
        return self._is_up

    @property
    def is_in_doubt(self) -> bool:
        """True from any failure, of one message too, until the next successful scan."""
        return self._failures_in_a_row > 0

    @property
    def seconds_since_success(self) -> float:
        """Since the last successful scan of any message, or since the start."""
        return self._clock.monotonic() - self._state.healthy_at

    @property
    def seconds_since_scan(self) -> float | None:
        """Since the last successful scan, None before the first."""
        return self.seconds_since_success if self._has_passed else None

    def passed(self, message: Message) -> None:
        """A scan of this message succeeded."""
        self._has_passed = True
        # Hashing is only worth it when there is a failure to forget.
        digest = message_digest(message.octets) if self._state.failing else b""
        self._state = self._state.passed(digest, self._clock.monotonic())
        self._failures_in_a_row = 0
        if not self._is_up:
            self._is_up = True
            self._publish(DependencyChanged("rspamd", "up", "a message was scanned"))

    def failed(self, message: Message, error: RspamdError) -> None:
        """A scan of this message failed. One that never had its turn proves nothing of rspamd nor of the message.

        Neither does a time-out while rspamd is down: it is known, and the message had only a short time.
        """
        if error.kind == "busy" or (error.kind == "timeout" and not self._is_up):
            return
        self._state = self._state.failed(message_digest(message.octets), self._clock.monotonic())
        self._failures_in_a_row += 1
        down = error.kind == "connect" or self._failures_in_a_row >= FAILURES_BEFORE_DOWN
        if down and self._is_up:
            self._is_up = False
            self._publish(DependencyChanged("rspamd", "down", str(error)))

    @property
    def puts_off(self) -> bool:
        """True while an ordinary message that is not scanned is put off, not passed on unscanned."""
        return self.state(b"") == "away"

    def state(self, digest: bytes) -> ScannerWord:
        """What it means now that this message was not scanned: a word of `ArrivalFinding.scanner`.

        `digest` is that of `core.scanstate.message_digest`. Ask only when there is no `RspamdFinding`.
        """
        return self._state.word(
            digest, self._clock.monotonic(), self._settings.unscanned_grace_seconds, self._failure.rspamd
        )
