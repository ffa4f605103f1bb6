"""One outgoing connection: octets in, octets out, a handshake in between.

Knows no protocol. Built on `asyncio.Protocol`, because the stream classes keep what they received in
clear across a handshake, and that is the hole of Exim's CVE-2021-38371.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

# A next hop that talks more than this without being read is made to wait.
_INPUT_PAUSE_OCTETS = 262_144


class TlsFailure(Exception):
    """The handshake failed or the certificate is not the one we want; the text says why."""


class Wire(asyncio.Protocol):
    """Made by `Dialer`, used by one task at a time.

    A broken connection is no exception: `read` gives b"" and `cause` says why.
    """

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._waiter: asyncio.Future[None] | None = None
        self._is_reading_paused = False
        self._is_writing_paused = False
        self._is_late = False
        self._has_ended = False
        self.cause = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio calls this)."""
        if isinstance(transport, asyncio.Transport):
            self._use(transport)

    def data_received(self, data: bytes) -> None:
        """Keep what arrived until it is read."""
        self._received += data
        if len(self._received) > _INPUT_PAUSE_OCTETS and self._transport is not None:
            self._is_reading_paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """The hop will say no more: the connection is closed."""
        self._end("the hop closed the connection")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        why = getattr(exc, "strerror", None) or exc
        self._end(f"the connection broke: {why}" if why else "the connection is closed")

    def pause_writing(self) -> None:
        """The hop reads slower than we write."""
        self._is_writing_paused = True

    def resume_writing(self) -> None:
        """There is room again."""
        self._is_writing_paused = False
        self._wake()

    @property
    def is_open(self) -> bool:
        """False once the hop has closed or the connection broke."""
        return not self._has_ended

    @property
    def is_quiet(self) -> bool:
        """True when nothing waits to be read."""
        return not self._received

    async def read(self, seconds: float | None = None) -> bytes:
        """What has arrived, at least one octet; b"" at the end. Raises TimeoutError after `seconds`; None: never."""
        if not self._received and not self._has_ended:
            await self._wait(seconds, lambda: bool(self._received))
        octets = bytes(self._received)
        self._received.clear()
        if self._is_reading_paused and self._transport is not None:
            self._is_reading_paused = False
            self._transport.resume_reading()
        return octets

    def send(self, octets: bytes) -> None:
        """Give octets to the transport: at most a few commands. On a broken connection it does nothing."""
        if self._transport is not None and not self._has_ended and octets:
            self._transport.write(octets)

    async def write(self, octets: bytes, seconds: float | None = None) -> bool:
        """Send, and wait until the system has taken all of it: True; False when the hop speaks or leaves before.

        On a broken connection it does nothing. Raises TimeoutError after `seconds`: then nobody knows how much is
        sent, but not all. None: it waits without limit.
        """
        self.send(octets)
        if self._is_writing_paused and not self._received and not self._has_ended:
            await self._wait(seconds, lambda: bool(self._received) or not self._is_writing_paused)
        return not self._is_writing_paused and not self._has_ended

    async def start_tls(self, context: ssl.SSLContext, server_hostname: str | None) -> None:
        """Shake hands; what was received in clear is dropped. Raises TlsFailure."""
        if self._transport is None or self._has_ended:
            raise TlsFailure(self.cause or "the connection is closed")
        loop = asyncio.get_running_loop()
        # RFC 3207 §4.2. Nothing can arrive between this line and the handshake: start_tls swaps before it waits.
        self._received.clear()
        try:
            secured = await loop.start_tls(self._transport, self, context, server_hostname=server_hostname)
        except OSError as error:
            self.abort()
            raise TlsFailure(f"the TLS handshake failed: {_words(error)}") from error
        if secured is None:
            raise TlsFailure("the connection closed during the TLS handshake")
        self._use(secured)

    @property
    def peer_certificate(self) -> bytes:
        """The hop's own certificate (DER) after a handshake, else b""."""
        tls = self._transport.get_extra_info("ssl_object") if self._transport is not None else None
        return (tls.getpeercert(binary_form=True) or b"") if tls is not None else b""

    def close(self) -> None:
        """Send what is written, then close."""
        self._end("we closed the connection")
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Drop the connection now: what is not sent yet never will be."""
        self._end("we dropped the connection")
        if self._transport is not None:
            self._transport.abort()

    def _use(self, transport: asyncio.Transport) -> None:
        # Nothing waits in our own memory: when the content is written, only the final dot is left to doubt.
        # asyncio's TLS would pause with an empty buffer at 0, and nothing would ever resume it.
        is_encrypted = transport.get_extra_info("ssl_object") is not None
        transport.set_write_buffer_limits(high=1 if is_encrypted else 0)
        self._transport = transport

    async def _wait(self, seconds: float | None, is_over: Callable[[], bool]) -> None:
        """Until `is_over`, or the end of the connection. One timer, no task and no scope: each message waits here.

        Raises TimeoutError.
        """
        loop = asyncio.get_running_loop()
        timer = None if seconds is None else loop.call_later(seconds, self._expire)
        self._is_late = False
        try:
            while not (is_over() or self._has_ended):
                if self._is_late:
                    raise TimeoutError
                self._waiter = loop.create_future()
                await self._waiter
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()

    def _expire(self) -> None:
        self._is_late = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _end(self, cause: str) -> None:
        self.cause = self.cause or cause
        self._has_ended = True
        self._wake()


def _words(error: OSError) -> str:
    """The error in a few words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return error.reason if isinstance(error, ssl.SSLError) and error.reason else str(error) or type(error).__name__
