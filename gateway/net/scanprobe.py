"""A small harmless message that is scanned every few seconds: so rspamd's state is always fresh, with mail or without.

Without it a quiet night would use up the grace time of D4, and the first message after a restart of rspamd
would pass unscanned; and a message that rspamd cannot digest would have no other to be compared with. The probe
always has the full time of an ordinary message: a slow but living rspamd is seen, though mail waits shortly only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from ipaddress import IPv4Address
from typing import Final

from gateway.core.message import Message
from gateway.core.rspamdreply import RspamdError
from gateway.net.clock import Clock
from gateway.net.rspamd import RspamdClient, ScanRequest
from gateway.net.scanhealth import ScanHealth

# With the next one below what a person may wait for news of an outage, 5 s (reliability.md §10 row 19).
INTERVAL_SECONDS: Final = 2.0
# A healthy rspamd needs 2 ms; one message of 10 MB before it holds it for a second.
SLOW_SECONDS: Final = 2.5

PROBE = Message.of(
    b"From: Poterne <poterne@localhost>\r\nTo: Poterne <poterne@localhost>\r\nSubject: Probe\r\n"
    b"Date: Thu, 01 Jan 2026 00:00:00 +0000\r\nMessage-ID: <probe@localhost>\r\n\r\nIs the scanner there?\r\n"
)
# For a message from loopback rspamd asks DNS nothing; by this name `poterne.lua` knows that it shall ask Redis.
PROBE_REQUEST = ScanRequest((PROBE.octets,), ip=IPv4Address("127.0.0.1"), queue_id="PROBE")
# The symbol by which it says that Redis did not answer.
REDIS_AWAY: Final = "POTERNE_REDIS_AWAY"


class ScanProbe:
    """Feeds `health` through `client`, which has no mail to scan: its probe waits for no turn."""

    def __init__(self, client: RspamdClient, health: ScanHealth) -> None:
        self._client = client
        self._health = health

    async def probe(self, clock: Clock) -> None:
        """Scan the probe once and report. Raises nothing that rspamd does."""
        began = clock.monotonic()
        try:
            async with self._tell_if_slow(clock):
                finding = await self._client.scan(PROBE_REQUEST)
        except RspamdError as error:
            self._health.failed(PROBE, error)
            return
        if clock.monotonic() - began < SLOW_SECONDS:
            self._health.quick()
        self._health.passed(PROBE)
        self._health.redis_answers(all(symbol.name != REDIS_AWAY for symbol in finding.symbols))
        await self._learn_version()

    async def watch(self, clock: Clock) -> None:
        """Probe now and then every few seconds. Runs until it is cancelled."""
        while True:
            await self.probe(clock)
            await clock.sleep(INTERVAL_SECONDS)

    async def _learn_version(self) -> None:
        """Once after each return. The controller of rspamd 3.4 dies of this question while Redis is away."""
        if not self._health.version and self._health.redis_is_up:
            with suppress(RspamdError):
                self._health.version = await self._client.version()

    @asynccontextmanager
    async def _tell_if_slow(self, clock: Clock) -> AsyncIterator[None]:
        async def tell() -> None:
            await clock.sleep(SLOW_SECONDS)
            self._health.slow(f"a small message waits for its scan for more than {SLOW_SECONDS:g} s")

        alarm = asyncio.get_running_loop().create_task(tell(), name="slow scan")
        try:
            yield
        finally:
            alarm.cancel()
