"""Small files of every kind that attachment tests need, made here. Knows no worker."""

from __future__ import annotations

import io
import itertools
import struct
import tarfile
import zipfile
from collections.abc import Mapping

PROGRAM = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + bytes(100)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def encrypted_zip(name: str, data: bytes) -> bytes:
    """A zip archive that says of its only file that it is encrypted."""
    plain = bytearray(zipped({name: data}))
    plain[6] |= 1
    plain[plain.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(plain)


def tarred(files: Mapping[str, bytes], compression: str = "") -> bytes:
    """A tar archive, compressed by gz, bz2 or xz."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{compression}") as archive:  # type: ignore[call-overload]  # mode by name
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def tnef(*files: tuple[str, bytes], long_name: str = "") -> bytes:
    """A winmail.dat with these attachments; `long_name` is a MAPI property of the last one."""
    out = b"\x78\x9f\x3e\x22\x01\x00" + _tnef_attribute(1, 0x9006, 8, struct.pack("<I", 0x10000))
    for name, data in files:
        out += _tnef_attribute(2, 0x9002, 6, bytes(14))
        out += _tnef_attribute(2, 0x8010, 1, name.encode() + b"\0")
        out += _tnef_attribute(2, 0x800F, 6, data)
    if long_name:
        text = (long_name + "\0").encode("utf-16-le")
        fixed = struct.pack("<HHI", 0x0003, 0x3705, 1)
        named = struct.pack("<HH16sII", 0x000B, 0x8001, bytes(16), 0, 7) + struct.pack("<I", 1)
        text_property = struct.pack("<HHII", 0x001F, 0x3707, 1, len(text)) + text + bytes(-len(text) % 4)
        out += _tnef_attribute(2, 0x9005, 6, struct.pack("<I", 3) + fixed + named + text_property)
    return out


def ole(streams: Mapping[str, bytes], class_id: bytes = bytes(16)) -> bytes:
    """A compound file ([MS-CFB]) with these streams; "A/B" puts B into the storage A. No mini stream is used."""
    builder = _Compound()
    for path, data in streams.items():
        builder.add(path, data)
    return builder.build(class_id)


class _Compound:
    """Every stream in whole sectors of 512 octets and at least 4,096, so that no mini stream is needed."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, int, bytes]] = []
        self._children: dict[int, list[int]] = {0: []}
        self._storages: dict[str, int] = {}

    def add(self, path: str, data: bytes) -> None:
        parent = 0
        *storages, name = path.split("/")
        for number in range(len(storages)):
            key = "/".join(storages[: number + 1])
            if key not in self._storages:
                self._storages[key] = self._append(parent, storages[number], 1, b"")
            parent = self._storages[key]
        self._append(parent, name, 2, data.ljust(4096, b"\0"))

    def _append(self, parent: int, name: str, kind: int, data: bytes) -> int:
        self._entries.append((name, kind, data))
        number = len(self._entries)
        self._children.setdefault(parent, []).append(number)
        return number

    def build(self, class_id: bytes) -> bytes:
        """Sector 0 is the table, then the directory, then the streams."""
        right = {first: second for each in self._children.values() for first, second in itertools.pairwise(each)}
        folder_sectors = (len(self._entries) + 4) // 4
        table = [0xFFFFFFFD, *range(2, folder_sectors + 1), 0xFFFFFFFE]
        first_child = self._children[0][0] if self._children[0] else 0xFFFFFFFF
        folder = _ole_entry("Root Entry", 5, 0xFFFFFFFF, first_child, 0xFFFFFFFE, 0, class_id)
        body = b""
        for number, (name, kind, data) in enumerate(self._entries, 1):
            start = len(table) if data else 0xFFFFFFFE
            sectors = -(-len(data) // 512)
            if sectors:
                table += [*range(start + 1, start + sectors), 0xFFFFFFFE]
            child = (self._children.get(number) or [0xFFFFFFFF])[0]
            folder += _ole_entry(name, kind, right.get(number, 0xFFFFFFFF), child, start, len(data), bytes(16))
            body += data.ljust(sectors * 512, b"\0")
        magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        header = struct.pack("<8s16xHHHHH6x", magic, 0x3E, 3, 0xFFFE, 9, 6)
        header += struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
        header += struct.pack("<I", 0) + b"\xff" * 432
        sectors_of_table = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
        return header + sectors_of_table + folder.ljust(folder_sectors * 512, b"\0") + body


def _ole_entry(name: str, kind: int, right: int, child: int, start: int, size: int, class_id: bytes) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    left = 0xFFFFFFFF
    return struct.pack(
        "<64sHBBIII16sIQQIQ", text, len(text), kind, 1, left, right, child, class_id, 0, 0, 0, start, size
    )


def _tnef_attribute(level: int, number: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, number, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
