"""Body hashes for DKIM and ARC, in one linear pass over the body for all signatures together.

Canonicalization by RFC 6376 §3.4.3 and §3.4.4. dkimpy's is quadratic in white space and starts anew
for each signature; this one sees each octet once for each canonicalization and copies no body.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

BLOCK_OCTETS: Final = 262_144
# Larger bodies are hashed in a thread: about 10 ms of work.
INLINE_MAXIMUM_OCTETS: Final = 262_144

_CRLF: Final = b"\r\n"


@dataclass(frozen=True, slots=True)
class BodyHashRequest:
    """What a signature asks for: "simple" or "relaxed", and l= in octets or None for the whole body."""

    canonicalization: str
    length: int | None = None


@dataclass(frozen=True, slots=True)
class BodyHash:
    """SHA-256 of the canonical body, or of its first octets; `body_octets` is the whole canonical body's size."""

    digest: bytes
    body_octets: int


BodyHashes = MappingProxyType[BodyHashRequest, BodyHash]


def hash_body(body: memoryview, requests: Iterable[BodyHashRequest]) -> BodyHashes:
    """All requested hashes. Takes time in proportion to the body, whatever stands in it."""
    sinks = {request: _Sink(request.length) for request in requests}
    found: dict[BodyHashRequest, BodyHash] = {}
    for canonicalization in sorted({request.canonicalization for request in sinks}):
        mine = {request: sink for request, sink in sinks.items() if request.canonicalization == canonicalization}
        canonical = _Canonicalizer(tuple(mine.values()), relaxed=canonicalization == "relaxed")
        for start in range(0, len(body), BLOCK_OCTETS):
            canonical.update(bytes(body[start : start + BLOCK_OCTETS]))
        canonical.finish()
        found.update({request: BodyHash(sink.digest(), canonical.octets) for request, sink in mine.items()})
    return MappingProxyType(found)


async def hash_body_aside(body: memoryview, requests: Iterable[BodyHashRequest]) -> BodyHashes:
    """`hash_body`, in a thread when it would hold up the loop."""
    if len(body) <= INLINE_MAXIMUM_OCTETS:
        return hash_body(body, requests)
    return await asyncio.to_thread(hash_body, body, tuple(requests))


class _Sink:
    """A hash that takes at most `length` octets."""

    def __init__(self, length: int | None) -> None:
        self._hash = hashlib.sha256()
        self._left = length

    def update(self, octets: bytes) -> None:
        if self._left is None:
            self._hash.update(octets)
        elif self._left:
            self._hash.update(octets[: self._left])
            self._left -= min(self._left, len(octets))

    def digest(self) -> bytes:
        return self._hash.digest()


class _Canonicalizer:
    """Feeds canonical octets to sinks. Holds back what a later block may turn into a line's or the body's end.

    Held back are a number of whole CRLFs and at most two octets: a space, a CR, or both.
    """

    def __init__(self, sinks: tuple[_Sink, ...], *, relaxed: bool) -> None:
        self.octets = 0
        self._sinks = sinks
        self._relaxed = relaxed
        self._line_ends = 0
        self._partial = b""

    def update(self, block: bytes) -> None:
        data = self._partial + block
        # Base64 has no white space inside its lines, and one character is found twenty times as fast as two.
        if self._relaxed and (b" " in data or b"\t" in data):
            data = _single_spaces(data).replace(b" \r\n", _CRLF)
        data, self._partial = self._split_partial(data)
        content = _without_line_ends(data)
        if content:
            self._emit_line_ends()
            self._emit(data[:content])
        self._line_ends += (len(data) - content) // 2

    def finish(self) -> None:
        """The end: trailing white space (relaxed) and empty lines go, one CRLF stays or is added."""
        rest = self._partial.removeprefix(b" ") if self._relaxed else self._partial
        if rest:
            self._emit_line_ends()
            self._emit(rest)
        if self.octets or not self._relaxed:
            # RFC 6376 §3.4.3: an empty body is CRLF in simple; §3.4.4: and nothing in relaxed.
            self._emit(_CRLF)

    def _split_partial(self, data: bytes) -> tuple[bytes, bytes]:
        end = len(data)
        if data.endswith(b"\r"):
            end -= 1
        if self._relaxed and data.endswith(b" ", 0, end):
            end -= 1
        return data[:end], data[end:]

    def _emit_line_ends(self) -> None:
        while self._line_ends:
            some = min(self._line_ends, BLOCK_OCTETS)
            self._emit(_CRLF * some)
            self._line_ends -= some

    def _emit(self, octets: bytes) -> None:
        self.octets += len(octets)
        for sink in self._sinks:
            sink.update(octets)


def _single_spaces(data: bytes) -> bytes:
    """Each run of white space as one space. Halving runs is several times as fast as a pattern, and never slow."""
    data = data.replace(b"\t", b" ")
    while b"  " in data:
        data = data.replace(b"  ", b" ")
    return data


def _without_line_ends(data: bytes) -> int:
    """Where the CRLFs at the end of `data` begin."""
    content = len(data.rstrip(_CRLF))
    tail = data[content:]
    if tail == _CRLF * (len(tail) // 2):
        return content
    # A bare CR or LF among them, which no listener of ours lets in: only whole CRLFs behind it go.
    end = len(data)
    while data.endswith(_CRLF, content, end):
        end -= 2
    return end
