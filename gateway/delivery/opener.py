"""A session with a next hop, from dialling to the login, with the TLS that its lane asks for.

Knows one way; which of its hosts is asked is the pool's business.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from typing import Final

from gateway.config.schema import Timeouts
from gateway.core.dialogue.authentication import Login
from gateway.core.dialogue.opening import Manner, Opened, StartTlsUse, open_session
from gateway.core.dialogue.steps import Ending
from gateway.core.outcome import Stage
from gateway.core.reply import Reply
from gateway.delivery.link import Link
from gateway.delivery.way import NoLink, NoLogin, Target, Way
from gateway.net.clock import Clock
from gateway.net.dial import Dial, Unreachable
from gateway.net.tls_client import TlsPolicy, client_context
from gateway.net.wire import TlsFailure

# RFC 3463 §3.5: 5.4.6 is a routing loop.
LOOP: Final = Reply.of(554, "5.4.6", "The recipient's mail server is this gateway: the message would run in a circle")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every lane shares: our name for EHLO, how to dial, the clock, the time limits."""

    hostname: str
    dial: Dial
    clock: Clock
    timeouts: Timeouts


class Opener:
    """Opens sessions for one lane."""

    def __init__(self, way: Way, surroundings: Surroundings) -> None:
        self._way = way
        self._context = client_context(way.tls) if way.tls.mode != "none" else None
        self._around = surroundings

    async def open(self, target: Target, deadline: float) -> Link | NoLink:
        """A session that takes MAIL. A failed opportunistic handshake is followed by one try in clear (RFC 7435 §3)."""
        try:
            login = self._way.login() if self._way.login is not None else None
        except NoLogin as problem:
            return NoLink(target.shown, Ending(Stage.AUTH, None, str(problem)))
        manner = self._manner(target, login)
        link, opened = await self._try(target, deadline, manner)
        if opened.is_tls_at_fault and manner.starttls == "if-offered":
            if link is not None:
                link.drop()
            link, opened = await self._try(target, deadline, self._manner(target, login, in_clear=True))
        if link is not None and opened.ending is None:
            link.capabilities = opened.capabilities
            return link
        if link is not None:
            link.drop()
        if opened.is_ourselves:
            return NoLink(target.shown, Ending(Stage.RCPT, LOOP, is_ours=True))
        return NoLink(target.shown, opened.ending or Ending(Stage.CONNECT, None, "no connection"))

    def _manner(self, target: Target, login: Login | None, *, in_clear: bool = False) -> Manner:
        way = self._way
        return Manner(
            way.protocol,
            self._around.hostname,
            "never" if in_clear else self._starttls(target),
            is_encrypted=way.implicit_tls,
            login=login,
            knows_itself=way.knows_itself,
        )

    def _starttls(self, target: Target) -> StartTlsUse:
        way = self._way
        # A Unix socket never leaves the machine: a handshake there would only cost time.
        if way.implicit_tls or way.tls.mode == "none":
            return "never"
        if way.tls.is_required:
            return "required"
        return "never" if target.where.startswith("/") else "if-offered"

    async def _try(self, target: Target, deadline: float, manner: Manner) -> tuple[Link | None, Opened]:
        around = self._around
        seconds = min(around.timeouts.next_hop_connect_seconds, deadline - around.clock.monotonic())
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                wire = await around.dial.dial(target.where)
        except Unreachable as cause:
            return None, Opened(ending=Ending(Stage.CONNECT, None, str(cause)))
        except TimeoutError:
            return None, Opened(ending=Ending(Stage.CONNECT, None, "no answer to the connection in time"))
        link = Link(target.shown, wire, around.clock, around.timeouts)
        tls = self._tls(target)
        if self._way.implicit_tls and tls is not None:
            try:
                await link.encrypt(tls, deadline)
            except TlsFailure as failure:
                return link, Opened(ending=Ending(Stage.STARTTLS, None, str(failure)))
        return link, await link.perform(open_session(manner), deadline, tls=tls)

    def _tls(self, target: Target) -> tuple[TlsPolicy, ssl.SSLContext, str] | None:
        return (self._way.tls, self._context, target.name) if self._context is not None else None
