"""Messages that are made to hurt whoever reads them, by class: each a name and a function that makes it."""

from __future__ import annotations

import base64
import bz2
import gzip
import lzma
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.support.files import PROGRAM, encrypted_zip, ole, tarred, tnef, zipped

HEAD = b"From: Ann <ann@shop.example>\r\nTo: user1@office.example\r\nSubject: bomb\r\nMIME-Version: 1.0\r\n"
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Bomb:
    """`make` gives the whole message with CRLF lines; made late, so that few lie in memory."""

    kind: str
    name: str
    make: Callable[[], bytes]


def all_bombs() -> list[Bomb]:
    """Every one, class by class."""
    classes: dict[str, Callable[[], Iterator[tuple[str, Callable[[], bytes]]]]] = {
        "nesting": _nesting,
        "parts": _parts,
        "header": _header,
        "parameters": _parameters,
        "encoded words and addresses": _words,
        "lines": _lines,
        "signatures": _signatures,
        "archives": _archives,
        "TNEF and OLE": _documents,
        "transfer encodings": _encodings,
        "ambiguous": _ambiguous,
        "truncated": _truncated,
    }
    return [Bomb(kind, name, make) for kind, some in classes.items() for name, make in some()]


def _typed(value: bytes, body: bytes = b"x\r\n") -> bytes:
    return HEAD + b"Content-Type: " + value + b"\r\n\r\n" + body


def attached(name: str, data: bytes, kind: str = "application/octet-stream") -> bytes:
    """A message with this file."""
    return (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n'
        + f'Content-Type: {kind}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'.encode()
        + base64.encodebytes(data).replace(b"\n", b"\r\n")
        + b"\r\n--b--\r\n"
    )


def _multiparts(depth: int) -> bytes:
    return HEAD + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth)
    )


def _encoded_messages(depth: int) -> bytes:
    inner = HEAD + b"\r\nx\r\n"
    for _ in range(depth):
        packed = base64.encodebytes(inner).replace(b"\n", b"\r\n")
        inner = HEAD + b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + packed
    return inner


def _nesting() -> Iterator[tuple[str, Callable[[], bytes]]]:
    for depth in (50, 101, 1_000, 10_000, 100_000):
        yield f"{depth} multiparts", lambda depth=depth: _multiparts(depth) + b"\r\nx\r\n"
    for depth in (101, 100_000):
        yield f"{depth} messages", lambda depth=depth: HEAD + b"Content-Type: message/rfc822\r\n\r\n" * depth
    for depth in (10, 30):
        yield f"{depth} messages in base64", lambda depth=depth: _encoded_messages(depth)
    yield (
        "one boundary 10,000 times",
        lambda: HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 10_000,
    )
    yield (
        "boundaries that are prefixes",
        lambda: (
            HEAD
            + b"".join(
                b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n" % (b"b" * n, b"b" * n)
                for n in range(1, 99)
            )
        ),
    )


def _parts() -> Iterator[tuple[str, Callable[[], bytes]]]:
    for count in (1_000, 9_990, 50_000, 1_000_000):
        yield f"{count} parts", lambda count=count: _typed(b"multipart/mixed; boundary=b", b"--b\r\n\r\n" * count)
    yield (
        "50,000 named parts",
        lambda: _typed(b"multipart/mixed; boundary=b", b"--b\r\nContent-Type: x/y; name=a.pdf\r\n\r\nx\r\n" * 50_000),
    )
    yield (
        "9,000 parts without an end of header",
        lambda: _typed(
            b"multipart/mixed; boundary=b",
            b"--b\r\nX: y\r\n" * 9_000 + b"x" * 900 + b"\r\n" + b"y" * MEGABYTE + b"\r\n",
        ),
    )
    yield "1.7 million hyphens", lambda: _typed(b"multipart/mixed; boundary=b", b"\r\n--" * 1_700_000)


def _header() -> Iterator[tuple[str, Callable[[], bytes]]]:
    yield "1,990 fields", lambda: HEAD + b"X: y\r\n" * 1_990 + b"\r\nx\r\n"
    yield "20,000 fields", lambda: HEAD + b"X: y\r\n" * 20_000 + b"\r\nx\r\n"
    yield "1 MB in one field", lambda: HEAD + b"X: " + (b"y" * 900 + b"\r\n ") * 1_100 + b"\r\n\r\nx\r\n"
    yield "1 MB in one line", lambda: HEAD + b"X: " + b"y" * 1_040_000 + b"\r\n\r\nx\r\n"
    yield "340,000 folds", lambda: HEAD + b"X: y" + b"\r\n " * 340_000 + b"\r\n\r\nx\r\n"
    yield "5 MB of header", lambda: HEAD + (b"X: " + b"y" * 900 + b"\r\n") * 5_500 + b"\r\nx\r\n"
    yield "900 kB of spaces", lambda: HEAD + b"X: " + b" " * 900_000 + b"\r\n\r\nx\r\n"
    yield (
        "10,000 Received",
        lambda: HEAD + b"Received: from a by b; Tue, 24 Nov 2026 12:00:00 +0100\r\n" * 10_000 + b"\r\nx\r\n",
    )
    yield "no header", lambda: b"\r\nx\r\n"
    yield "only a header", lambda: HEAD


def _parameters() -> Iterator[tuple[str, Callable[[], bytes]]]:
    for count in (9_000, 18_000):
        yield (
            f"{count} RFC 2231 sections",
            lambda count=count: _typed(
                b"x/y;\r\n" + b"".join(b" name*%d*=%%41;\r\n" % n for n in range(count)) + b" a=b"
            ),
        )
    yield "20,000 parameters", lambda: _typed(b"x/y" + b";\r\n a=b" * 20_000)
    yield "9,900 names", lambda: _typed(b"x/y" + b"".join(b";\r\n name=a%d.pdf" % n for n in range(9_900)))
    yield "comments 450,000 deep", lambda: _typed(b"(" * 450_000 + b"x/y")
    yield "10,000 comments", lambda: _typed(b"x/y" + b" (c)" * 10_000 + b"; name=a.pdf")
    yield "a quote that never ends", lambda: _typed(b'x/y; name="' + b'\\"' * 400_000)
    yield "900,000 semicolons", lambda: _typed(b"x/y" + b";" * 900_000)
    yield "300 kB of percent signs", lambda: _typed(b"x/y; name*=utf-8''" + b"%41" * 100_000)
    yield "a boundary of 900 kB", lambda: _typed(b"multipart/mixed; boundary=" + b"b" * 900_000)


def _words() -> Iterator[tuple[str, Callable[[], bytes]]]:
    yield (
        "60,000 words in the Subject",
        lambda: b"Subject: " + b"=?utf-8?q?a?=\r\n " * 60_000 + b"x\r\n" + HEAD + b"\r\nx\r\n",
    )
    yield "90,000 open words", lambda: b"Subject: " + b"=?utf-8?q?" * 90_000 + b"\r\n" + HEAD + b"\r\nx\r\n"
    yield "words in the name", lambda: _typed(b"x/y; name=" + b"=?utf-8?q?a?= " * 60_000)
    yield "punycode in the name", lambda: _typed(b"x/y; name*=punycode''" + b"a" * 500_000)
    yield (
        "10,000 authors",
        lambda: b"From: " + b",\r\n ".join([b"a@b.example"] * 10_000) + b"\r\n" + HEAD[34:] + b"\r\nx\r\n",
    )
    yield "comments in From", lambda: b"From: " + b"(" * 60_000 + b" a@b.example\r\n" + HEAD + b"\r\nx\r\n"
    yield "quotes in From", lambda: b"From: " + b'"' * 60_001 + b" <a@b.example>\r\n" + HEAD + b"\r\nx\r\n"
    yield "1,900 From", lambda: b"From: a@b.example\r\n" * 1_900 + b"\r\nx\r\n"


def _lines() -> Iterator[tuple[str, Callable[[], bytes]]]:
    yield "1.7 million lines of one letter", lambda: HEAD + b"\r\n" + b"x\r\n" * 1_700_000
    yield "2.5 million empty lines", lambda: HEAD + b"\r\n" + b"\r\n" * 2_500_000
    yield "1.2 million dots", lambda: HEAD + b"\r\n" + b"..\r\n" * 1_200_000
    yield "a line of 10 MB", lambda: HEAD + b"\r\n" + b"x" * 10 * MEGABYTE + b"\r\n"
    yield "30 MB of text", lambda: HEAD + b"\r\n" + (b"x" * 76 + b"\r\n") * 380_000
    yield "30 MB of noise", lambda: attached("noise.bin", random.Random(1).randbytes(22 * MEGABYTE))
    yield "5 MB of spaces", lambda: HEAD + b"\r\n" + b" " * 5 * MEGABYTE + b"\r\n"


def _signatures() -> Iterator[tuple[str, Callable[[], bytes]]]:
    tags = b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=shop.example; s=k; h=from; bh=YWJj; b=YWJj\r\n"
    for name, body in (
        ("1.7 million lines of a space", b" \r\n" * 1_700_000),
        ("5 MB of spaces in lines", (b" " * 75 + b"x\r\n") * 64_000),
        ("5 MB of tabs", b"\t" * 5 * MEGABYTE + b"\r\n"),
        ("2.5 million empty lines at the end", b"x\r\n" + b"\r\n" * 2_500_000),
    ):
        yield name, lambda body=body: tags + HEAD + b"\r\n" + body
    yield "1,900 signatures", lambda: tags * 1_900 + HEAD + b"\r\nx\r\n"
    yield "8,000 spaces in a signature", lambda: tags[:-2] + b" " * 8_000 + b";\r\n" + HEAD + b"\r\nx\r\n"
    yield "a signature of 900 kB", lambda: tags[:-2] + b"\r\n b" * 200_000 + b"\r\n" + HEAD + b"\r\nx\r\n"
    yield "h= with 10,000 names", lambda: tags.replace(b"h=from", b"h=from" + b":to" * 10_000) + HEAD + b"\r\nx\r\n"
    for count in (50, 300):
        yield (
            f"{count} ARC sets",
            lambda count=count: b"".join(map(_arc_set, range(count, 0, -1))) + HEAD + b"\r\nx\r\n",
        )


def _arc_set(number: int) -> bytes:
    status = b"none" if number == 1 else b"pass"
    common = b"a=rsa-sha256; d=shop.example; s=k; b=YWJj"
    return (
        b"ARC-Seal: i=%d; cv=%s; %s\r\n" % (number, status, common)
        + b"ARC-Message-Signature: i=%d; c=relaxed/relaxed; h=from; bh=YWJj; %s\r\n" % (number, common)
        + b"ARC-Authentication-Results: i=%d; a.example; spf=pass\r\n" % number
    )


def _archives() -> Iterator[tuple[str, Callable[[], bytes]]]:
    zeros = bytes(150 * MEGABYTE)
    yield "zip of 150 MB of zeros", lambda: attached("a.zip", zipped({"a": zeros}))
    yield "42.zip", lambda: attached("42.zip", _forty_two())
    yield "100 levels of zip", lambda: attached("a.zip", _zips(100))
    yield "1,500 files", lambda: attached("a.zip", zipped({str(n): b"" for n in range(1_500)}))
    yield "60,000 files", lambda: attached("a.zip", zipped({str(n): b"" for n in range(60_000)}))
    yield "one file under 20,000 names", lambda: attached("a.zip", _overlapping())
    yield "a zip that lies about its size", lambda: attached("a.zip", _liar())
    yield "an encrypted zip", lambda: attached("a.zip", encrypted_zip("a.exe", b"x"))
    yield "gzip of 150 MB", lambda: attached("a.gz", gzip.compress(zeros))
    yield "bzip2 of 150 MB", lambda: attached("a.bz2", bz2.compress(zeros))
    yield "xz of 150 MB", lambda: attached("a.xz", lzma.compress(zeros, preset=0))
    yield "xz with a 1.5 GB dictionary", lambda: attached("a.xz", _greedy_xz())
    yield "tar.gz of 150 MB", lambda: attached("a.tgz", gzip.compress(tarred({"a": zeros})))
    yield "gzip in gzip", lambda: attached("a.gz", gzip.compress(gzip.compress(gzip.compress(zeros))))
    yield (
        "noise that begins as 7z",
        lambda: attached("a.7z", b"7z\xbc\xaf\x27\x1c" + random.Random(2).randbytes(MEGABYTE)),
    )
    yield (
        "noise that begins as rar",
        lambda: attached("a.rar", b"Rar!\x1a\x07\x01\0" + random.Random(3).randbytes(MEGABYTE)),
    )


def _forty_two() -> bytes:
    data = bytes(20 * MEGABYTE)
    for _ in range(4):
        data = zipped({f"{n}.zip": data for n in range(16)}) if len(data) < MEGABYTE else zipped({"0": data})
    return data


def _zips(levels: int) -> bytes:
    data = PROGRAM
    for _ in range(levels):
        data = zipped({"a.zip": data})
    return data


def _overlapping() -> bytes:
    """All names of the directory lead to one compressed file: 1 MB becomes 20,000 of them."""
    whole = zipped({"a": bytes(MEGABYTE)})
    at = whole.rindex(b"PK\x01\x02")
    end = whole.rindex(b"PK\x05\x06")
    entry = whole[at:end]
    directory = entry * 20_000
    count = (20_000).to_bytes(2, "little")
    tail = (
        whole[end : end + 8] + count + count + len(directory).to_bytes(4, "little") + at.to_bytes(4, "little") + b"\0\0"
    )
    return whole[:at] + directory + tail


def _liar() -> bytes:
    data = bytearray(zipped({"a": bytes(120 * MEGABYTE)}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(data)


def _greedy_xz() -> bytes:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 20}]
    data = bytearray(lzma.compress(b"x" * 100, format=lzma.FORMAT_XZ, filters=filters))
    return bytes(data.replace(b"\x21\x01\x10", b"\x21\x01\x28", 1))


def _documents() -> Iterator[tuple[str, Callable[[], bytes]]]:
    yield "TNEF with 10,000 files", lambda: attached("winmail.dat", tnef(*[("a.txt", b"x")] * 10_000))
    yield (
        "TNEF whose attribute has 2 GB",
        lambda: attached(
            "winmail.dat", tnef(("a.exe", PROGRAM)).replace(len(PROGRAM).to_bytes(4, "little"), b"\xff\xff\xff\x7f")
        ),
    )
    yield "TNEF of zeros", lambda: attached("winmail.dat", b"\x78\x9f\x3e\x22" + bytes(5 * MEGABYTE))
    yield "OLE with 300 streams", lambda: attached("a.doc", ole({f"s{n}": b"x" * 5_000 for n in range(300)}))
    yield (
        "OLE of noise",
        lambda: attached("a.doc", ole({"WordDocument": b"x"})[:512] + random.Random(4).randbytes(MEGABYTE)),
    )
    yield "OLE whose tables are 0xFF", lambda: attached("a.doc", ole({"WordDocument": b"x"})[:80] + b"\xff" * MEGABYTE)


def _encoded(encoding: bytes, body: bytes, value: bytes = b"application/octet-stream; name=a.bin") -> bytes:
    return HEAD + b"Content-Type: " + value + b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body


def _encodings() -> Iterator[tuple[str, Callable[[], bytes]]]:
    yield "5 MB of padding", lambda: _encoded(b"base64", b"=" * 5 * MEGABYTE + b"\r\n")
    yield "a letter and padding, 1.2 million times", lambda: _encoded(b"base64", b"QQ==" * 1_200_000 + b"\r\n")
    yield "base64, one letter a line", lambda: _encoded(b"base64", b"Q\r\n" * 1_700_000)
    yield "base64 of foreign characters", lambda: _encoded(b"base64", b"!Q" * 2_500_000 + b"\r\n")
    yield "30 MB of base64", lambda: _encoded(b"base64", (b"A" * 76 + b"\r\n") * 380_000)
    yield "5 MB of soft line breaks", lambda: _encoded(b"quoted-printable", b"=\r\n" * 1_700_000)
    yield "5 MB of =3D", lambda: _encoded(b"quoted-printable", b"=3D" * 1_700_000 + b"\r\n")
    yield "uuencoded lines that hold nothing", lambda: HEAD + b"\r\nbegin 644 a.exe\r\n" + b"M\r\n" * 1_700_000
    yield "200,000 uuencoded files", lambda: HEAD + b"\r\n" + b"begin 644 a.exe\r\n" * 200_000
    yield "an unknown encoding", lambda: _encoded(b"x-" + b"y" * 900, b"QUJD" * MEGABYTE + b"\r\n")


def _ambiguous() -> Iterator[tuple[str, Callable[[], bytes]]]:
    part = b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    packed = base64.encodebytes(zipped({"a.exe": PROGRAM})).replace(b"\n", b"\r\n")
    body = b"--a\r\n" + part + packed + b"--b\r\n" + part + packed + b"--a--\r\n--b--\r\n"
    padding = b"--a\r\n\r\n" + (b"x" * 76 + b"\r\n") * 60_000
    mixed = b"Content-Type: multipart/mixed; boundary="
    yield "two boundaries, 5 MB", lambda: HEAD + mixed + b"a; boundary=b\r\n\r\n" + padding + body
    yield "two Content-Type, 5 MB", lambda: HEAD + mixed + b"a\r\n" + mixed + b"b\r\n\r\n" + padding + body
    yield (
        "everything at once, 5 MB",
        lambda: (
            HEAD
            + b"nonsense\r\n \r\n"
            + mixed
            + b"a; boundary=(b)c; boundary*0=d\r\nContent-Type : text/plain\r\n\r\n"
            + padding
            + b"--ab\r\n"
            + body
        ),
    )
    yield (
        "everything at once, 25 MB",
        lambda: HEAD + b"nonsense\r\n \r\n" + mixed + b"a; boundary=b\r\n\r\n" + padding * 5 + b"--ab\r\n" + body,
    )
    yield (
        "2,000 parts of two boundaries",
        lambda: HEAD + mixed + b"a; boundary=b; boundary=c\r\n\r\n" + b"--a\r\n\r\n--b\r\n\r\n" * 1_000,
    )
    yield "100 boundaries", lambda: HEAD + b"".join(mixed + b"b%d\r\n" % n for n in range(100)) + b"\r\n" + body
    yield "two transfer encodings", lambda: _encoded(b"7bit\r\nContent-Transfer-Encoding: base64", packed * 1_000)
    yield (
        "a multipart in base64",
        lambda: (
            HEAD
            + mixed
            + b"a\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(body).replace(b"\n", b"\r\n")
        ),
    )
    yield (
        "bare CRs inside base64",
        lambda: _encoded(
            b"base64",
            base64.encodebytes(_multiparts(50).replace(b"\n", b"") * 50).replace(b"\n", b"\r\n"),
            b"message/rfc822",
        ),
    )


def _truncated() -> Iterator[tuple[str, Callable[[], bytes]]]:
    whole = attached("a.zip", zipped({"a.exe": PROGRAM, "b": random.Random(5).randbytes(20_000)}))
    for share in (4, 2, 1):
        yield f"cut after 1/{share + 1} of it", lambda share=share: whole[: len(whole) // (share + 1)] + b"\r\n"
    yield "without the last boundary", lambda: whole.replace(b"--b--\r\n", b"")
