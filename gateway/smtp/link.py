"""The octets of one accepted socket: a bounded buffer of what came, one timer for all waits, TLS inside.

Knows no line and no reply. Writes at once where the kernel takes it. asyncio's transports and streams are left out:
for a session of a few milliseconds they were most of its cost, and most of what an idle one holds (README).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl

from gateway.core.envelope import TlsSession
from gateway.smtp.seal import Seal

# One command line is far shorter; who sends more ahead waits until we have read (TCP's own window is the bound).
COMMAND_READ_OCTETS = 16_384
# Content comes in large pieces: each piece costs a turn of the loop.
CONTENT_READ_OCTETS = 262_144
# A megabyte: more than one segment's worth of commands in front of a TLS handshake is no mistake but an attack.
_DROPS_MAXIMUM = 64
# Later than asked for by so much is not late: the loop's clock fires a little early.
_TICK_SECONDS = 0.001


class Link:
    """One connection. One coroutine at a time waits on it.

    `scratch` is lent for the moment of each read; all links of a server share one, so an idle link holds no buffer.
    """

    __slots__ = (
        "_descriptor",
        "_is_reading",
        "_is_writing",
        "_loop",
        "_out",
        "_scratch",
        "_seal",
        "_since",
        "_sock",
        "_timer",
        "_until",
        "_waiter",
        "appetite_octets",
        "arrived_octets",
        "buffer",
        "has_ended",
        "is_broken",
    )

    def __init__(self, sock: socket.socket, scratch: memoryview) -> None:
        self._loop = asyncio.get_running_loop()
        self._sock = sock
        # By number: asked for a socket that it does not watch yet, the loop writes the whole of it into an error.
        self._descriptor = sock.fileno()
        self._scratch = scratch
        self._out = bytearray()
        self._seal: Seal | None = None
        self._waiter: asyncio.Future[bool] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._since = 0.0
        self._until = 0.0
        self._is_writing = False
        # What the peer has sent and nobody has read; whoever reads takes it from here.
        self.buffer = bytearray()
        self.appetite_octets = COMMAND_READ_OCTETS
        self.arrived_octets = 0
        self.has_ended = False
        self.is_broken = False
        self._is_reading = True
        self._loop.add_reader(self._descriptor, self._readable)

    # --- waiting ------------------------------------------------------------------------------------------

    async def wait_until(self, until: float) -> bool:
        """Until something happens: octets, an end, room to write, `wake`. False when the loop's time comes first."""
        self._waiter = self._loop.create_future()
        self._since = self._loop.time()
        self._until = until
        self._set_timer()
        try:
            return await self._waiter
        finally:
            self._waiter = None

    def wake(self, *, in_time: bool = True) -> None:
        """End the wait under way, if there is one."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(in_time)

    def hurry(self, seconds: float) -> None:
        """The wait under way ends so many seconds after its beginning, if it would not end earlier."""
        if self._waiter is not None and self._since + seconds < self._until:
            self._until = self._since + seconds
            self._set_timer()

    def _set_timer(self) -> None:
        """One timer, moved only when it would come too late; what comes too early sets itself anew."""
        if self._timer is not None:
            if self._timer.when() <= self._until:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(self._until, self._time_is_over)

    def _time_is_over(self) -> None:
        self._timer = None
        if self._waiter is None:
            return
        if self._until - self._loop.time() > _TICK_SECONDS:
            self._set_timer()
        else:
            self.wake(in_time=False)

    # --- reading ------------------------------------------------------------------------------------------

    def read_on(self) -> None:
        """Look at the socket again when the buffer had been full."""
        if not self._is_reading and not self.has_ended and len(self.buffer) < self.appetite_octets:
            self._is_reading = True
            self._loop.add_reader(self._descriptor, self._readable)

    def _look_away(self) -> None:
        if self._is_reading:
            self._is_reading = False
            self._loop.remove_reader(self._descriptor)

    def _readable(self) -> None:
        try:
            count = self._sock.recv_into(self._scratch, self.appetite_octets)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._break()
            return
        if count:
            self.arrived_octets += count
            self._take(count)
        else:
            self._end()
        if len(self.buffer) >= self.appetite_octets:
            self._look_away()
        self.wake()

    def _take(self, count: int) -> None:
        if self._seal is None:
            self.buffer += self._scratch[:count]
            return
        try:
            self._seal.feed(self._scratch[:count])
            if self._seal.is_open:
                self._seal.read(self.buffer)
            self._send(self._seal.take_out())
        except ssl.SSLError:
            self._break()
            return
        if self._seal.has_ended:
            self._end()

    def _end(self) -> None:
        """The peer has said all it wanted to say; it may still listen, but not in TLS, where nothing says so."""
        self._look_away()
        self.has_ended = True

    def _break(self) -> None:
        self._end()
        self.is_broken = True
        self._stop_writing()
        self._out.clear()
        self.wake()

    # --- writing ------------------------------------------------------------------------------------------

    @property
    def unsent_octets(self) -> int:
        """What the kernel has not taken yet."""
        return len(self._out)

    def write(self, octets: bytes | bytearray) -> None:
        """Send, now if the kernel takes it. That the peer has gone shows at the next wait."""
        if self._seal is not None and self._seal.is_open:
            try:
                self._seal.write(octets)
            except ssl.SSLError:
                self._break()
                return
            octets = self._seal.take_out()
        self._send(octets)

    def _send(self, octets: bytes | bytearray) -> None:
        if self.is_broken or not octets:
            return
        if self._out:
            self._out += octets
            return
        try:
            sent = self._sock.send(octets)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            self._break()
            return
        if sent < len(octets):
            self._out += octets[sent:]
            self._is_writing = True
            self._loop.add_writer(self._descriptor, self._writable)

    def _writable(self) -> None:
        try:
            del self._out[: self._sock.send(self._out)]
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._break()
            return
        if not self._out:
            self._stop_writing()
            self.wake()

    def _stop_writing(self) -> None:
        if self._is_writing:
            self._is_writing = False
            self._loop.remove_writer(self._descriptor)

    # --- TLS ----------------------------------------------------------------------------------------------

    async def shake_hands(self, context: ssl.SSLContext, seconds: float) -> TlsSession | None:
        """Begin TLS with what arrives from now on; None when the peer cannot, leaves, or takes too long."""
        until = self._loop.time() + seconds
        seal = self._seal = Seal(context)
        seal.feed(self.buffer)
        self.buffer.clear()
        try:
            while not seal.shake_hands():
                self._send(seal.take_out())
                if self.has_ended or not await self.wait_until(until):
                    return None
            self._send(seal.take_out())
            seal.read(self.buffer)  # commands that came in one piece with the end of the handshake
        except ssl.SSLError:
            self._send(seal.take_out())  # the alert that says why
            return None
        return seal.session

    # --- the end ------------------------------------------------------------------------------------------

    def say_no_more(self) -> None:
        """End our side; what is on its way still arrives."""
        if self._seal is not None:
            self._seal.close()
            self._send(self._seal.take_out())
        if not self.is_broken:
            with contextlib.suppress(OSError):
                self._sock.shutdown(socket.SHUT_WR)

    def drop_input(self) -> None:
        """Forget what has arrived and nobody will read."""
        self.buffer.clear()
        self.read_on()

    def drop_all(self) -> None:
        """Forget also what the kernel holds at this moment, up to a bound; what comes later is not meant."""
        for _ in range(_DROPS_MAXIMUM):
            self.buffer.clear()
            before = self.arrived_octets
            if not self.has_ended:
                self._readable()
            if self.arrived_octets == before:
                break
        self.buffer.clear()
        self.read_on()

    def close(self, *, at_once: bool = False) -> None:
        """Give the socket back; `at_once`: with a reset, so that nothing unsent lingers in the kernel. Idempotent."""
        self._look_away()
        self._stop_writing()
        self.has_ended = True
        if at_once:
            self.is_broken = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._sock.fileno() < 0:
            return
        if at_once:
            with contextlib.suppress(OSError):
                # struct linger {1, 0}: the kernel drops what the peer does not take.
                self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self._sock.close()
        self.wake()
