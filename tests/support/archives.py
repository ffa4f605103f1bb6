"""Archives that Python cannot write, as small as they may be, made here: rar of both kinds, cab, and odd zips."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

_RAR5 = b"Rar!\x1a\x07\x01\x00"
_RAR4 = b"Rar!\x1a\x07\x00"


def rar5(name: str, data: bytes) -> bytes:
    """One stored file."""
    path = name.encode()
    about = b"".join(map(_number, (0, len(data), 0x20, 0, 1, len(path)))) + path
    file = _block5(_number(2) + _number(2) + _number(len(data)) + about) + data
    return _RAR5 + _block5(bytes((1, 0, 0))) + file + _block5(bytes((5, 0, 0)))


def rar5_locked() -> bytes:
    """One whose names are encrypted too."""
    return _RAR5 + _block5(bytes((4, 0, 0, 0, 15)) + bytes(16)) + bytes(64)


def rar4(name: str, data: bytes, *, is_encrypted: bool = False) -> bytes:
    """One stored file."""
    path = name.encode()
    about = struct.pack("<IIBIIBBHI", len(data), len(data), 2, zlib.crc32(data), 0, 29, 0x30, len(path), 0x20)
    file = _block4(0x74, 0x8004 if is_encrypted else 0x8000, about + path) + data
    return _RAR4 + _block4(0x73, 0, bytes(6)) + file + _block4(0x7B, 0x4000, b"")


def rar4_locked() -> bytes:
    """One whose names are encrypted too."""
    return _RAR4 + _block4(0x73, 0x0080, bytes(6)) + bytes(100)


def cab(name: str, data: bytes) -> bytes:
    """One stored file ([MS-CAB])."""
    path = name.encode() + b"\0"
    data_at = 60 + len(path)
    head = struct.pack("<IIIIIBBHHHHH", 0, data_at + 8 + len(data), 0, 44, 0, 3, 1, 1, 1, 0, 0, 0)
    folder = struct.pack("<IHH", data_at, 1, 0)
    file = struct.pack("<IIHHHH", len(data), 0, 0, 0x5A21, 0, 0x20) + path
    return b"MSCF" + head + folder + file + struct.pack("<IHH", 0, len(data), len(data)) + data


def zip_with_entry(data: bytes, **fields: object) -> bytes:
    """A zip of one file with these fields of `zipfile.ZipInfo`: a link, a name twice, no flag for UTF-8."""
    entry = zipfile.ZipInfo("a.txt")
    for name, value in fields.items():
        setattr(entry, name, value)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(entry, data)
    return out.getvalue()


def unicode_path(name: str, visible: str) -> bytes:
    """The extra field that gives a file another name than the directory does (APPNOTE 4.6.9)."""
    body = struct.pack("<BI", 1, zlib.crc32(visible.encode())) + name.encode()
    return struct.pack("<HH", 0x7075, len(body)) + body


def without_utf8_flag(archive: bytes) -> bytes:
    """The same zip, whose names stay UTF-8 and are not said to be."""
    plain = bytearray(archive)
    for magic, at in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        plain[plain.index(magic) + at] &= ~0x08
    return bytes(plain)


def stored(files: Mapping[str, bytes]) -> bytes:
    """A zip that does not compress."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _number(value: int) -> bytes:
    """Seven bits an octet, the lowest first."""
    octets = b""
    while value > 0x7F:
        octets += bytes((value & 0x7F | 0x80,))
        value >>= 7
    return octets + bytes((value,))


def _block5(body: bytes) -> bytes:
    head = _number(len(body)) + body
    return struct.pack("<I", zlib.crc32(head)) + head


def _block4(kind: int, flags: int, rest: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head
