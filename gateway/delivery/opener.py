"""A session with a next hop, from dialling to EHLO, with the TLS that its settings ask for.

Knows one backend's settings; which of its hosts is asked is the pool's business.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass

from gateway.config.schema import Backend, Timeouts
from gateway.core.dialogue.opening import Opened, StartTlsUse, open_session
from gateway.core.dialogue.steps import Ending
from gateway.core.outcome import Stage
from gateway.delivery.link import Link
from gateway.net.clock import Clock
from gateway.net.dial import Dial, Unreachable, endpoint
from gateway.net.tls_client import TlsPolicy, client_context


@dataclass(frozen=True, slots=True)
class NoLink:
    """No session with this hop, and how far it came (`ending.is_ours`: we did not get to ask it)."""

    hop: str
    ending: Ending


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every lane shares: our name for EHLO, how to dial, the clock, the time limits."""

    hostname: str
    dial: Dial
    clock: Clock
    timeouts: Timeouts


class Opener:
    """Opens sessions for one backend."""

    def __init__(self, backend: Backend, surroundings: Surroundings) -> None:
        self._protocol = "lmtp" if backend.transport == "lmtp" else "smtp"
        self._policy = TlsPolicy(backend.tls.mode, backend.tls.pin_sha256)
        self._context = client_context(self._policy) if self._policy.mode != "none" else None
        self._around = surroundings

    async def open(self, hop: str, deadline: float) -> Link | NoLink:
        """A session that takes MAIL. A failed opportunistic handshake is followed by one try in clear (RFC 7435 §3)."""
        use = self._starttls(hop)
        link, opened = await self._try(hop, deadline, use)
        if opened.is_tls_at_fault and use == "if-offered":
            if link is not None:
                link.drop()
            link, opened = await self._try(hop, deadline, "never")
        if link is None or opened.ending is not None:
            if link is not None:
                link.drop()
            return NoLink(hop, opened.ending or Ending(Stage.CONNECT, None, "no connection"))
        link.capabilities = opened.capabilities
        return link

    def _starttls(self, hop: str) -> StartTlsUse:
        if self._policy.is_required:
            return "required"
        # A Unix socket never leaves the machine: a handshake there would only cost time.
        return "never" if self._policy.mode == "none" or hop.startswith("/") else "if-offered"

    async def _try(self, hop: str, deadline: float, use: StartTlsUse) -> tuple[Link | None, Opened]:
        around = self._around
        seconds = min(around.timeouts.next_hop_connect_seconds, deadline - around.clock.monotonic())
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                wire = await around.dial.dial(hop)
        except Unreachable as cause:
            return None, Opened(ending=Ending(Stage.CONNECT, None, str(cause)))
        except TimeoutError:
            return None, Opened(ending=Ending(Stage.CONNECT, None, "no answer to the connection in time"))
        link = Link(hop, wire, around.clock, around.timeouts)
        script = open_session("lmtp" if self._protocol == "lmtp" else "smtp", around.hostname, use)
        return link, await link.perform(script, deadline, tls=self._tls(hop))

    def _tls(self, hop: str) -> tuple[TlsPolicy, ssl.SSLContext, str] | None:
        return (self._policy, self._context, endpoint(hop).host) if self._context is not None else None
