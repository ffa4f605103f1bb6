"""BER as LDAP restricts it (RFC 4511 §5.1): definite lengths, single-octet tags. Knows no protocol.

Reading never recurses: a reader gives one element after the other, and who wants to look inside asks for that. So
what a hostile server nests costs nothing.
"""

from __future__ import annotations

from typing import Final

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
OCTETS: Final = 0x04
ENUMERATED: Final = 0x0A
SEQUENCE: Final = 0x30
SET: Final = 0x31

# More than any number of LDAP needs; a length of more octets would be beyond every limit of ours.
_NUMBER_MAXIMUM_OCTETS = 4


class BerError(ValueError):
    """These octets are no BER of the kind that LDAP uses."""


def element(tag: int, *parts: bytes) -> bytes:
    """One element with these parts as its content."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def number(value: int, tag: int = INTEGER) -> bytes:
    """An INTEGER or ENUMERATED of 0 or more."""
    return element(tag, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def text(value: str, tag: int = OCTETS) -> bytes:
    """A string as UTF-8."""
    return element(tag, value.encode("utf-8"))


def boolean(value: bool, tag: int = BOOLEAN) -> bytes:
    """RFC 4511 §5.1: TRUE is all ones."""
    return element(tag, b"\xff" if value else b"\x00")


def whole_length(octets: bytes | bytearray, maximum: int) -> int | None:
    """How long the element at the beginning is with its head, None while too little is there to say.

    Raises BerError when it is longer than `maximum`, or none.
    """
    if len(octets) < 2:
        return None
    size, start = octets[1], 2
    if size >= 0x80:
        count = size & 0x7F
        if not 1 <= count <= _NUMBER_MAXIMUM_OCTETS:
            raise BerError("a length of a form that LDAP does not use")
        start += count
        if len(octets) < start:
            return None
        size = int.from_bytes(octets[2:start], "big")
    if start + size > maximum:
        raise BerError(f"an element of {size} octets, more than {maximum}")
    return start + size


class Reader:
    """The elements of one content, in order."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    @property
    def tag(self) -> int:
        """The tag of the next element, -1 at the end."""
        return self._octets[self._at] if self._at < len(self._octets) else -1

    def take(self, tag: int) -> bytes:
        """The content of the next element, which has this tag. Raises BerError."""
        if self.tag != tag:
            raise BerError(f"tag {self.tag:#x} in the place of {tag:#x}")
        head = self._octets[self._at : self._at + 2 + _NUMBER_MAXIMUM_OCTETS]
        length = whole_length(head, len(self._octets) - self._at)
        if length is None:
            raise BerError("it ends too early")
        content_at = self._at + (2 if head[1] < 0x80 else 2 + (head[1] & 0x7F))
        self._at += length
        return self._octets[content_at : self._at]

    def skip(self) -> None:
        """Pass over the next element, whatever it is. Raises BerError."""
        self.take(self.tag)

    def into(self, tag: int) -> Reader:
        """A reader of the content of the next element. Raises BerError."""
        return Reader(self.take(tag))

    def number(self, tag: int = INTEGER) -> int:
        """The next element as a number. Raises BerError."""
        content = self.take(tag)
        if not 1 <= len(content) <= _NUMBER_MAXIMUM_OCTETS + 1:
            raise BerError("a number of a size that LDAP does not use")
        return int.from_bytes(content, "big", signed=True)

    def text(self, tag: int = OCTETS) -> str:
        """The next element as text; what is no UTF-8 is replaced. Raises BerError."""
        return self.take(tag).decode("utf-8", "replace")
