"""The octets of one connection: cut into command lines and content blocks, replies gathered into one write.

Knows nothing of commands' meaning. Every wait has an end; a peer that goes away or dawdles is an exception
of two kinds, `Gone` and `Late`.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl

from gateway.core import replies
from gateway.core.envelope import TlsSession
from gateway.core.reply import Reply
from gateway.smtp.link import COMMAND_READ_OCTETS, CONTENT_READ_OCTETS, Link

# Replies of a pipelined group leave in one segment (RFC 2920 §3.2), but none waits longer than this for the next.
GATHERING_SECONDS = 0.1
# After our last reply the peer may still be sending; closing at once would reset the connection and the reply with it.
LINGER_SECONDS = 2.0
# A peer that does not read its replies gets no further ones made.
_UNSENT_MAXIMUM_OCTETS = 4_096


class Gone(Exception):
    """The peer closed or broke the connection."""


class Late(Exception):
    """The peer did not send, or did not read, within the time it had."""


class Wire:
    """One connection's reading and writing side."""

    __slots__ = ("_flush_handle", "_is_line_awaited", "_link", "_loop", "_out", "_skips_line", "has_parted")

    def __init__(self, link: Link) -> None:
        self._link = link
        self._loop = asyncio.get_running_loop()
        self._out = bytearray()
        self._flush_handle: asyncio.TimerHandle | None = None
        self._skips_line = False
        self._is_line_awaited = False
        # True when the peer has said QUIT: it sends nothing more, so there is nothing to linger for.
        self.has_parted = False

    @property
    def arrived_octets(self) -> int:
        """How many octets the peer has sent so far, read or not."""
        return self._link.arrived_octets

    @property
    def is_left(self) -> bool:
        """True when the peer has ended its side, or the connection is broken; what it sent before may be unread."""
        return self._link.has_ended

    @property
    def has_input(self) -> bool:
        """True when the peer has sent something that nobody has read yet."""
        return bool(self._link.buffer)

    # --- reading ------------------------------------------------------------------------------------------

    async def line(self, maximum_octets: int, seconds: float) -> bytes | Reply:
        """The next command line without its CRLF, or the reply it deserves; `seconds` are for all of the line.

        A line ends at LF, and that LF must follow a CR (RFC 5321 §2.3.8): behind a bare one, what has arrived
        up to the next CRLF is dropped, for nobody knows which line it belongs to. Raises Gone, Late.
        """
        link = self._link
        link.appetite_octets = COMMAND_READ_OCTETS
        until = self._loop.time() + seconds
        if link.unsent_octets > _UNSENT_MAXIMUM_OCTETS:
            await self._flush(until)
        while (at := link.buffer.find(b"\n")) < 0:
            if len(link.buffer) > maximum_octets:
                self._skips_line = True
                link.buffer.clear()
            await self._flush(until)
            await self._more(until, is_line=True)
        line = bytes(link.buffer[: at + 1])
        del link.buffer[: at + 1]
        if self._skips_line or len(line) > maximum_octets:
            self._skips_line = False
            return replies.LINE_TOO_LONG
        if not line.endswith(b"\r\n"):
            end = link.buffer.find(b"\r\n")
            del link.buffer[: end + 2 if end >= 0 else len(link.buffer)]
            return replies.BAD_LINE_END
        return line[:-2]

    async def block(self, maximum_octets: int, seconds: float) -> bytes | bytearray:
        """The next octets of content, at least one, at most `maximum_octets`. Raises Gone, Late."""
        link = self._link
        link.appetite_octets = CONTENT_READ_OCTETS
        if not link.buffer:
            until = self._loop.time() + seconds
            await self._flush(until)
            await self._more(until)
        if len(link.buffer) <= maximum_octets:
            # The buffer itself goes on, so nothing is copied.
            block, link.buffer = link.buffer, bytearray()
            return block
        piece = bytes(link.buffer[:maximum_octets])
        del link.buffer[:maximum_octets]
        return piece

    async def exactly(self, count: int, seconds: float) -> bytes:
        """So many octets, once they are there; nothing is taken before. Raises Gone, Late."""
        until = self._loop.time() + seconds
        while len(self._link.buffer) < count:
            await self._more(until)
        octets = bytes(self._link.buffer[:count])
        del self._link.buffer[:count]
        return octets

    def unread(self, octets: bytes | bytearray) -> None:
        """Put octets back in front: what came behind the end of data is the next command."""
        if octets:
            self._link.buffer[:0] = octets

    async def speaks_within(self, seconds: float) -> bool:
        """Wait so long and say whether the peer sent anything meanwhile. Raises Gone."""
        if self.has_input:
            return True
        try:
            await self._more(self._loop.time() + seconds)
        except Late:
            return False
        return True

    async def hold(self, seconds: float) -> None:
        """Let the peer wait, whatever it sends meanwhile. Raises Gone when it leaves."""
        until = self._loop.time() + seconds
        is_time_left = True
        while is_time_left:
            if self._link.has_ended:
                raise Gone
            is_time_left = await self._link.wait_until(until)

    def interrupt(self) -> None:
        """End a wait for a command line now, as if its time were over; other waits go on."""
        if self._is_line_awaited:
            self._link.wake(in_time=False)

    def hurry(self, seconds: float) -> None:
        """The wait under way ends so many seconds after it began, if it would not end earlier."""
        self._link.hurry(seconds)

    async def _more(self, until: float, *, is_line: bool = False) -> None:
        """Wait until something more has arrived."""
        link = self._link
        link.read_on()
        before = link.arrived_octets
        self._is_line_awaited = is_line
        try:
            while link.arrived_octets == before or not link.buffer:
                if link.has_ended:
                    raise Gone
                if not await link.wait_until(until):
                    raise Late
        finally:
            self._is_line_awaited = False

    # --- writing ------------------------------------------------------------------------------------------

    def say(self, reply: Reply) -> None:
        """Send a reply; while the peer's next command is here already, it waits for the next one's."""
        self._out += reply.to_octets()
        if not self._link.buffer:
            self._write_out()
        elif self._flush_handle is None:
            self._flush_handle = self._loop.call_later(GATHERING_SECONDS, self._write_out)

    async def flush(self, seconds: float) -> None:
        """Send all replies in one write, and wait until the kernel has taken them. Raises Gone, Late."""
        await self._flush(self._loop.time() + seconds)

    async def _flush(self, until: float) -> None:
        self._write_out()
        while self._link.unsent_octets:
            if not await self._link.wait_until(until):
                raise Late

    def _write_out(self) -> None:
        self._stop_gathering()
        if self._out:
            self._link.write(self._out)
            self._out.clear()

    def _stop_gathering(self) -> None:
        if self._flush_handle is not None:
            self._flush_handle.cancel()
            self._flush_handle = None

    # --- TLS and the end ----------------------------------------------------------------------------------

    async def start_tls(self, reply: Reply | None, context: ssl.SSLContext, seconds: float) -> TlsSession:
        """Say `reply` and begin TLS. What came in plain text before it is dropped unread (RFC 3207 §4.2).

        Between the drop and the handshake the loop does not turn, so no plain octet can slip in. Without a reply
        (RFC 8314 §3) what has arrived belongs to the handshake. Raises Gone.
        """
        if reply is not None:
            self._link.drop_all()
            self._out += reply.to_octets()
        self._write_out()
        self._link.read_on()
        session = await self._link.shake_hands(context, seconds)
        if session is None:
            self._link.close(at_once=bool(self._link.unsent_octets))
            raise Gone
        return session

    async def close(self) -> bool:
        """Send what waits, let the peer read it, close; never longer than twice the linger.

        True when the peer ended its side in order, so that it has read what it wanted to read.
        """
        link = self._link
        if not link.is_broken:
            with contextlib.suppress(Gone, Late):
                await self.flush(LINGER_SECONDS)
                link.say_no_more()
                if not self.has_parted or link.buffer:
                    await self._swallow()
        self._stop_gathering()
        is_orderly = link.has_ended and not link.is_broken
        link.close(at_once=bool(link.unsent_octets))
        return is_orderly

    def abort(self) -> None:
        """Break the connection off at once."""
        self._stop_gathering()
        self._link.close(at_once=True)

    async def _swallow(self) -> None:
        """Read past what the peer still sends, until it ends its side or the linger is over."""
        link = self._link
        until = self._loop.time() + LINGER_SECONDS
        link.drop_input()
        while not link.has_ended and await link.wait_until(until):
            link.drop_input()
