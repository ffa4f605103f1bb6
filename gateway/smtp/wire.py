"""The octets of one connection: cut into command lines and content blocks, replies gathered into one write.

Knows nothing of commands' meaning. Every wait has an end; a peer that goes away or dawdles is an exception
of two kinds, `Gone` and `Late`.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl

from gateway.core import replies
from gateway.core.reply import Reply

BLOCK_OCTETS = 65_536
# Replies of a pipelined group leave in one segment (RFC 2920 §3.2), but none waits longer than this for the next.
GATHERING_SECONDS = 0.1
# After our last reply the peer may still be sending; closing at once would reset the connection and the reply with it.
LINGER_SECONDS = 2.0


class Gone(Exception):
    """The peer closed or broke the connection."""


class Late(Exception):
    """The peer did not send, or did not read, within the time it had."""


class Wire:
    """One connection's reading and writing side, over asyncio's streams."""

    __slots__ = (
        "_buffer",
        "_flush_handle",
        "_is_broken",
        "_line_timer",
        "_out",
        "_reader",
        "_skips_line",
        "_taken_octets",
        "_writer",
    )

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._buffer = bytearray()
        self._out = bytearray()
        self._flush_handle: asyncio.TimerHandle | None = None
        self._line_timer: asyncio.Timeout | None = None
        self._skips_line = False
        self._is_broken = False
        self._taken_octets = 0

    @property
    def arrived_octets(self) -> int:
        """How many octets the peer has sent so far, read or not."""
        return self._taken_octets + len(self._reader._buffer)  # type: ignore[attr-defined] # as in has_input

    @property
    def is_left(self) -> bool:
        """True when the peer has ended its side, or the connection is broken; what it sent before may be unread."""
        # Private as in has_input: `at_eof` waits for the last octet to be read, and does not know of a reset.
        return bool(self._reader._eof or self._reader.exception())  # type: ignore[attr-defined] # not in the stubs

    @property
    def has_input(self) -> bool:
        """True when the peer has sent something that nobody has read yet."""
        # Private, pinned by the contract test: asyncio has no public way to ask a StreamReader what it holds.
        return bool(self._buffer or self._reader._buffer)  # type: ignore[attr-defined] # not in the stubs

    async def line(self, maximum_octets: int, seconds: float) -> bytes | Reply:
        """The next command line without its CRLF, or the reply it deserves.

        A line ends at LF, and that LF must follow a CR (RFC 5321 §2.3.8): behind a bare one, what has arrived
        up to the next CRLF is dropped, for nobody knows which line it belongs to. Raises Gone, Late.
        """
        while (at := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > maximum_octets:
                self._skips_line = True
                self._buffer.clear()
            await self.flush(seconds)
            await self._fill(seconds, is_line=True)
        line = bytes(self._buffer[: at + 1])
        del self._buffer[: at + 1]
        if self._skips_line or len(line) > maximum_octets:
            self._skips_line = False
            return replies.LINE_TOO_LONG
        if not line.endswith(b"\r\n"):
            end = self._buffer.find(b"\r\n")
            del self._buffer[: end + 2 if end >= 0 else len(self._buffer)]
            return replies.BAD_LINE_END
        return line[:-2]

    async def block(self, maximum_octets: int, seconds: float) -> bytes:
        """The next octets of content, at least one, at most `maximum_octets`. Raises Gone, Late."""
        if not self._buffer:
            await self.flush(seconds)
            await self._fill(seconds)
        block = bytes(self._buffer[:maximum_octets])
        del self._buffer[:maximum_octets]
        return block

    def unread(self, octets: bytes) -> None:
        """Put octets back in front: what came behind the end of data is the next command."""
        self._buffer[:0] = octets

    async def speaks_within(self, seconds: float) -> bool:
        """Wait so long and say whether the peer sent anything meanwhile. Raises Gone."""
        if self.has_input:
            return True
        try:
            await self._fill(seconds)
        except Late:
            return False
        return True

    def interrupt(self) -> None:
        """End a wait for a command line now, as if its time were over; other waits go on."""
        if self._line_timer is not None and not self._line_timer.expired():
            self._line_timer.reschedule(asyncio.get_running_loop().time())

    def say(self, reply: Reply) -> None:
        """Put a reply behind those that wait to leave."""
        self._out += reply.to_octets()
        if self._flush_handle is None:
            self._flush_handle = asyncio.get_running_loop().call_later(GATHERING_SECONDS, self._write_out)

    async def flush(self, seconds: float) -> None:
        """Send all replies in one write, and wait until the peer has taken most. Raises Gone, Late."""
        self._write_out()
        if not self._writer.transport.get_write_buffer_size():
            return  # the kernel has all of it; that the peer has gone shows at the next read
        try:
            async with asyncio.timeout(seconds):
                await self._writer.drain()
        except TimeoutError as error:
            raise Late from error
        except OSError as error:
            raise Gone from error

    async def start_tls(self, reply: Reply | None, context: ssl.SSLContext, seconds: float) -> None:
        """Say `reply` and begin TLS. What came in plain text before it is dropped unread (RFC 3207 §4.2).

        Between the drop and the handshake the loop does not turn, so no plain octet can slip in. Raises Gone.
        """
        self._buffer.clear()
        self._reader._buffer.clear()  # type: ignore[attr-defined] # as in has_input
        if reply is not None:
            self._out += reply.to_octets()
        self._write_out()
        try:
            await self._writer.start_tls(context, ssl_handshake_timeout=seconds)
        except (OSError, TimeoutError) as error:
            self._is_broken = True
            raise Gone from error
        # CPython leaves the reader with the plain transport, which would pause the wrong one.
        self._reader._transport = self._writer.transport  # type: ignore[attr-defined] # as in has_input

    async def close(self) -> bool:
        """Send what waits, let the peer read it, close; never longer than three times the linger.

        True when the peer ended its side in order, so that it has read what it wanted to read.
        """
        if self._is_broken:
            self.abort()
            return False
        is_orderly = False
        with contextlib.suppress(Gone, Late, OSError, RuntimeError):
            await self.flush(LINGER_SECONDS)
            if self._writer.can_write_eof():
                self._writer.write_eof()
                await self._swallow()
            is_orderly = self.is_left and self._reader.exception() is None
        self._stop_gathering()
        self._writer.close()
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                await self._writer.wait_closed()
        except (TimeoutError, OSError):
            self._writer.transport.abort()
        return is_orderly

    def abort(self) -> None:
        """Break the connection off at once."""
        self._is_broken = True
        self._stop_gathering()
        self._writer.transport.abort()

    async def _swallow(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                while await self._reader.read(BLOCK_OCTETS):
                    pass

    async def _fill(self, seconds: float, *, is_line: bool = False) -> None:
        """Read once into the buffer."""
        try:
            async with asyncio.timeout(seconds) as timer:
                self._line_timer = timer if is_line else None
                octets = await self._reader.read(BLOCK_OCTETS)
        except TimeoutError as error:
            raise Late from error
        except OSError as error:
            raise Gone from error
        finally:
            self._line_timer = None
        if not octets:
            raise Gone
        self._taken_octets += len(octets)
        self._buffer += octets

    def _write_out(self) -> None:
        self._stop_gathering()
        if self._out:
            self._writer.write(bytes(self._out))
            self._out.clear()

    def _stop_gathering(self) -> None:
        if self._flush_handle is not None:
            self._flush_handle.cancel()
            self._flush_handle = None
