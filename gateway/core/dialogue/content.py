"""The message for the wire after DATA: dot-stuffed, checked unless that was done while it arrived, in blocks.

Knows nothing of fields or bodies. One block at a time is copied, never the message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.core.lines import has_bare

# Large enough to cost nothing per block, small enough that the loop turns between two of them.
BLOCK_OCTETS = 262_144


class UnsafeContent(ValueError):
    """The octets hold a bare CR, a bare LF or a NUL: the next hop might see another message in them (D3)."""


def stuffed(pieces: Iterable[bytes | memoryview], *, is_honest: bool = False) -> Iterator[bytes]:
    """The octets that stand between DATA and the final dot, ended by CRLF (RFC 5321 §4.5.2).

    Raises UnsafeContent as soon as it is seen, unless `is_honest`: then somebody has looked at all of it. A CR at
    the end of a block is held back until it is known what follows.
    """
    held = b""
    begins_line = True
    for block in _blocks(pieces):
        octets = held + block if held else block
        held = b"\r" if octets.endswith(b"\r") else b""
        body = octets[:-1] if held else octets
        if not body:
            continue
        if not is_honest:
            _check(body)
        yield _stuffed(body, begins_line=begins_line)
        begins_line = body.endswith(b"\n")
    if held:
        raise UnsafeContent("the content ends with a bare CR")
    if not begins_line:
        # RFC 5321 §4.1.1.4: the CRLF before the final dot must be there even where the last line has none.
        yield b"\r\n"


def _stuffed(octets: bytes, *, begins_line: bool) -> bytes:
    """One more dot in front of each that begins a line; most blocks have none, and are not copied."""
    # One character is found ten times as fast as three, and base64 has no dots.
    if b"." not in octets:
        return octets
    more = octets.replace(b"\r\n.", b"\r\n..")
    return b"." + more if begins_line and more.startswith(b".") else more


def _blocks(pieces: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """The same octets in blocks: small pieces are put together, since each block costs a write and a wait."""
    gathered: list[bytes | memoryview] = []
    room = BLOCK_OCTETS
    for piece in pieces:
        if len(piece) < room:
            gathered.append(piece)
            room -= len(piece)
            continue
        view = memoryview(piece)
        while len(view):
            part, view = view[:room], view[room:]
            gathered.append(part)
            room -= len(part)
            if not room:
                yield b"".join(gathered)
                gathered.clear()
                room = BLOCK_OCTETS
    if gathered:
        yield b"".join(gathered)


def _check(octets: bytes) -> None:
    """Raises UnsafeContent unless each CR has its LF and the other way round, and there is no NUL."""
    if has_bare(octets):
        raise UnsafeContent("the content holds a bare CR or LF")
    if b"\0" in octets:
        raise UnsafeContent("the content holds a NUL")
