"""One HTTP/1.1 exchange on a fresh connection, strict and small: request octets out, one bounded reply in.

Knows nothing of what is asked. Only what rspamd says is understood: a status line, fields, Content-Length.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass

# What is asked of the system at once.
BLOCK_OCTETS = 65_536
# Below this a copy is cheaper than another call of the system.
TOGETHER_OCTETS = 65_536
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
    if text.isascii() and text.isprintable():
        return text[:limit].strip()
    return _CONTROL.sub("", text[: 4 * limit])[:limit].strip()


def request_head(method: str, path: str, fields: Iterable[tuple[str, str]], body_octets: int) -> bytes:
    """Request line and fields, with Content-Length. Values are cleaned; a field without one is left out.

    Raises ValueError for a field name that is not ours to send.
    """
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    for name, value in fields:
        if value and (clean := field_value(value)):
            if not _FIELD_NAME.match(name):
                raise ValueError(f"{name!r} is no field name")
            lines.append(f"{name}: {clean}")
    lines.append(f"Content-Length: {body_octets}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "replace")


async def exchange(address: str, head: bytes, body: Iterable[bytes | memoryview] = ()) -> HttpReply:
    """Send one request to "/path.sock" or "127.0.0.1:PORT" and read its reply.

    Raises OSError for the connection, HttpError for the reply. A peer that closes before it has read everything is an
    OSError, whatever it answered. The bare socket, not a stream: what is sent is not copied, and a small request is
    one call of the system.
    """
    loop = asyncio.get_running_loop()
    family, place = _place(address)
    with socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as peer:
        await loop.sock_connect(peer, place)
        await _send(loop, peer, head, body)
        return await _read_reply(loop, peer)


def _place(address: str) -> tuple[int, str | tuple[str, int]]:
    """Family and address of a socket. Raises OSError for what is neither a path nor a host with its port."""
    if address.startswith("/"):
        return socket.AF_UNIX, address
    host, _, port = address.rpartition(":")
    if not port.isascii() or not port.isdigit():
        raise OSError(f"{address!r} is neither a path nor a host with its port")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return family, (host.strip("[]"), int(port))


async def _send(
    loop: asyncio.AbstractEventLoop, peer: socket.socket, head: bytes, body: Iterable[bytes | memoryview]
) -> None:
    """A small piece goes with what stands before it; of a large one the system takes what it has room for."""
    waiting = head
    for piece in body:
        if len(waiting) + len(piece) <= TOGETHER_OCTETS:
            waiting += piece
            continue
        await loop.sock_sendall(peer, waiting)
        waiting = b""
        await loop.sock_sendall(peer, piece)
    await loop.sock_sendall(peer, waiting)


async def _read_reply(loop: asyncio.AbstractEventLoop, peer: socket.socket) -> HttpReply:
    received = bytearray()
    try:
        while (end := received.find(b"\r\n\r\n", 0, REPLY_HEAD_MAXIMUM_OCTETS)) < 0:
            if len(received) >= REPLY_HEAD_MAXIMUM_OCTETS:
                raise HttpError(f"the reply's head is longer than {REPLY_HEAD_MAXIMUM_OCTETS} octets")
            await _receive(loop, peer, received)
        status, length = _parse_head(bytes(received[:end]))
        whole = end + 4 + length
        while len(received) < whole:
            await _receive(loop, peer, received)
    except OSError as error:
        raise HttpError(f"the connection broke during the reply: {error}") from error
    return HttpReply(status, bytes(received[end + 4 : whole]))


async def _receive(loop: asyncio.AbstractEventLoop, peer: socket.socket, received: bytearray) -> None:
    octets = await loop.sock_recv(peer, BLOCK_OCTETS)
    if not octets:
        raise HttpError(f"the reply was cut off after {len(received)} octets")
    received += octets


def _parse_head(head: bytes) -> tuple[int, int]:
    """Status code and Content-Length of the reply."""
    first, *lines = head.split(b"\r\n")
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
