"""One HTTP/1.1 exchange on a fresh connection, strict and small: request octets out, one bounded reply in.

Knows nothing of what is asked. Only what rspamd says is understood: a status line, fields, Content-Length.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Piece of the body handed to the transport at once: what a slow peer leaves over is copied, so it stays small.
BLOCK_OCTETS = 65_536
REPLY_HEAD_MAXIMUM_OCTETS = 16_384
# rspamd's longest replies (thousands of URLs as options) stay below this.
REPLY_BODY_MAXIMUM_OCTETS = 4_194_304

_STATUS = re.compile(rb"\AHTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?\Z")
_LENGTH = re.compile(r"\A[0-9]{1,10}\Z")
_FIELD_NAME = re.compile(r"\A[A-Za-z0-9-]+\Z")
# RFC 9110 §5.5: CR, LF and NUL never stand in a field value; C1 controls are only ever an attack.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class HttpError(Exception):
    """The reply is no complete HTTP/1 reply within the limits: cut off, malformed or too long."""


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A complete reply: status code and the whole body."""

    status: int
    body: bytes


def field_value(text: str, limit: int = 1_000) -> str:
    """Foreign text as the value of a request field: no control character, at most `limit` characters."""
    return _CONTROL.sub("", text[: 4 * limit])[:limit].strip()


def request_head(method: str, path: str, fields: Iterable[tuple[str, str]], body_octets: int) -> bytes:
    """Request line and fields, with Content-Length. Values are cleaned; a field without one is left out.

    Raises ValueError for a field name that is not ours to send.
    """
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    for name, value in fields:
        if not _FIELD_NAME.match(name):
            raise ValueError(f"{name!r} is no field name")
        if clean := field_value(value):
            lines.append(f"{name}: {clean}")
    lines.append(f"Content-Length: {body_octets}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "replace")


async def connect(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open "/path.sock" or "127.0.0.1:PORT". Raises OSError."""
    if address.startswith("/"):
        return await asyncio.open_unix_connection(address, limit=REPLY_HEAD_MAXIMUM_OCTETS)
    host, _, port = address.rpartition(":")
    return await asyncio.open_connection(host.strip("[]"), int(port), limit=REPLY_HEAD_MAXIMUM_OCTETS)


async def exchange(address: str, head: bytes, body: Iterable[bytes | memoryview] = ()) -> HttpReply:
    """Send one request and read its reply. Raises OSError for the connection, HttpError for the reply.

    A peer that closes before it has read everything is an OSError, whatever it answered.
    """
    reader, writer = await connect(address)
    try:
        await _send(writer, head, body)
        return await _read_reply(reader)
    finally:
        writer.transport.abort()


async def _send(writer: asyncio.StreamWriter, head: bytes, body: Iterable[bytes | memoryview]) -> None:
    writer.write(head)
    for piece in body:
        for block in _blocks(piece):
            writer.write(block)
            await writer.drain()
    await writer.drain()


def _blocks(piece: bytes | memoryview) -> Iterator[memoryview]:
    view = memoryview(piece)
    for start in range(0, len(view), BLOCK_OCTETS):
        yield view[start : start + BLOCK_OCTETS]


async def _read_reply(reader: asyncio.StreamReader) -> HttpReply:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        status, length = _parse_head(head)
        return HttpReply(status, await reader.readexactly(length))
    except asyncio.IncompleteReadError as error:
        raise HttpError(f"the reply was cut off after {len(error.partial)} octets of this part") from error
    except asyncio.LimitOverrunError as error:
        raise HttpError(f"the reply's head is longer than {REPLY_HEAD_MAXIMUM_OCTETS} octets") from error
    except OSError as error:
        raise HttpError(f"the connection broke during the reply: {error}") from error


def _parse_head(head: bytes) -> tuple[int, int]:
    """Status code and Content-Length of the reply."""
    first, *lines = head[:-4].split(b"\r\n")
    match = _STATUS.match(first)
    if match is None:
        raise HttpError("the reply does not begin with an HTTP/1 status line")
    lengths: set[str] = set()
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise HttpError("the reply has a line that is no field")
        if name.lower() == "transfer-encoding":
            raise HttpError("the reply has a transfer coding")
        if name.lower() == "content-length":
            lengths.add(value.strip(" \t"))
    # RFC 9112 §6.3: without a length the end of the reply cannot be told from a cut connection.
    if len(lengths) != 1 or not _LENGTH.match(length := lengths.pop()):
        raise HttpError("the reply has no single valid Content-Length")
    if int(length) > REPLY_BODY_MAXIMUM_OCTETS:
        raise HttpError(f"the reply is longer than {REPLY_BODY_MAXIMUM_OCTETS} octets")
    return int(match[1]), int(length)
