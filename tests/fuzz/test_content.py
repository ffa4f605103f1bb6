"""What a worker opens: MIME, names, encodings, archives, TNEF, compound files. Nothing but the declared exceptions."""

from __future__ import annotations

import base64
from contextlib import suppress

from gateway.core.attachments import extension_of, member_name_hits
from gateway.worker.archive import archive_members, zip_members
from gateway.worker.decoding import readings, uuencoded
from gateway.worker.inspect import Inspection, inspect
from gateway.worker.kinds import containers, content_hits
from gateway.worker.mime import TooDeep, every_reading
from gateway.worker.mimenames import boundaries_in, decoded, decoded_words, names_in
from gateway.worker.ole import Compound
from gateway.worker.protocol import ProtocolError, decode_finding, decode_words, encode_finding
from gateway.worker.report import Budget, Refused, TooLarge
from gateway.worker.tnef import tnef_files
from tests.fuzz.engine import Target, check, checks
from tests.support.files import PROGRAM, ole, tarred, tnef, zipped


def mime(octets: bytes) -> None:
    notes: set[str] = set()
    with suppress(TooDeep, Refused):
        for leaf in every_reading(octets, Budget(), 0, notes):
            assert 0 <= leaf.start <= leaf.end <= len(octets)
            assert all(leaf.names)


def whole(octets: bytes) -> None:
    finding = inspect(octets)
    assert decode_finding(encode_finding(finding)) == finding


def names(octets: bytes) -> None:
    value = octets.replace(b"\n", b" ")
    with suppress(Refused):
        for name in names_in([value, value[::-1]]):
            assert 0 < len(name) <= 1_000
            member_name_hits(name)
            extension_of(name)
        boundaries_in(value)


def words(octets: bytes) -> None:
    decoded_words(octets.decode("latin-1"))
    for charset in ("utf-7", "utf-16", "iso-2022-jp", "hz", octets[:20].decode("latin-1")):
        decoded(octets, charset)


def encodings(octets: bytes) -> None:
    for encoding in ("base64", "quoted-printable", "x-uuencode", "x-other"):
        with suppress(Refused):
            for data in readings(octets, (encoding,), set()):
                assert len(data) <= len(octets) + 3
    with suppress(Refused):
        list(uuencoded(b"begin 644 a\n" + octets))


def kinds(octets: bytes) -> None:
    content_hits(octets)
    for extension in ("", "zip", "exe", "doc", "eml"):
        containers(octets, extension)


def zips(octets: bytes) -> None:
    with suppress(Refused, TooLarge):
        for member in zip_members(octets):
            with suppress(Refused, TooLarge):
                member.read(Budget())


def archives(octets: bytes) -> None:
    with suppress(Refused, TooLarge):
        for member in archive_members(octets, "a.tar"):
            with suppress(Refused, TooLarge):
                member.read(Budget())


def tnefs(octets: bytes) -> None:
    with suppress(Refused):
        total = 0
        for file in tnef_files(octets):
            total += len(file.data)
        assert total <= len(octets)


def compounds(octets: bytes) -> None:
    """The libraries' own exceptions end at the border: `Inspection` notes what it does not know."""
    inspection = Inspection()
    inspection.file(("a.doc",), octets, "", 0)
    inspection.finding()
    with suppress(Refused, TooLarge):
        Compound(octets)


def answers(octets: bytes) -> None:
    for read in (decode_finding, decode_words):
        with suppress(ProtocolError):
            read(octets)


_PACKED = base64.encodebytes(PROGRAM + bytes(40))
_MESSAGE = (
    b'From: a@b.c\nContent-Type: multipart/mixed; boundary="b"\n\npreamble\n--b\n\ntext\n--b\n'
    b"Content-Type: application/zip; name*0*=utf-8''a%2E; name*1=zip\nContent-Transfer-Encoding: base64\n"
    b"Content-Disposition: attachment; filename=a.exe\n\n" + _PACKED + b"\n--b--\n"
)
_NESTED = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(_MESSAGE)
_MIME = (
    b"--b\n",
    b"--b--\n",
    b"--bc\n",
    b"\n\n",
    b" \n",
    b"Content-Type: multipart/mixed; boundary=b\n",
    b"Content-Type: multipart/x; boundary=c; boundary=b\n",
    b"Content-Type: message/rfc822\n",
    b"nonsense\n",
    b"Content-Type : x/y\n",
    b"Content-Transfer-Encoding: base64\n",
    b"Content-Transfer-Encoding: x\n",
    b"TVqQ",
    b"=",
    b"begin 644 a.exe\n#0V%T\nend\n",
    b"name=",
    b"Content-Type: multipart/mixed\n",
)
_NAMES = (
    b"name=",
    b"filename*=",
    b"filename*0*=",
    b"filename*1=",
    b"utf-8''",
    b"%41",
    b"%",
    b"*",
    b";",
    b"=?utf-8?q?",
    b"?=",
    b"=?x?b?",
    b"a.exe",
    b".pdf",
    b"boundary=",
    b"boundary*0=",
    b"'",
)
_ZIP = zipped({"a.txt": b"x" * 100, "b/c.exe": PROGRAM})
_TNEF = tnef(("a.exe", PROGRAM), long_name="long.exe")
TARGETS = (
    Target("MIME", mime, (_MESSAGE, _NESTED), _MIME),
    Target("whole message", whole, (_MESSAGE, _NESTED), _MIME, share=0.5),
    Target("attachment names (RFC 2231)", names, (b"x/y; name=\"a.pdf\"; filename*=utf-8''b.exe",), _NAMES),
    Target(
        "encoded words (RFC 2047)", words, (b"=?utf-8?B?w6k=?= =?hz?q?~{?=",), (b"=?", b"?=", b"?q?", b"?B?", b"=E9")
    ),
    Target(
        "transfer encodings",
        encodings,
        (_PACKED, b"a=3D=\r\n", b"begin 644 x\n#0V%T\n`\nend\n"),
        (b"=", b"====", b"=3", b"#", b"M", b"\nend\n"),
    ),
    Target(
        "kinds of files",
        kinds,
        (_ZIP, PROGRAM, b"%PDF-1.7", b"#!/bin/sh\n", _TNEF),
        (b"PK\x05\x06", b"MZ", b"PE\0\0", b"<script", b"{\\rtf", b"\\objdata"),
    ),
    Target(
        "zip",
        zips,
        (_ZIP, zipped({"d.zip": _ZIP})),
        (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"\xff\xff\xff\xff"),
        floods=False,
    ),
    Target(
        "other archives",
        archives,
        (tarred({"a.exe": PROGRAM}), b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0"),
        (b"ustar", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\0", b"\x1f\x8b", b"BZh9", b"\xfd7zXZ\0", b"MSCF", b"-lh5-"),
        share=0.3,
        floods=False,
    ),
    Target("TNEF", tnefs, (_TNEF,), (b"\x78\x9f\x3e\x22", b"\x02", b"\x10\x80\x01\0", b"\xff\xff\xff\x7f")),
    Target(
        "OLE",
        compounds,
        (ole({"WordDocument": b"x", "Macros/VBA/dir": b"y"}),),
        (b"\xd0\xcf\x11\xe0", b"\xff\xff\xff\xff", b"\xfe\xff\xff\xff"),
        share=0.3,
        examples=60,
        floods=False,
    ),
    Target(
        "the worker's answer",
        answers,
        (b'{"result":"clean","hits":[],"names":["a"],"detail":"","parts":1}', b'["seccomp"]'),
        (b"[", b"{", b'"hits":', b"null", b"1e999", b"[[]]", b"true"),
    ),
)


@checks(TARGETS)
def test_whatever_an_attachment_holds_is_read_or_refused(target: Target) -> None:
    check(target)
