"""Looks into OLE compound files: macros, embedded files, encryption, installers, Outlook messages.

Knows no policy; runs only in the child. olefile reads the container, the records inside are read here.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import olefile

from gateway.core.attachments import NameHit
from gateway.core.encodedwords import decoded
from gateway.worker.report import Budget, Refused

STREAMS_MAXIMUM: Final = 5_000

# The classes of Windows Installer files, as olefile writes them.
_INSTALLER_CLASSES: Final = frozenset(f"000C10{number}-0000-0000-C000-000000000046" for number in ("82", "84", "86"))
_MACRO_STORAGES: Final = frozenset({"vba", "_vba_project_cur", "macros", "_vba_project"})
_ENCRYPTED_STREAMS: Final = frozenset({"encryptedpackage", "encryptedsummary"})
_BOUNDSHEET: Final = 0x0085
_FILEPASS: Final = 0x002F
_BIFF_END: Final = 0x000A
_MACRO_SHEET: Final = 1
# [MS-PPT] §2.4.10, §2.4.11: a VBAInfoContainer, in it a VBAInfoAtom: a reference, then fHasMacros.
_SLIDE_MACROS: Final = re.compile(
    rb"\x1f\x00\xff\x03\x14\x00\x00\x00\x02\x00\x00\x04\x0c\x00\x00\x00.{4}\x01\x00\x00\x00", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file inside: every name it has, and its octets."""

    names: tuple[str, ...]
    data: bytes


class Compound:
    """An open compound file. Raises Refused when it is damaged."""

    def __init__(self, data: bytes) -> None:
        try:
            self._file: Any = olefile.OleFileIO(BytesIO(data))
            self._paths: list[list[str]] = self._file.listdir(streams=True, storages=True)[:STREAMS_MAXIMUM]
        except (OSError, ValueError, IndexError, struct.error, TypeError, AttributeError, RecursionError) as error:
            raise Refused(f"a damaged document: {error}") from error

    def hits(self, budget: Budget) -> Iterator[NameHit]:
        """What the document would do when opened."""
        if str(self._file.root.clsid).upper() in _INSTALLER_CLASSES:
            yield "executable", "a Windows installer"
        for path in self._paths:
            last = path[-1].lower()
            if last in _MACRO_STORAGES:
                yield "macro", "Visual Basic macros"
            if last in _ENCRYPTED_STREAMS:
                yield "encrypted-archive", "an encrypted document"
            if last == "\x01ole10native":
                yield "active-document", "an embedded file"
        yield from self._word_hits(budget)
        yield from self._slide_hits(budget)
        for path in self._paths:
            if path[-1].lower() in ("workbook", "book"):
                yield from _workbook_hits(self._read(path, budget))

    def files(self, budget: Budget) -> Iterator[Embedded]:
        """Files packed into it: OLE packages, and the attachments of an Outlook message ([MS-OXMSG])."""
        for path in self._paths:
            if path[-1].lower() == "\x01ole10native":
                yield _package(self._read(path, budget))
            elif path[-1].lower() == "__substg1.0_37010102":
                yield Embedded(self._attachment_names(path[:-1], budget), self._read(path, budget))

    def _word_hits(self, budget: Budget) -> Iterator[NameHit]:
        for path in self._paths:
            if path[-1].lower() != "worddocument":
                continue
            # [MS-DOC] §2.5.1 FibBase: bit 8 of the flags at offset 10 is fEncrypted.
            head = self._read(path, budget)[:12]
            if len(head) == 12 and head[11] & 0x01:
                yield "encrypted-archive", "an encrypted document"

    def _slide_hits(self, budget: Budget) -> Iterator[NameHit]:
        """PowerPoint keeps its macros packed in a stream, and says in a record of its own that there are some."""
        for path in self._paths:
            if path[-1].lower() == "powerpoint document" and _SLIDE_MACROS.search(self._read(path, budget)):
                yield "macro", "Visual Basic macros"

    def _attachment_names(self, storage: list[str], budget: Budget) -> tuple[str, ...]:
        names = []
        for identifier in ("3707", "3704", "3001"):
            for kind, codec in (("001F", "utf-16-le"), ("001E", "")):
                path = [*storage, f"__substg1.0_{identifier}{kind}"]
                if path in self._paths:
                    octets = self._read(path, budget)
                    text = octets.decode(codec, "replace") if codec else decoded(octets)
                    names.append(text.rstrip("\0"))
        return tuple(dict.fromkeys(name for name in names if name))

    def _read(self, path: list[str], budget: Budget) -> bytes:
        try:
            data: bytes = self._file.openstream(path).read()
        except (OSError, ValueError, IndexError, struct.error, TypeError, AttributeError) as error:
            raise Refused(f"a damaged document: {error}") from error
        # Streams may share sectors, so that many small entries read as much more than the file has.
        budget.unpacked(len(data))
        return data


def _workbook_hits(data: bytes) -> Iterator[NameHit]:
    """The records of the workbook's globals ([MS-XLS] §2.4): macro sheets and encryption."""
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        record = data[at + 4 : at + 4 + length]
        if kind == _BOUNDSHEET and record[5:6] == bytes([_MACRO_SHEET]):
            yield "macro", "an Excel 4 macro sheet"
        elif kind == _FILEPASS:
            yield "encrypted-archive", "an encrypted document"
        elif kind == _BIFF_END:
            return
        at += 4 + length


def _package(data: bytes) -> Embedded:
    """An OLE package ([MS-OLEDS] §2.3.6): size, flags, label, path, a second path, then the content with its size."""
    label, _, rest = data[6:].partition(b"\0")
    path, _, rest = rest.partition(b"\0")
    length = int.from_bytes(rest[4:8], "little")
    size_at = 8 + length
    size = int.from_bytes(rest[size_at : size_at + 4], "little")
    # The second name is the whole path on the machine that packed it.
    names = tuple(dict.fromkeys(re.split(r"[/\\]", decoded(name))[-1] for name in (label, path) if name))
    return Embedded(names, rest[size_at + 4 : size_at + 4 + size])
