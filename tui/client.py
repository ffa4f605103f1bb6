"""Talks to the control socket: a call is a connection of its own, events have one that is kept open. No Textual.

A connection for each call makes calls independent: a release that takes minutes holds nothing up, and a call that is
cancelled takes its connection with it. What goes wrong is a value for `Heard`, or `AwayError` and `DeniedError`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import msgspec

from gateway.control import protocol
from gateway.control.params import Language, Subscribe
from gateway.control.place import address
from gateway.control.protocol import Failure, Incoming, Method, ProtocolError
from gateway.core.access import ADMINISTRATOR_GROUP, HELPER_GROUP
from tui.asking import AwayError, DeniedError

_Params = TypeVar("_Params")
_Result = TypeVar("_Result")
CONNECT_SECONDS: Final = 5.0
# Longer than the longest answer of the gateway's, the release of a message.
ANSWER_SECONDS: Final = 660.0
# Between tries: soon at first, for most restarts take a moment.
PAUSES_SECONDS: Final = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Connected:
    """Events come from now on; what was known may be old."""


@dataclass(frozen=True, slots=True)
class Lost:
    """No events come. `why`: "away", "denied", or "full" (others sit there); the next try is in `pause_seconds`."""

    why: str
    text: str
    pause_seconds: float


@dataclass(frozen=True, slots=True)
class Happened:
    """A notification: a value of `protocol.NOTIFICATIONS`."""

    value: object


Heard: TypeAlias = Connected | Lost | Happened


class Client:
    """The gateway at `path`. `pause` waits between tries."""

    def __init__(self, path: Path, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._path = path
        self._pause = pause

    async def call(self, method: Method[_Params, _Result], params: _Params) -> _Result:
        """The method's result. Raises AwayError, DeniedError."""
        async with self._connection() as (reader, writer):
            raw = await _asked(reader, writer, method, params)
            return protocol.decode_result(method, raw)

    async def listen(self, language: Language) -> AsyncGenerator[Heard, None]:
        """What happens, for ever: connected, events, lost, connected again."""
        tries = 0
        while True:
            try:
                async with self._connection() as (reader, writer):
                    wanted = Subscribe(language=language, as_interface=True)
                    await _asked(reader, writer, protocol.EVENTS_SUBSCRIBE, wanted)
                    tries = 0
                    yield Connected()
                    while True:
                        yield Happened(protocol.decode_notification(await _received(reader)))
            except AwayError as error:
                why, text = "away", str(error)
            except DeniedError as error:
                why, text = "full" if error.failure.code == protocol.FULL_HOUSE else "denied", str(error)
            pause = PAUSES_SECONDS[min(tries, len(PAUSES_SECONDS) - 1)]
            tries += 1
            yield Lost(why, text, pause)
            await self._pause(pause)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """A connection, closed at the end. Translates what goes wrong on it."""
        try:
            with address(self._path) as name:
                async with asyncio.timeout(CONNECT_SECONDS):
                    reader, writer = await asyncio.open_unix_connection(name, limit=protocol.LINE_MAXIMUM_OCTETS + 1)
            try:
                yield reader, writer
            finally:
                writer.close()
        except PermissionError as error:
            raise DeniedError(Failure(protocol.REFUSED, _not_yours(self._path))) from error
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise AwayError(str(self._path)) from error
        except ProtocolError as error:
            raise DeniedError(error.failure) from error


async def _asked(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, method: Method[_Params, Any], params: _Params
) -> msgspec.Raw:
    """The result as it came."""
    writer.write(protocol.encode_request(1, method, params))
    async with asyncio.timeout(ANSWER_SECONDS):
        await writer.drain()
        incoming = await _received(reader)
    if incoming.error is not None:
        raise DeniedError(incoming.error)
    return incoming.result


async def _received(reader: asyncio.StreamReader) -> Incoming:
    return protocol.decode_incoming(await reader.readuntil(b"\n"))


def _not_yours(path: Path) -> str:
    return f"You may not open {path}. Be in the group {ADMINISTRATOR_GROUP} or {HELPER_GROUP}, and log in again."
