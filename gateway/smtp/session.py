"""The one subclass of aiosmtpd's SMTP (DESIGN D6): it owns the connection's transport and nothing else.

aiosmtpd gives the stream protocol, the session object and the PROXY header's reader. Its command loop, grammar,
timers, STARTTLS and DATA are replaced (libraries.md §3): `arrival` and `dialogue` do that work over a `Wire`.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterable
from dataclasses import replace

from aiosmtpd.smtp import SMTP

from gateway.core import replies
from gateway.core.envelope import TlsSession
from gateway.core.reply import Reply
from gateway.net.tls import CertificateError
from gateway.pipeline.base import Admission
from gateway.smtp.arrival import admit, behind_proxy, peer_of
from gateway.smtp.dialogue import Dialogue
from gateway.smtp.receipt import fault
from gateway.smtp.surroundings import Door
from gateway.smtp.wire import Gone, Late, Wire


class NoHooks:
    """The handler that aiosmtpd wants and inspects: empty, because we replace what would call it."""

    def __dir__(self) -> Iterable[str]:
        """Nothing to inspect."""
        return ()


class Session(SMTP):
    """One connection. A client that leaves ends its reading, never the work in progress (libraries.md A2)."""

    # Also the limit of the StreamReader: with aiosmtpd's 1,001 the transport would pause all the time.
    line_length_limit = 65_536

    def __init__(self, door: Door) -> None:
        # aiosmtpd clears this dictionary for every connection; its own is shared by all of them (A4).
        self.command_size_limits = {}
        hostname = door.surroundings.hostname
        super().__init__(NoHooks(), hostname=hostname, enable_SMTPUTF8=True, loop=asyncio.get_running_loop())
        self._door = door
        self._dialogue: Dialogue | None = None
        self._is_stopping = False

    def __dir__(self) -> Iterable[str]:
        """Nothing: aiosmtpd looks through all names of each new session for the commands of the loop we replaced.

        The tables it makes of them cost a tenth of a session's time and a third of an idle connection's memory.
        """
        return ()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the conversation in a task of the server. aiosmtpd's own would belong to nobody and have its timer."""
        self.session = self._create_session()
        self.session.peer = transport.get_extra_info("peername")
        super(SMTP, self).connection_made(transport)
        self.transport = transport
        _send_at_once(transport)
        conversation = self._handle_client()
        try:
            self._handler_coroutine = self._door.sessions.create_task(conversation)
        except RuntimeError:  # accepted in the moment in which the server ended
            conversation.close()
            self._writer.transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        """Wake whoever reads; aiosmtpd would cancel the conversation, and a delivery with it."""
        super(SMTP, self).connection_lost(error)
        self.transport = None

    def eof_received(self) -> bool | None:
        """The client has said all it wants to say and may still listen; only TLS cannot be half closed."""
        self._reader.feed_eof()
        return self._writer.get_extra_info("sslcontext") is None

    def stop(self) -> None:
        """421 as soon as the next command is awaited."""
        self._is_stopping = True
        if self._dialogue is not None:
            self._dialogue.stop()

    async def _handle_client(self) -> None:
        """Instead of aiosmtpd's command loop, which takes a bare LF for a line's end and strips what it likes."""
        gate = self._door.surroundings.gate
        wire = Wire(self._reader, self._writer)
        try:
            await self._converse(wire)
        except asyncio.CancelledError:
            wire.abort()
            raise
        except Gone:
            pass
        except Late:
            wire.say(replies.TIMED_OUT)
        except Exception as error:  # noqa: BLE001 - the edge: one connection's fault must not end the others
            wire.say(fault(self._door.surroundings, error))
        finally:
            is_orderly = False
            try:
                is_orderly = await wire.close()
            finally:
                gate.leave(self)
                if self._dialogue is not None:
                    self._dialogue.ended(is_orderly=is_orderly)

    async def _converse(self, wire: Wire) -> None:
        refusal = self._door.surroundings.gate.enter(self)
        admission = refusal if refusal is not None else await self._arrive(wire)
        if isinstance(admission, Reply):
            wire.say(admission)
        if not isinstance(admission, Admission):
            return
        self._dialogue = Dialogue(self._door, admission, wire, lambda reply, wait: self._upgrade(wire, reply, wait))
        if self._is_stopping:
            wire.say(replies.SHUTTING_DOWN)  # RFC 5321 §3.8: 421 may answer anything, a connection too
            return
        wire.say(replies.greeting(self._door.surroundings.hostname))
        await self._dialogue.run()

    async def _arrive(self, wire: Wire) -> Admission | Reply | None:
        """The admitted client, a refusal, or None for a proxy that does not say whom it brings."""
        surroundings = self._door.surroundings
        peername = self._writer.get_extra_info("peername")
        if peername is None:  # reset before we got to it
            raise Gone
        peer = await behind_proxy(peer_of(peername), self._door, self._reader)
        if peer is None:
            return None
        if peer.ip not in surroundings.hidden_origins:
            refusal = surroundings.gate.identify(self, peer.ip)
            if refusal is not None:
                return refusal
        tls = None
        if self._door.listener.tls.mode == "implicit":
            tls = await self._upgrade(wire, None, surroundings.timeouts.tls_handshake_seconds)
        admission = await admit(peer, self._door, wire)
        if isinstance(admission, Reply):
            return admission
        return replace(admission, client=replace(admission.client, tls=tls))

    async def _upgrade(self, wire: Wire, reply: Reply | None, seconds: float) -> TlsSession:
        """Do the handshake with the certificate of this moment. Raises Gone."""
        if self._door.tls is None:
            raise CertificateError("this listener has no certificate")
        await wire.start_tls(reply, self._door.tls.context(), seconds)
        return _tls_session(self._writer)


def _send_at_once(transport: asyncio.BaseTransport) -> None:
    """Set TCP_NODELAY: asyncio forgets it for a socket that was made without naming TCP."""
    sock = transport.get_extra_info("socket")
    if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _tls_session(writer: asyncio.StreamWriter) -> TlsSession:
    tls: ssl.SSLObject = writer.get_extra_info("ssl_object")
    name, _, bits = tls.cipher() or ("", "", 0)
    return TlsSession(tls.version() or "", name, bits)
