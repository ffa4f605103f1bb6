"""An SMTP reply as a value: reply code, enhanced status code and text.

Knows nothing of who says it or why; named replies live in `replies`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_ENHANCED = re.compile(r"\A([245])\.(\d{1,3})\.(\d{1,3})\Z")
_TEXT = re.compile(r"\A[\x20-\x7e]*\Z")

# RFC 5321 §4.5.3.1.5: a reply line has at most 512 octets with its code and CRLF.
REPLY_LINE_MAXIMUM_OCTETS = 512


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of RFC 5321 §4.2, with its enhanced status code (RFC 3463).

    `enhanced` is "" only where RFC 2034 §4 has none: greeting, EHLO/HELO, 3yz replies.
    `lines` are printable ASCII without code or line end; at least one. Raises ValueError for
    a code outside 200-599, a code and an enhanced status code of different classes, or text
    that could start a new line.
    """

    code: int
    enhanced: str
    lines: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what could not stand on the wire."""
        if not 200 <= self.code <= 599:
            raise ValueError(f"reply code {self.code} is outside 200-599")
        if self.enhanced:
            match = _ENHANCED.match(self.enhanced)
            if match is None or int(match[1]) != self.code // 100:
                raise ValueError(f"{self.enhanced!r} does not go with reply code {self.code}")
        if not self.lines:
            raise ValueError("a reply has at least one line")
        room = REPLY_LINE_MAXIMUM_OCTETS - 6 - (len(self.enhanced) + 1 if self.enhanced else 0)
        for line in self.lines:
            if not _TEXT.match(line) or len(line) > room:
                raise ValueError("reply text is printable ASCII of one line")

    @classmethod
    def of(cls, code: int, enhanced: str, text: str) -> Reply:
        """A reply of one line."""
        return cls(code, enhanced, (text,))

    @property
    def is_positive(self) -> bool:
        """True for 2yz and 3yz: what was asked is done or may go on."""
        return self.code < 400

    @property
    def is_transient(self) -> bool:
        """True for 4yz: not now, the client should try again."""
        return 400 <= self.code < 500

    @property
    def is_permanent(self) -> bool:
        """True for 5yz: the client should not try the same again."""
        return self.code >= 500

    @property
    def text(self) -> str:
        """All lines as one line of text."""
        return " ".join(self.lines)

    def with_text(self, text: str) -> Reply:
        """The same codes with another single line."""
        return replace(self, lines=(text,))

    def with_code_word(self, code_word: str) -> Reply:
        """The same reply whose last line names the short code an admin can look up."""
        return replace(self, lines=(*self.lines[:-1], f"{self.lines[-1]} [{code_word}]"))

    def to_octets(self) -> bytes:
        """The wire form (RFC 5321 §4.2.1), every line with code and enhanced status code."""
        prefix = f"{self.enhanced} " if self.enhanced else ""
        if len(self.lines) == 1:
            return f"{self.code} {prefix}{self.lines[0]}\r\n".encode("ascii")
        last = len(self.lines) - 1
        return "".join(
            f"{self.code}{' ' if index == last else '-'}{prefix}{line}\r\n" for index, line in enumerate(self.lines)
        ).encode("ascii")

    def __str__(self) -> str:
        """The reply on one line, for people."""
        return " ".join(part for part in (str(self.code), self.enhanced, self.text) if part)
