"""Asks a directory for all its entries that match, page by page (RFC 4511, RFC 2696), always within TLS.

Knows the wire; what the entries mean is not decided here. Nothing that a server says takes more than the limits below.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from itertools import count

from gateway.core.ldap import messages
from gateway.core.ldap.ber import SEQUENCE, BerError, whole_length
from gateway.core.ldap.messages import Ended, Entry, Response, Search
from gateway.net.dial import Dial, Unreachable, endpoint
from gateway.net.tls_client import TlsPolicy, secure
from gateway.net.wire import TlsFailure, Wire

# One entry has a few addresses; a whole directory of 100,000 entries fits.
MESSAGE_MAXIMUM_OCTETS = 1_048_576
TOTAL_MAXIMUM_OCTETS = 67_108_864
ENTRIES_MAXIMUM = 200_000


class LdapError(Exception):
    """The directory can't be read whole; the text says why, and never holds a password."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where it is, and how it proves who it is. `implicit_tls`: ldaps, else STARTTLS. `context` fits `tls`."""

    where: str
    implicit_tls: bool
    tls: TlsPolicy
    context: ssl.SSLContext

    @property
    def host(self) -> str:
        """The name that its certificate must have."""
        return endpoint(self.where).host


@dataclass(frozen=True, slots=True)
class Login:
    """A simple bind; the password never stands in a representation."""

    dn: str
    password: bytes

    def __repr__(self) -> str:
        """Without the password."""
        return f"Login({self.dn!r})"


async def find_all(dial: Dial, server: Server, login: Login, wanted: Search, seconds: float) -> tuple[Entry, ...]:
    """Every entry, or LdapError: a part of a directory is worth nothing to whoever would swap his copy for it."""
    try:
        async with asyncio.timeout(seconds):
            wire = await dial.dial(server.where)
            try:
                return await _Conversation(wire).all(server, login, wanted)
            finally:
                wire.abort()
    except TimeoutError as error:
        raise LdapError(f"{server.where}: no end within {seconds:.0f} s") from error
    except Unreachable as error:
        raise LdapError(f"{server.where}: {error}") from error
    except (TlsFailure, BerError, ValueError) as error:
        raise LdapError(f"{server.where}: {error}") from error


class _Conversation:
    """One connection."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._ids = count(1)
        self._buffer = bytearray()
        self._octets = 0

    async def all(self, server: Server, login: Login, wanted: Search) -> tuple[Entry, ...]:
        await self._secure(server)
        message_id = next(self._ids)
        await self._wire.write(messages.bind(message_id, login.dn, login.password))
        _check(await self._ended(message_id), "at login")
        found = await self._pages(wanted)
        await self._wire.write(messages.unbind(next(self._ids)))
        return found

    async def _secure(self, server: Server) -> None:
        """Nothing but the question for TLS ever goes in clear."""
        if not server.implicit_tls:
            message_id = next(self._ids)
            await self._wire.write(messages.start_tls(message_id))
            _check(await self._ended(message_id), "at STARTTLS")
            # What came in clear behind the answer is nobody's word.
            self._buffer.clear()
        await secure(self._wire, server.tls, server.context, server.host)

    async def _pages(self, wanted: Search) -> tuple[Entry, ...]:
        found: list[Entry] = []
        cookie = b""
        while True:
            message_id, before = next(self._ids), len(found)
            await self._wire.write(messages.search(message_id, wanted, cookie))
            ended = await self._page(message_id, found)
            _check(ended, "at the search")
            if not ended.cookie:
                return tuple(found)
            if len(found) == before and ended.cookie == cookie:
                raise BerError("it gives the same empty page again")
            cookie = ended.cookie

    async def _page(self, message_id: int, found: list[Entry]) -> Ended:
        """The entries of one page go into `found`."""
        while True:
            answer = await self._next(message_id)
            if isinstance(answer, Ended):
                return answer
            if isinstance(answer, Entry):
                if answer.is_partial:
                    raise BerError(f"{answer.dn[:200]} has more values than the server gives at once")
                if len(found) >= ENTRIES_MAXIMUM:
                    raise BerError(f"more than {ENTRIES_MAXIMUM} entries")
                found.append(answer)

    async def _ended(self, message_id: int) -> Ended:
        answer = await self._next(message_id)
        if not isinstance(answer, Ended):
            raise BerError("an entry that nobody asked for")
        return answer

    async def _next(self, message_id: int) -> Response:
        while True:
            if self._buffer and self._buffer[0] != SEQUENCE:
                raise BerError("it does not speak LDAP")
            length = whole_length(self._buffer, MESSAGE_MAXIMUM_OCTETS)
            if length is not None and len(self._buffer) >= length:
                octets = bytes(self._buffer[:length])
                del self._buffer[:length]
                return messages.read(octets, message_id)
            more = await self._wire.read()
            if not more:
                raise BerError(self._wire.cause or "the connection is closed")
            self._octets += len(more)
            if self._octets > TOTAL_MAXIMUM_OCTETS:
                raise BerError(f"more than {TOTAL_MAXIMUM_OCTETS} octets")
            self._buffer += more
            # A fast server's octets wait already: mail has its turn between them.
            await asyncio.sleep(0)


def _check(ended: Ended, where: str) -> None:
    """Raises BerError unless it went well. A size limit that cuts the result is no success either."""
    if ended.code != messages.SUCCESS:
        raise BerError(f"{where}: {ended}")
