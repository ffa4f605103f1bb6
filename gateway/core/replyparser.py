"""Replies of a next hop, cut out of the octets as they arrive.

Knows the grammar and its limits, not what was asked. A hop is trusted with mail, not with our memory
or our terminal: lines and their number are bounded, and the text becomes printable ASCII.
"""

from __future__ import annotations

import re

from gateway.core.reply import REPLY_LINE_MAXIMUM_OCTETS, Reply

# RFC 5321 §4.5.3.1.5 allows 512 octets; real servers send longer lines, nobody sends more than this.
LINE_MAXIMUM_OCTETS = 2_048
# The longest honest reply is an EHLO's; Exchange announces 15 lines, Postfix stops reading at 100 too.
LINES_MAXIMUM = 100

_LINE = re.compile(rb"\A([2-5][0-9]{2})(?:([ -])(.*))?\Z", re.DOTALL)
_ENHANCED = re.compile(r"\A([245])\.(\d{1,3})\.(\d{1,3})(?: |\Z)")


class ReplyError(ValueError):
    """What came is no reply of RFC 5321 §4.2; the text says why. The connection is of no more use."""


class ReplyParser:
    """Feed it octets, take the replies. After a ReplyError it must be thrown away."""

    def __init__(self) -> None:
        self._octets = bytearray()
        self._lines: list[tuple[int, str]] = []

    @property
    def is_empty(self) -> bool:
        """True when nothing waits: no octet of a reply that nobody has taken."""
        return not self._octets and not self._lines

    def clear(self) -> None:
        """Forget what came (RFC 3207 §4.2: nothing said before the handshake counts after it)."""
        self._octets.clear()
        self._lines.clear()

    def feed(self, octets: bytes) -> None:
        """Add what arrived."""
        self._octets += octets

    def take(self) -> Reply | None:
        """The next whole reply, None while it is not complete. Raises ReplyError."""
        while (line := self._line()) is not None:
            code, is_last, text = _parsed(line)
            if self._lines and self._lines[0][0] != code:
                raise ReplyError(f"the reply begins with {self._lines[0][0]} and goes on with {code}")
            self._lines.append((code, text))
            if is_last:
                lines = [text for _, text in self._lines]
                self._lines.clear()
                return _reply(code, lines)
            if len(self._lines) >= LINES_MAXIMUM:
                raise ReplyError(f"the reply has more than {LINES_MAXIMUM} lines")
        return None

    def _line(self) -> bytes | None:
        """The next line without its CRLF; None while it is not complete."""
        at = self._octets.find(b"\n", 0, LINE_MAXIMUM_OCTETS)
        if at < 0:
            if len(self._octets) >= LINE_MAXIMUM_OCTETS:
                raise ReplyError(f"a reply line is longer than {LINE_MAXIMUM_OCTETS} octets")
            return None
        # RFC 5321 §2.3.8: only CRLF ends a line. A bare LF would let foreign text inside a reply begin another.
        if at == 0 or self._octets[at - 1] != 0x0D:
            raise ReplyError("a reply line ends with a bare LF")
        line = bytes(self._octets[: at - 1])
        del self._octets[: at + 1]
        return line


def _parsed(line: bytes) -> tuple[int, bool, str]:
    """Code, whether the line is the last of its reply, and its text as printable ASCII."""
    match = _LINE.match(line)
    if match is None:
        raise ReplyError(f"not a reply: {_printable(line[:40])!r}")
    return int(match[1]), match[2] != b"-", _printable(match[3] or b"")


def _printable(octets: bytes) -> str:
    """Foreign octets as printable ASCII; "?" marks the place of every other one."""
    if octets.isascii() and (text := octets.decode("ascii")).isprintable():
        return text
    return "".join(chr(octet) if 32 <= octet < 127 else "?" for octet in octets)


def _reply(code: int, lines: list[str]) -> Reply:
    """The value: enhanced status code (RFC 2034 §4) split off each line, lines cut to what a Reply may hold."""
    enhanced = ""
    match = _ENHANCED.match(lines[0])
    if match is not None and int(match[1]) == code // 100:
        enhanced = match[0].rstrip()
    room = REPLY_LINE_MAXIMUM_OCTETS - 6 - (len(enhanced) + 1 if enhanced else 0)
    return Reply(code, enhanced, tuple(_without(enhanced, line)[:room] for line in lines))


def _without(enhanced: str, line: str) -> str:
    """The line's own text."""
    if enhanced and (line == enhanced or line.startswith(f"{enhanced} ")):
        return line[len(enhanced) + 1 :]
    return line
