"""Our client of clamd, the virus scanner: hands it a message as a descriptor and reads one line; over its Unix socket.

Says how to ask, not what an answer means. Every failure of the other side becomes one ClamdError.
"""

from __future__ import annotations

import asyncio
import os
import socket
from typing import Final

from gateway.core.clamdreply import ClamdError, ClamdVersion, parse_scan, parse_version
from gateway.core.finding import VirusFinding

# Fewer than clamd's own threads (10), so that the probe always finds one; on the smallest board a fourth only slows.
SCANS_AT_ONCE: Final = 3
# A scan that had less than this part of its time for itself failed because of others.
FAIR_SHARE: Final = 0.5
# While clamd is known to be down: a healthy one answers in milliseconds, more only holds the sender.
DOWN_SECONDS: Final = 2.0
# For its version: no scan, and answered also by a busy one.
VERSION_SECONDS: Final = 2.0
# Its longest answers are a name.
REPLY_MAXIMUM_OCTETS: Final = 4_096
# clamd takes for mail, and decodes, only what begins with a field that it knows: else "X-A: b" on top hides a virus.
PREAMBLE: Final = b"Received: from sender by poterne\r\n"
# Copied at once; then the loop turns.
PIECE_OCTETS: Final = 1_048_576


class ClamdClient:
    """`path` is the socket. `timeout_seconds` is for one scan in all, waiting for its turn included.

    Who gets its turn too late fails as "busy", which says nothing against clamd.
    """

    def __init__(self, path: str, timeout_seconds: float, scans_at_once: int = SCANS_AT_ONCE) -> None:
        self._path = path
        self._timeout_seconds = timeout_seconds
        self._turn = asyncio.Semaphore(scans_at_once)

    async def scan(self, octets: bytes | memoryview, *, is_down: bool = False) -> VirusFinding:
        """Have one message looked at. Raises ClamdError. `is_down`: clamd is known to be away; the time is short."""
        seconds = min(self._timeout_seconds, DOWN_SECONDS) if is_down else self._timeout_seconds
        clock = asyncio.get_running_loop().time
        turn_came = deadline = clock() + seconds
        try:
            async with asyncio.timeout_at(deadline), self._turn:
                turn_came = clock()
                return parse_scan(await self._scanned(octets))
        except TimeoutError as error:
            raise _unanswered(deadline - turn_came, seconds) from error

    async def version(self) -> ClamdVersion:
        """Its release and the day of its signatures. Raises ClamdError."""
        try:
            async with asyncio.timeout(VERSION_SECONDS):
                return parse_version(await _asked(self._path, b"zVERSION\0"))
        except TimeoutError as error:
            raise ClamdError("timeout", f"no answer within {VERSION_SECONDS:g} s") from error

    async def _scanned(self, octets: bytes | memoryview) -> bytes:
        """Memory without a name: clamd needs no right to any folder, and nothing is written to the card."""
        try:
            descriptor = os.memfd_create("message", os.MFD_CLOEXEC)
        except OSError as error:
            raise ClamdError("too-large", f"no memory for the copy: {error.strerror}") from error
        try:
            await _fill(descriptor, memoryview(PREAMBLE))
            await _fill(descriptor, memoryview(octets))
            return await _asked(self._path, b"zFILDES\0", descriptor)
        finally:
            os.close(descriptor)


async def _fill(descriptor: int, octets: memoryview) -> None:
    while octets:
        try:
            octets = octets[os.write(descriptor, octets[:PIECE_OCTETS]) :]
        except OSError as error:
            raise ClamdError("too-large", f"no memory for the copy: {error.strerror}") from error
        if octets:
            await asyncio.sleep(0)


async def _asked(path: str, command: bytes, descriptor: int | None = None) -> bytes:
    """One command on a fresh connection, with its descriptor; the answer up to its NUL. Raises ClamdError."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as peer:
        try:
            await loop.sock_connect(peer, path)
            await loop.sock_sendall(peer, command)
            if descriptor is not None:
                # clamd(8): the descriptor comes with an octet of its own. A fresh socket has room for it.
                socket.send_fds(peer, [b"\0"], [descriptor])
            return await _reply(loop, peer)
        except OSError as error:
            raise ClamdError("connect", f"{path}: {error.strerror or error}") from error


async def _reply(loop: asyncio.AbstractEventLoop, peer: socket.socket) -> bytes:
    answer = b""
    while b"\0" not in answer:
        octets = await loop.sock_recv(peer, REPLY_MAXIMUM_OCTETS)
        answer += octets
        if not octets or len(answer) > REPLY_MAXIMUM_OCTETS:
            raise ClamdError("garbage", "the answer is cut off" if not octets else "the answer is too long")
    reply, _, rest = answer.partition(b"\0")
    if rest:
        raise ClamdError("garbage", "there is more than one answer")
    return reply


def _unanswered(had_seconds: float, seconds: float) -> ClamdError:
    """Whose fault it was that no answer came: clamd's only when it had a fair part of the time."""
    if had_seconds >= seconds * FAIR_SHARE:
        return ClamdError("timeout", f"no answer within {had_seconds:.3g} s")
    return ClamdError("busy", f"of {seconds:g} s clamd had {max(had_seconds, 0.0):.3g} s for it")
