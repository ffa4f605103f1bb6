"""Says what a file is by its own octets: our own table, because no library knows what Windows runs (libraries.md §10).

Knows no container's inside; `containers` tells which opener a file needs.
"""

from __future__ import annotations

import re
import struct
from typing import Final

from gateway.core.attachments import NameHit

# How much of the front decides; scripts and markup may begin with comments.
HEAD_OCTETS: Final = 65_536
_ISO_VOLUME_AT: Final = 0x8001
_ZIP_END: Final = b"PK\x05\x06"
# APPNOTE 4.3.16: the end record has 22 octets and a comment of at most 65,535.
_ZIP_END_MAXIMUM_OCTETS: Final = 22 + 65_535
# How much of the end decides.
TAIL_OCTETS: Final = _ZIP_END_MAXIMUM_OCTETS

_MAGIC: Final = (
    (0, b"\x7fELF", "executable", "a Linux program"),
    (0, b"\xfe\xed\xfa\xce", "executable", "a macOS program"),
    (0, b"\xfe\xed\xfa\xcf", "executable", "a macOS program"),
    (0, b"\xce\xfa\xed\xfe", "executable", "a macOS program"),
    (0, b"\xcf\xfa\xed\xfe", "executable", "a macOS program"),
    (0, b"\xca\xfe\xba\xbe", "executable", "a Java class or macOS program"),
    (0, b"dex\n", "executable", "an Android program"),
    (0, b"\x00asm\x01\x00\x00\x00", "executable", "a WebAssembly program"),
    (0, b"\x4c\x00\x00\x00\x01\x14\x02\x00", "shortcut", "a Windows shortcut"),
    (0, b"[InternetShortcut]", "shortcut", "an Internet shortcut"),
    (0, b"ITSF", "script", "compiled help, which runs scripts"),
    (0, b"?_\x03\x00", "executable", "Windows help"),
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "active-document", "a OneNote section"),
    (0, b"#!", "script", "a Unix script"),
    (0, b"#@~^", "script", "an encoded Windows script"),
    (0, b"\xff\xfe#\x00!\x00", "script", "a Unix script"),
    (0, b"vhdxfile", "disk-image", "a virtual disk"),
    (0, b"conectix", "disk-image", "a virtual disk"),
    (0, b"KDMV", "disk-image", "a virtual disk"),
    (0, b"QFI\xfb", "disk-image", "a virtual disk"),
    (0, b"MSWIM\x00\x00\x00", "disk-image", "a Windows image"),
    (3, b"NTFS    ", "disk-image", "a disk with its file system"),
    (3, b"EXFAT   ", "disk-image", "a disk with its file system"),
    (54, b"FAT1", "disk-image", "a disk with its file system"),
    (82, b"FAT32   ", "disk-image", "a disk with its file system"),
    (512, b"EFI PART", "disk-image", "a disk with its file system"),
    # Word and Excel keep macros so in what they save as a web page ([MS-OFFMACRO2] has the other forms).
    (0, b"ActiveMime", "macro", "Visual Basic macros"),
    (0, b"ID;P", "active-document", "a table that starts programs"),
    (_ISO_VOLUME_AT, b"CD001", "disk-image", "a CD image"),
    (_ISO_VOLUME_AT, b"BEA01", "disk-image", "a DVD image"),
)

_MARKUP: Final = (
    (re.compile(rb"<hta:application", re.IGNORECASE), "script", "an HTML application"),
    (
        re.compile(rb"^\s*(?:<\?xml[^>]*>\s*)?<(?:job|package|scriptlet|component)[\s>]", re.I),
        "script",
        "a script file",
    ),
    (re.compile(rb"<PCSettings>", re.IGNORECASE), "shortcut", "a settings shortcut"),
    (re.compile(rb"<(?:libraryDescription|searchConnectorDescription)\b"), "shortcut", "a library shortcut"),
    (re.compile(rb"^\s*@?echo off\b", re.IGNORECASE), "script", "a batch file"),
)
_SVG: Final = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_SVG_SCRIPT: Final = re.compile(
    rb"<script\b|javascript:|\son(?:load|begin|end|click|error|focus|mouse[a-z]{2,6})\s*=", re.IGNORECASE
)
# How a page makes a file out of what it carries and has it saved, so that no filter on the way sees one.
_PAGE: Final = re.compile(rb"<(?:html|script|body|svg)\b", re.IGNORECASE)
_BUILDS_FILE: Final = (b"createObjectURL", b"msSaveOrOpenBlob", b"msSaveBlob")
_FLAT_DOCUMENT: Final = b"<?mso-application"
_SAYS_MACROS: Final = b'macrosPresent="yes"'
_FLAT_MACROS: Final = b"/vbaProject.bin"

_RTF_OBJECT: Final = re.compile(rb"\\(?:objdata|objupdate|objocx|objautlink)\b|\\\*\\objdata", re.IGNORECASE)

_LAUNCH: Final = b"/Launch"

# What `containers` finds at the front: offset, octets, opener.
_CONTAINERS: Final = (
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x07\x08", "zip"),
    (0, _ZIP_END, "zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (0, b"\x78\x9f\x3e\x22", "tnef"),
    (0, b"Rar!\x1a\x07", "archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive"),
    (0, b"\x1f\x8b\x08", "archive"),
    (0, b"\x1f\x9d", "archive"),
    (4, b"1AY&SY", "archive"),
    (0, b"\xfd7zXZ\x00", "archive"),
    (0, b"\x28\xb5\x2f\xfd", "archive"),
    (0, b"\x04\x22\x4d\x18", "archive"),
    (0, b"MSCF", "archive"),
    (0, b"xar!", "archive"),
    (0, b"!<arch>\n", "archive"),
    (257, b"ustar", "archive"),
    (_ISO_VOLUME_AT, b"CD001", "archive"),
    (7, b"**ACE**", "unknown"),
    (0, b"ALZ\x01", "unknown"),
    (0, b"EGGA", "unknown"),
    (20, b"\xdc\xa7\xc4\xfd", "unknown"),
    (0, b"StuffIt", "unknown"),
    (0, b"SIT!", "unknown"),
)
# Archives that we cannot open, by the ending for which a program on the desk opens them.
_CLOSED: Final = frozenset(
    ("ace", "alz", "arc", "arj", "egg", "hqx", "kgb", "lzx", "pea", "sit", "sitx", "sqx", "uha", "wim", "zoo", "zpaq")
)
_CPIO: Final = re.compile(rb"07070[12][0-9A-Fa-f]{104}|070707[0-7]{70}")
_LHA: Final = re.compile(rb"..-l[hz][0-9sd]-", re.DOTALL)


def content_hits(data: bytes) -> tuple[NameHit, ...]:
    """What the octets give away, whatever the file is called."""
    hits = [(kind, found) for at, magic, kind, found in _MAGIC if data.startswith(magic, at)]
    head = data[:HEAD_OCTETS]
    if data[:2] in (b"MZ", b"ZM") and _is_program(data):
        hits.append(("executable", "a Windows program"))
    if data[-512:-504] == b"conectix" or data[-512:-508] == b"koly":
        hits.append(("disk-image", "a virtual disk"))
    if _looks_like_text(head):
        text = _as_ascii(head)
        hits += [(kind, found) for pattern, kind, found in _MARKUP if pattern.search(text)]
        hits += _page_hits(text, data)
    # Word takes the short form too.
    if data.lstrip()[:4].lower() == b"{\\rt" and _RTF_OBJECT.search(data):
        hits.append(("active-document", "a text document with an embedded object"))
    if data[:1024].find(b"%PDF-") >= 0 and _LAUNCH in data and re.search(_LAUNCH + rb"\b", data):
        hits.append(("active-document", "a PDF that starts a program"))
    return tuple(dict.fromkeys(hits))


def _page_hits(head: bytes, data: bytes) -> list[NameHit]:
    """What a text does of which only the beginning is fixed: pictures with scripts, pages, documents in one text."""
    if b"<" not in head:
        return []
    hits = []
    if _SVG.search(head) and _SVG_SCRIPT.search(data):
        hits.append(("active-document", "a picture with a script"))
    if _PAGE.search(head) and any(each in data for each in _BUILDS_FILE):
        hits.append(("active-document", "a page that builds a file"))
    if _FLAT_DOCUMENT in head and (_SAYS_MACROS in head or _FLAT_MACROS in data):
        hits.append(("macro", "Visual Basic macros"))
    return hits


def containers(data: bytes, extension: str) -> tuple[str, ...]:
    """The openers this file needs: zip, ole, tnef, archive, message, unknown; several for a file that is both."""
    found = [opener for at, magic, opener in _CONTAINERS if data.startswith(magic, at)]
    if _CPIO.match(data) or _LHA.match(data):
        found.append("archive")
    if "zip" not in found and _ends_as_zip(data):
        found.append("zip")
    if not found and extension in _CLOSED:
        found.append("unknown")
    if not found and extension in ("eml", "mht", "mhtml", "mbox"):
        found.append("message")
    if not found and extension in ("lzma", "tlz", "tar"):
        found.append("archive")
    return tuple(dict.fromkeys(found))


def is_opaque(data: bytes) -> bool:
    """True for what no program takes for a text in which files are written: it is not searched for them."""
    return not _looks_like_text(data) or data.startswith(b"%PDF-")


def told_by_ends(head: bytes, tail: bytes, extension: str, *, is_opened: bool = False) -> bytes | None:
    """Whether nothing between these ends changes what the first two functions say, so that there is no more to open.

    Then it gives the octets that must not stand in between, most often b""; else None. `head` has `HEAD_OCTETS`, `tail`
    `TAIL_OCTETS`. `is_opened`: a zip, if it is no more than that, is opened by whoever asks.
    """
    is_zip = is_opened and head.startswith(b"PK\x03\x04") and containers(head, extension) == ("zip",)
    if not is_zip and (containers(head, extension) or _ZIP_END in tail):
        return None
    if head[:2] in (b"MZ", b"ZM") or head.lstrip()[:4].lower() == b"{\\rt" or not is_opaque(head):
        return None
    return _LAUNCH if b"%PDF-" in head[:1024] else b""


def _ends_as_zip(data: bytes) -> bool:
    """True when a zip's end record closes the file: zip programs begin there, whatever stands in front."""
    at = data.rfind(_ZIP_END, max(len(data) - _ZIP_END_MAXIMUM_OCTETS, 0))
    if at < 0 or at + 22 > len(data):
        return False
    # A chance match in a picture is no archive: the record must describe a directory that fits before it.
    disk, _, _, entries, size, offset = struct.unpack_from("<HHHHII", data, at + 4)
    return bool(disk == 0 and entries > 0 and 46 * entries <= size and size + offset <= at)


def _is_program(data: bytes) -> bool:
    """True for the header of a DOS or Windows program; a text may begin with the same two letters."""
    if len(data) < 64:
        return b"\0" in data
    at = int.from_bytes(data[60:64], "little")
    return data[at : at + 2] in (b"PE", b"NE", b"LE", b"LX") or b"\0" in data[:64]


def _looks_like_text(head: bytes) -> bool:
    return head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" not in head[:1024]


def _as_ascii(head: bytes) -> bytes:
    """UTF-16 text with its zero octets dropped, so that one pattern serves; others without their mark."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head[2:].replace(b"\0", b"")
    return head.removeprefix(b"\xef\xbb\xbf")
