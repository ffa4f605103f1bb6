"""The message for the wire after DATA: dot-stuffed, checked once more, in blocks.

Knows nothing of fields or bodies. One block at a time is copied, never the message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.core.lines import has_bare

# Large enough to cost nothing per block, small enough that the loop turns between two of them.
BLOCK_OCTETS = 65_536


class UnsafeContent(ValueError):
    """The octets hold a bare CR, a bare LF or a NUL: the next hop might see another message in them (D3)."""


def stuffed(pieces: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """The octets that stand between DATA and the final dot, ended by CRLF (RFC 5321 §4.5.2).

    Raises UnsafeContent as soon as it is seen. A line end at the border of two pieces is held back
    until it is known what follows.
    """
    held = b"\r\n"  # never sent: a message begins where a line begins
    unsent = len(held)
    ready = b""
    for block in _blocks(pieces):
        octets = held + block
        held = _tail(octets)
        body = octets[: len(octets) - len(held)]
        if body:
            if ready:
                yield ready
            ready = _safe(body).replace(b"\r\n.", b"\r\n..")[unsent:]
            unsent = 0
    if held == b"\r":
        raise UnsafeContent("the content ends with a bare CR")
    # RFC 5321 §4.1.1.4: the CRLF before the final dot must be there even where the last line has none.
    yield ready + (held or b"\r\n")[unsent:]


def _blocks(pieces: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """The same octets in blocks: small pieces are put together, since each block costs a write and a wait."""
    gathered = bytearray()
    for piece in pieces:
        view = memoryview(piece)
        start = 0
        while start < len(view):
            part = view[start : start + BLOCK_OCTETS - len(gathered)]
            start += len(part)
            gathered += part
            if len(gathered) == BLOCK_OCTETS:
                yield bytes(gathered)
                gathered.clear()
    if gathered:
        yield bytes(gathered)


def _tail(octets: bytes) -> bytes:
    """What must be held back because a dot may follow it."""
    if octets.endswith(b"\r\n"):
        return b"\r\n"
    return b"\r" if octets.endswith(b"\r") else b""


def _safe(octets: bytes) -> bytes:
    """The same octets, when each CR has its LF and the other way round."""
    if has_bare(octets):
        raise UnsafeContent("the content holds a bare CR or LF")
    if b"\0" in octets:
        raise UnsafeContent("the content holds a NUL")
    return octets
