"""Line endings: what is a bare CR or LF, and how it becomes CRLF (DESIGN D3).

Knows octets only, not where they come from or what a stray one leads to.
"""

from __future__ import annotations


def has_bare(octets: bytes | bytearray) -> bool:
    """True when a CR or LF stands alone (RFC 5321 §2.3.8). `octets` must not cut a CRLF in two.

    Counting runs at memory speed; a regular expression takes twenty times as long. No pair holds more than one of
    each, so there are twice as many of both together as pairs only when each stands in one.
    """
    both = len(octets) - len(octets.translate(None, b"\r\n"))
    return both != 2 * octets.count(b"\r\n")


def repaired(octets: bytes) -> bytes:
    """The same lines, each ended by CRLF. `octets` must not cut a CRLF in two."""
    if not has_bare(octets):
        return octets
    return octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")


class Repairer:
    """Repairs a stream that may be cut anywhere: feed it block by block, then finish."""

    __slots__ = ("_at_line_start", "_held", "repaired_any")

    def __init__(self) -> None:
        self._held = b""
        self._at_line_start = True
        self.repaired_any = False

    def feed(self, block: bytes) -> bytes:
        """What is certain so far; a final CR waits for what follows it."""
        octets = self._held + block
        self._held = b"\r" if octets.endswith(b"\r") else b""
        return self._repair(octets[:-1] if self._held else octets)

    def finish(self) -> bytes:
        """The rest: a held CR, and the CRLF that the last line lacks. Nothing for an empty stream."""
        rest = self._repair(self._held)
        self._held = b""
        return rest if self._at_line_start else rest + b"\r\n"

    def _repair(self, octets: bytes) -> bytes:
        fixed = repaired(octets)
        if fixed:
            self._at_line_start = fixed.endswith(b"\n")
        self.repaired_any = self.repaired_any or fixed is not octets
        return fixed
