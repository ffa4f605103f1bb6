"""How clamd is: as any scanner, known by a small probe too, and of which day its signatures are."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from gateway.config.schema import Clamd, Failure
from gateway.core.clamdreply import ClamdError, ClamdVersion
from gateway.core.event import Publish
from gateway.core.message import Message
from gateway.net.clamd import ClamdClient
from gateway.net.clock import Clock
from gateway.net.scannerhealth import ScannerHealth

# With the next one below what a person may wait for news of an outage, 5 s (reliability.md §10 row 19).
INTERVAL_SECONDS: Final = 2.0
PROBE_SECONDS: Final = 2.5
# Its signatures are renewed some times a day.
VERSION_SECONDS: Final = 300.0

PROBE: Final = Message.of(b"Subject: Probe\r\n\r\nIs the virus scanner there?\r\n")


class ClamdHealth(ScannerHealth):
    """`settings` gives the grace time, `failure` what to do while clamd is away."""

    def __init__(self, clock: Clock, publish: Publish, settings: Clamd, failure: Failure) -> None:
        super().__init__("clamd", clock, publish, settings.unscanned_grace_seconds, failure.clamd)
        self._version_at: float | None = None
        self.version = ClamdVersion()

    def down(self, cause: str) -> None:
        """The next that answers may be another release."""
        self.version, self._version_at = ClamdVersion(), None
        super().down(cause)

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
