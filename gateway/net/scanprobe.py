"""A small harmless message that is scanned when no other was for a while: so rspamd's state is always fresh.

Without it a quiet night would use up the grace time of D4, and the first message after a restart of rspamd
would pass unscanned; and a message that rspamd cannot digest would have no other to be compared with. The probe
always has the full time of an ordinary message: a slow but living rspamd is seen, though mail waits shortly only.
"""

from __future__ import annotations

from ipaddress import IPv4Address

from gateway.core.message import Message
from gateway.core.rspamdreply import RspamdError
from gateway.net.clock import Clock
from gateway.net.rspamd import RspamdClient, ScanRequest
from gateway.net.scanhealth import ScanHealth

PROBE_INTERVAL_SECONDS = 60.0
# After a failure: mail is put off meanwhile, and who is alive shall be seen soon.
DOUBT_INTERVAL_SECONDS = 10.0

PROBE = Message.of(
    b"From: Poterne <poterne@localhost>\r\nTo: Poterne <poterne@localhost>\r\nSubject: Probe\r\n"
    b"Date: Thu, 01 Jan 2026 00:00:00 +0000\r\nMessage-ID: <probe@localhost>\r\n\r\nIs the scanner there?\r\n"
)
# For a message from loopback rspamd asks DNS nothing.
PROBE_REQUEST = ScanRequest((PROBE.octets,), ip=IPv4Address("127.0.0.1"), queue_id="PROBE")


class ScanProbe:
    """Feeds `health` through `client`."""

    def __init__(self, client: RspamdClient, health: ScanHealth) -> None:
        self._client = client
        self._health = health

    async def probe(self) -> None:
        """Scan the probe once and report. Raises nothing that rspamd does."""
        try:
            await self._client.scan(PROBE_REQUEST)
        except RspamdError as error:
            self._health.failed(PROBE, error)
        else:
            self._health.passed(PROBE)

    async def watch(self, clock: Clock) -> None:
        """Probe now, then after each minute without a successful scan, and soon after one that failed.

        Runs until it is cancelled.
        """
        while True:
            await self.probe()
            await clock.sleep(DOUBT_INTERVAL_SECONDS)
            while (left := self._quiet_seconds()) > 0:
                await clock.sleep(min(left, DOUBT_INTERVAL_SECONDS))

    def _quiet_seconds(self) -> float:
        """How long no probe is needed as things stand."""
        return 0.0 if self._health.is_in_doubt else PROBE_INTERVAL_SECONDS - self._health.seconds_since_success
