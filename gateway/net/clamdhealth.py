"""How clamd is, for everybody who asks: fed by each scan and by a small probe, it publishes a change once.

The decision is `core.scanstate`, the same as for rspamd; here are the clock, the settings and the publishing.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from gateway.config.schema import Clamd, Failure
from gateway.core.clamdreply import ClamdError, ClamdVersion
from gateway.core.event import DependencyChanged, Publish
from gateway.core.message import Message
from gateway.core.scanstate import ScannerWord, ScanState, message_digest
from gateway.net.clamd import ClamdClient
from gateway.net.clock import Clock

# One message that takes all the time may be its own fault; a second in a row is clamd's.
FAILURES_BEFORE_DOWN: Final = 2
# With the next one below what a person may wait for news of an outage, 5 s (reliability.md §10 row 19).
INTERVAL_SECONDS: Final = 2.0
PROBE_SECONDS: Final = 2.5
# Its signatures are renewed some times a day.
VERSION_SECONDS: Final = 300.0

PROBE: Final = Message.of(b"Subject: Probe\r\n\r\nIs the virus scanner there?\r\n")


class ClamdHealth:
    """`settings` gives the grace time, `failure` what to do while clamd is away."""

    def __init__(self, clock: Clock, publish: Publish, settings: Clamd, failure: Failure) -> None:
        self._clock = clock
        self._publish = publish
        self._settings = settings
        self._failure = failure
        self._state = ScanState(clock.monotonic())
        self._failures_in_a_row = 0
        self._version_at: float | None = None
        self.is_up = True
        self.has_answered = False
        self.cause = ""
        self.version = ClamdVersion()

    @property
    def puts_off(self) -> bool:
        """True while an ordinary message that is not looked at is put off, not passed on."""
        return self.state(b"") == "away"

    def passed(self, message: Message) -> None:
        """A scan of this message succeeded."""
        digest = message_digest(message.octets) if self._state.failing else b""
        self._state = self._state.passed(digest, self._clock.monotonic())
        self._failures_in_a_row = 0
        self.has_answered = True
        if not self.is_up:
            self.is_up, self.cause = True, ""
            self._publish(DependencyChanged("clamd", "up", "a message was scanned"))

    def failed(self, message: Message, error: ClamdError) -> None:
        """A scan of this message failed. One that never had its turn proves nothing of clamd nor of the message.

        Neither does a time-out while clamd is down: it is known, and the message had only a short time.
        """
        if error.kind in ("busy", "too-large") or (error.kind == "timeout" and not self.is_up):
            return
        self._state = self._state.failed(message_digest(message.octets), self._clock.monotonic())
        self._failures_in_a_row += 1
        if error.kind == "connect" or self._failures_in_a_row >= FAILURES_BEFORE_DOWN:
            self.down(str(error))

    def down(self, cause: str) -> None:
        """It does not answer."""
        if self.is_up:
            self.is_up, self.cause, self.version, self._version_at = False, cause, ClamdVersion(), None
            self._publish(DependencyChanged("clamd", "down", cause))

    def state(self, digest: bytes) -> ScannerWord:
        """What it means now that this message was not looked at: a word of `ArrivalFinding.antivirus`."""
        grace = self._settings.unscanned_grace_seconds
        return self._state.word(digest, self._clock.monotonic(), grace, self._failure.clamd)

    async def probe(self, client: ClamdClient) -> None:
        """Have a tiny message scanned. Raises nothing that clamd does."""
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await client.scan(PROBE.octets)
        except TimeoutError:
            self.down(f"clamd: timeout: a tiny message waits for more than {PROBE_SECONDS:g} s")
            return
        except ClamdError as error:
            self.down(str(error))
            return
        self.passed(PROBE)
        await self._learn_version(client)

    async def watch(self, client: ClamdClient, clock: Clock) -> None:
        """Probe now and then every few seconds, by a client that has no mail to scan. Runs until it is cancelled."""
        while True:
            await self.probe(client)
            await clock.sleep(INTERVAL_SECONDS)

    async def _learn_version(self, client: ClamdClient) -> None:
        now = self._clock.monotonic()
        if self._version_at is not None and now - self._version_at < VERSION_SECONDS:
            return
        with suppress(ClamdError):
            self.version = await client.version()
            self._version_at = now
