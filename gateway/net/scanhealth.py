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
REDIS_AWAY = "rspamd can't reach it"


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
        self._is_slow = False
        self._has_passed = False
        self._published = "up"
        self.cause = ""
        self.redis_is_up = True
        self.version = ""

    @property
    def word(self) -> str:
        """ "up", "slow" (it works, but mail waits for it) or "down"."""
        return ("slow" if self._is_slow else "up") if self._is_up else "down"

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
        self._is_up = True
        self._tell("a message was scanned")

    def slow(self, cause: str) -> None:
        """A small harmless message waits for its scan for longer than a healthy rspamd lets it; mail waits too."""
        self._is_slow = True
        self._tell(cause)

    def quick(self) -> None:
        """Such a message was scanned as quickly as it should be."""
        self._is_slow = False
        self._tell("a message was scanned")

    def redis_answers(self, is_up: bool) -> None:
        """What rspamd says of its Redis. Without it rspamd scans, but knows nothing of what it was taught."""
        if is_up is not self.redis_is_up:
            self.redis_is_up = is_up
            self._publish(DependencyChanged("redis", "up" if is_up else "down", "" if is_up else REDIS_AWAY))

    def failed(self, message: Message, error: RspamdError) -> None:
        """A scan of this message failed. One that never had its turn proves nothing of rspamd nor of the message.

        Neither does a time-out while rspamd is down: it is known, and the message had only a short time.
        """
        if error.kind == "busy" or (error.kind == "timeout" and not self._is_up):
            return
        self._state = self._state.failed(message_digest(message.octets), self._clock.monotonic())
        self._failures_in_a_row += 1
        if error.kind == "connect" or self._failures_in_a_row >= FAILURES_BEFORE_DOWN:
            self._is_up = False
            # The next that answers may be another release.
            self.version = ""
            self._tell(str(error))

    def _tell(self, cause: str) -> None:
        """Publish the state once, when it is another."""
        if self.word == self._published:
            return
        self._published = self.word
        self.cause = "" if self.word == "up" else cause
        self._publish(DependencyChanged("rspamd", self.word, cause))

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
