"""Lists and reads the files in archives: zip by the standard library, all others by libarchive. Counts what it reads.

Knows no policy; runs only in the child, where a bug in libarchive kills nothing else.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from ctypes import c_int, c_void_p
from dataclasses import dataclass
from io import SEEK_CUR, BufferedReader, BytesIO
from typing import IO, Any, Final, Protocol

import libarchive
from libarchive import ffi
from libarchive.read import ArchiveRead

from gateway.core.attachments import extension_of
from gateway.worker.base64file import LARGE_OCTETS, Base64File
from gateway.worker.kinds import HEAD_OCTETS, TAIL_OCTETS, containers, told_by_ends
from gateway.worker.report import Budget, Refused

CHUNK_OCTETS: Final = 65_536

# Not mtree, which names files on the disk of whoever reads it, nor warc and the like; no filter that starts a program.
_FORMATS: Final = ("7zip", "rar", "rar5", "tar", "gnutar", "iso9660", "cab", "lha", "ar", "cpio", "xar", "raw")
_FILTERS: Final = ("gzip", "bzip2", "xz", "lzma", "compress", "zstd", "lz4")
_ENCRYPTED_ZIP_FLAG: Final = 0x1
_UTF8_ZIP_FLAG: Final = 0x800
_UNICODE_PATH: Final = 0x7075
_UNIX_LINK: Final = 0xA000
ZIPS_IN_A_ROW_MAXIMUM: Final = 5
# The shortest archive is its end record.
_ZIP_MINIMUM_OCTETS: Final = 22

_entry_is_encrypted: Any = ffi.ffi("entry_is_encrypted", [c_void_p], c_int)


class Member(Protocol):
    """One file in an archive; it must be read before the next one is asked for."""

    @property
    def name(self) -> str:
        """Its path inside the archive, as written there."""
        ...

    @property
    def is_encrypted(self) -> bool:
        """True when it needs a password."""
        ...

    @property
    def other_names(self) -> tuple[str, ...]:
        """Names under which some programs unpack it."""
        ...

    @property
    def target(self) -> str | None:
        """Where it leads to if it is a link: "" when that is what its octets say; None for a file."""
        ...

    def read(self, budget: Budget) -> bytes:
        """Its octets. Raises TooLarge by the budget, Refused when it cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class ZipMember:
    """A file in a zip archive, as the central directory names it."""

    name: str
    is_encrypted: bool
    archive: zipfile.ZipFile
    entry: zipfile.ZipInfo

    @property
    def other_names(self) -> tuple[str, ...]:
        """Its name in UTF-8, which some programs take where the directory says no such thing (APPNOTE 4.6.9)."""
        return () if self.name.isascii() and not self.entry.extra else _zip_names(self.entry)

    @property
    def target(self) -> str | None:
        """A link of Unix has its target as octets."""
        return "" if self.entry.external_attr >> 16 & 0xF000 == _UNIX_LINK else None

    def read(self, budget: Budget) -> bytes:
        """Its octets, or its two ends when they tell all. Raises TooLarge by the budget, Refused for a damaged one."""
        try:
            with self.archive.open(self.entry) as file:
                ends = _ends_of_stored(self.archive, self.entry, file)
                if ends is None:
                    return _counted(file, budget)
                budget.unpacked(self.entry.file_size)
                return ends
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            EOFError,
            OSError,
            RuntimeError,
            ValueError,
        ) as error:
            raise Refused(f"cannot be unpacked: {error}") from error


@dataclass(frozen=True, slots=True)
class ForeignMember:
    """A file in any other archive."""

    name: str
    is_encrypted: bool
    archive: _Archive
    entry: Any
    target: str | None = None
    other_names: tuple[str, ...] = ()

    def read(self, budget: Budget) -> bytes:
        """Its octets. Raises TooLarge by the budget, Refused when it cannot be read."""
        if not self.archive.is_open:
            raise Refused("read after its archive was closed")
        data = bytearray()
        try:
            for chunk in self.entry.get_blocks(CHUNK_OCTETS):
                budget.unpacked(len(chunk))
                data += chunk
        except libarchive.exception.ArchiveError as error:
            raise Refused(f"cannot be unpacked: {error}") from error
        return bytes(data)


def zip_members(data: bytes | Base64File) -> Iterator[ZipMember]:
    """The files of a zip archive, and of those that stand in front of it. Raises Refused when one is damaged."""
    source: IO[bytes] = BytesIO(data) if isinstance(data, bytes) else BufferedReader(data, CHUNK_OCTETS)
    for _ in range(ZIPS_IN_A_ROW_MAXIMUM):
        archive = _zip(source)
        yield from _zip_entries(archive)
        # Of two archives in one file the directory at the end knows the second; some programs show the first.
        first = min((entry.header_offset for entry in archive.infolist()), default=0)
        source.seek(0)
        front = source.read(first) if first >= _ZIP_MINIMUM_OCTETS else b""
        if "zip" not in containers(front, ""):
            return
        source = BytesIO(front)
    raise Refused(f"more than {ZIPS_IN_A_ROW_MAXIMUM} zip archives in one file")


def _zip(source: IO[bytes]) -> zipfile.ZipFile:
    begins_as_zip = source.read(4) == b"PK\x03\x04"
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise Refused(f"a damaged zip archive: {error}") from error
    if not archive.infolist() and begins_as_zip:
        raise Refused("a zip archive whose directory names none of its files")
    return archive


def _zip_entries(archive: zipfile.ZipFile) -> Iterator[ZipMember]:
    for entry in archive.infolist():
        # ZipInfo.is_dir() of Python 3.11 raises IndexError for an entry without a name.
        if not entry.filename.endswith("/"):
            # orig_filename is what stands there; filename ends at the first NUL.
            yield ZipMember(entry.orig_filename, bool(entry.flag_bits & _ENCRYPTED_ZIP_FLAG), archive, entry)


def _zip_names(entry: zipfile.ZipInfo) -> tuple[str, ...]:
    names = []
    if not entry.flag_bits & _UTF8_ZIP_FLAG:
        # zipfile took it for the code page of DOS; that gives each octet back.
        names.append(entry.orig_filename.encode("cp437", "replace").decode("utf-8", "replace"))
    extra = entry.extra
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind == _UNICODE_PATH:
            names.append(extra[9 : 4 + length].decode("utf-8", "replace"))
        extra = extra[4 + length :]
    return tuple(name for name in dict.fromkeys(names) if name and name != entry.orig_filename)


def archive_members(data: bytes, name: str) -> Generator[ForeignMember]:
    """The files of any other archive; a compressed single file is its only member. Raises Refused when damaged."""
    try:
        with _opened(data) as archive:
            is_empty = True
            for entry in archive:
                is_empty = False
                if entry.isdir:
                    continue
                # Without a filter, `raw` means that no format knew it.
                is_raw = archive.format_name == b"raw"
                if is_raw and not archive.filter_names:
                    raise Refused("a damaged archive")
                inner = name.rpartition(".")[0] or name if is_raw else _text(entry.pathname)
                target = None if is_raw or not (entry.issym or entry.islnk) else _text(entry.linkpath)
                yield ForeignMember(inner, _entry_is_encrypted(entry._entry_p) > 0, archive, entry, target)
            # Zeros in front end a tar for us, and not for every other program.
            if is_empty:
                raise Refused("an archive in which no file is found")
    except libarchive.exception.ArchiveError as error:
        raise Refused(f"a damaged archive: {error}") from error


def is_about_encryption(failure: Refused) -> bool:
    """True when it cannot be read because it is encrypted: 7z and rar may hide even their names."""
    text = str(failure).lower()
    return "encrypt" in text or "passphrase" in text or "password" in text


class _Archive(ArchiveRead):  # type: ignore[misc]  # libarchive has no types
    """An archive that knows whether libarchive's memory for it is still there."""

    is_open = True


@contextmanager
def _opened(data: bytes) -> Iterator[_Archive]:
    pointer = ffi.read_new()
    archive = _Archive(pointer)
    try:
        for name in _FILTERS:
            ffi.get_read_filter_function(name)(pointer)
        for name in _FORMATS:
            ffi.get_read_format_function(name)(pointer)
        ffi.read_open_memory(pointer, data, len(data))
        yield archive
    finally:
        archive.is_open = False
        ffi.read_free(pointer)


def _ends_of_stored(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, opened: IO[bytes]) -> bytes | None:
    """Head and tail of a large file that is not compressed, if they tell all about it. `opened` is at its beginning.

    Its checksum is not looked at: it would say nothing about what it is.
    """
    size = entry.file_size
    source = archive.fp
    if (
        source is None
        or entry.compress_type != zipfile.ZIP_STORED
        or entry.compress_size != size
        or size < LARGE_OCTETS
    ):
        return None
    extension = extension_of(entry.orig_filename)
    head = opened.read(HEAD_OCTETS)
    source.seek(entry.header_offset)
    # APPNOTE 4.3.7; `open` has compared it with the directory.
    names, extra = struct.unpack_from("<HH", source.read(30), 26)
    source.seek(names + extra + size - TAIL_OCTETS, SEEK_CUR)
    tail = source.read(TAIL_OCTETS)
    if len(tail) == TAIL_OCTETS and told_by_ends(head, tail, extension) == b"":
        return head + tail
    opened.seek(0)
    return None


def _counted(file: IO[bytes], budget: Budget) -> bytes:
    chunks = []
    while chunk := file.read(CHUNK_OCTETS):
        budget.unpacked(len(chunk))
        chunks.append(chunk)
    return b"".join(chunks)


def _text(name: object) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name or "")
