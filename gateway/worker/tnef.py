"""Takes the attachments out of TNEF, Outlook's winmail.dat ([MS-OXTNEF]). Own and strict about lengths, so it ends.

Reads titles, data and the MAPI properties of attachments, and nothing else; knows no policy.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.core.encodedwords import decoded
from gateway.worker.report import Refused

PROPERTIES_MAXIMUM: Final = 10_000

_ATTACHMENT_LEVEL: Final = 2
_RENDER_DATA: Final = 0x9002
_TITLE: Final = 0x8010
_DATA: Final = 0x800F
_MAPI_PROPERTIES: Final = 0x9005

# [MS-OXPROPS]: the names and the content of an attachment.
_NAME_PROPERTIES: Final = frozenset({0x3704, 0x3707, 0x3001})
_DATA_PROPERTY: Final = 0x3701
# An embedded object begins with the GUID of its interface.
_INTERFACE_OCTETS: Final = 16

_FIXED_OCTETS: Final = {
    0x0001: 0, 0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4, 0x0014: 8,
    0x0040: 8, 0x0048: 16,
}  # fmt: skip
_VARIABLE: Final = frozenset({0x000D, 0x001E, 0x001F, 0x0102})
_UNICODE: Final = 0x001F
_OBJECT: Final = 0x000D
_MULTIPLE: Final = 0x1000


@dataclass(frozen=True, slots=True)
class TnefFile:
    """One attachment: every name it has, and its octets."""

    names: tuple[str, ...]
    data: bytes


def tnef_files(data: bytes) -> Iterator[TnefFile]:
    """The attachments in order. Raises Refused where the structure ends before it should."""
    names: list[str] = []
    content: list[bytes] = []
    for level, attribute, value in _attributes(data):
        if attribute == _RENDER_DATA:
            yield from _file(names, content)
            names, content = [], []
        elif level != _ATTACHMENT_LEVEL:
            continue
        elif attribute == _TITLE:
            names.append(decoded(value.rstrip(b"\0")))
        elif attribute == _DATA:
            content.append(value)
        elif attribute == _MAPI_PROPERTIES:
            _take_properties(value, names, content)
    yield from _file(names, content)


def _file(names: list[str], content: list[bytes]) -> Iterator[TnefFile]:
    """One for each content: usually one, but a name without content is still a name."""
    if names or content:
        for data in content or [b""]:
            yield TnefFile(tuple(dict.fromkeys(name for name in names if name)), data)


def _attributes(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Level, identifier and value of each attribute ([MS-OXTNEF] §2.1.3)."""
    at = 6
    while at < len(data):
        if at + 11 > len(data):
            # Some writers pad the end.
            if data[at:].strip(b"\0"):
                raise Refused("a TNEF attribute is cut off")
            return
        level, attribute, _, length = struct.unpack_from("<BHHI", data, at)
        end = at + 9 + length
        if end + 2 > len(data):
            raise Refused("a TNEF attribute is longer than what is left")
        yield level, attribute, data[at + 9 : end]
        at = end + 2


def _take_properties(value: bytes, names: list[str], content: list[bytes]) -> None:
    for identifier, kind, item in _properties(value):
        if identifier in _NAME_PROPERTIES:
            text = item.decode("utf-16-le", "replace") if kind == _UNICODE else decoded(item)
            names.append(text.rstrip("\0"))
        elif identifier == _DATA_PROPERTY:
            content.append(item[_INTERFACE_OCTETS:] if kind == _OBJECT else item)


def _properties(value: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Identifier, type and each value of MAPI properties ([MS-OXTNEF] §2.1.3.4)."""
    reader = _Reader(value)
    count = reader.number()
    if count > PROPERTIES_MAXIMUM:
        raise Refused("more MAPI properties than any attachment has")
    for _ in range(count):
        kind, identifier = struct.unpack("<HH", reader.take(4))
        if identifier & 0x8000:
            _skip_property_name(reader)
        single = kind & ~_MULTIPLE
        is_variable = single in _VARIABLE
        if not is_variable and single not in _FIXED_OCTETS:
            raise Refused(f"a MAPI property of unknown type {single:#06x}")
        values = reader.number() if is_variable or kind & _MULTIPLE else 1
        for _ in range(values):
            yield identifier, single, reader.padded(reader.number() if is_variable else _FIXED_OCTETS[single])


def _skip_property_name(reader: _Reader) -> None:
    reader.take(16)
    if reader.number() == 0:
        reader.take(4)
    else:
        reader.padded(reader.number())


class _Reader:
    """Takes octets from the front and never more than there are."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, octets: int) -> bytes:
        """So many octets. Raises Refused when fewer are left."""
        end = self._at + octets
        if end > len(self._data):
            raise Refused("a MAPI property is longer than what is left")
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def padded(self, octets: int) -> bytes:
        """So many octets, and the padding to a multiple of four that follows where it does."""
        taken = self.take(octets)
        self._at = min(self._at + -octets % 4, len(self._data))
        return taken

    def number(self) -> int:
        """An unsigned number of 32 bits."""
        return int.from_bytes(self.take(4), "little")
