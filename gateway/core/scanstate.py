"""What to make of a message that rspamd did not scan: wait, pass it unscanned, or hold it (D4).

Knows how scans went lately; knows no rspamd, no clock and no log. Times are seconds of the monotonic clock.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

ScannerWord: TypeAlias = Literal["away", "given-up", "unscannable"]
WhenAway: TypeAlias = Literal["defer", "defer-then-mark", "mark"]

# A message fails this often, with others passing in between, before it is the message's fault.
FAILURES_MAXIMUM = 3
# Failing messages remembered; the oldest are forgotten first.
MESSAGES_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class MessageFailures:
    """One message that failed: how often with others passing in between, and when last."""

    digest: bytes
    count: int
    last_at: float


@dataclass(frozen=True, slots=True)
class ScanState:
    """How scans went. `healthy_at`: the last successful scan of any message, or the start.

    `failing` holds messages whose last scan failed, oldest failure first.
    """

    healthy_at: float
    failing: tuple[MessageFailures, ...] = ()

    def passed(self, digest: bytes, now: float) -> ScanState:
        """The state after a successful scan of this message."""
        return ScanState(max(now, self.healthy_at), self._without(digest))

    def failed(self, digest: bytes, now: float) -> ScanState:
        """The state after a failed scan of this message.

        A repeated failure counts only when another message passed since the one before: a sender that
        retries ten times while rspamd is away proves nothing about its message.
        """
        known = self.failures_of(digest)
        others_passed = known is not None and self.healthy_at > known.last_at
        count = (known.count if known else 1) + (1 if others_passed else 0)
        failing = (*self._without(digest), MessageFailures(digest, count, now))
        return replace(self, failing=failing[-MESSAGES_REMEMBERED:])

    def failures_of(self, digest: bytes) -> MessageFailures | None:
        """What is remembered of this message, None when its last scan did not fail."""
        return next((each for each in self.failing if each.digest == digest), None)

    def word(self, digest: bytes, now: float, grace_seconds: float, when_away: WhenAway) -> ScannerWord:
        """What this message's missing scan means now.

        A message whose failure nobody reported is unscanned all the same: silence is never "ok".
        """
        known = self.failures_of(digest)
        if known is not None and known.count >= FAILURES_MAXIMUM:
            return "unscannable"
        if when_away == "mark":
            return "given-up"
        if when_away == "defer" or now - self.healthy_at < grace_seconds:
            return "away"
        return "given-up"

    def _without(self, digest: bytes) -> tuple[MessageFailures, ...]:
        if not self.failing:
            return ()
        return tuple(each for each in self.failing if each.digest != digest)


def message_digest(octets: bytes | memoryview) -> bytes:
    """What names the same message when its sender tries again: the SHA-256 of the octets as received."""
    return hashlib.sha256(octets).digest()
