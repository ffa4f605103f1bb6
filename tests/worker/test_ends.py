"""What a large file is told by its ends is what it is told by all of it, or it is decoded whole."""

import base64
import io
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.worker.base64file import regular
from gateway.worker.ends import both_ends
from gateway.worker.inspect import inspect
from gateway.worker.kinds import HEAD_OCTETS, TAIL_OCTETS, containers, content_hits

NOISE = random.Random(4).randbytes(600_000)
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + NOISE
ZIP_END = b"PK\x05\x06" + bytes(18)


def encoded(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def ends(data: bytes, extension: str = "") -> bytes | None:
    text = encoded(data)
    file = regular(text, 0, len(text))
    return both_ends(file, extension) if file else None


def message(text: bytes, name: str = "photo.jpg") -> bytes:
    head = b'Content-Type: image/jpeg; name="%s"\r\nContent-Transfer-Encoding: base64\r\n\r\n' % name.encode()
    return head + text


@pytest.mark.parametrize("cut", range(5))
def test_a_picture_is_its_head_and_its_tail_however_it_ends(cut: int) -> None:
    data = PICTURE[: len(PICTURE) - cut]
    found = ends(data)
    assert found is not None
    assert found == data[:HEAD_OCTETS] + data[-TAIL_OCTETS:]


@pytest.mark.parametrize(
    "data",
    [
        b"MZ" + PICTURE,
        b"{\\rt\0" + PICTURE,
        b"PK\x03\x04" + PICTURE,
        PICTURE + ZIP_END,
        PICTURE + ZIP_END + bytes(60_000),
        b"<html>" + b"a text " * 100_000,
        b"%PDF-1.7\n" + NOISE[:300_000] + b"/Launch" + NOISE[300_000:],
    ],
    ids=["program", "rich text", "zip", "zip behind a picture", "with a comment", "text", "PDF that starts something"],
)
def test_what_the_middle_may_say_more_of_is_decoded_whole(data: bytes) -> None:
    assert ends(data) is None


@pytest.mark.parametrize("at", [9, 300_000, *range(196_590, 196_612), 599_000])
def test_what_a_pdf_must_not_hold_is_found_wherever_it_stands(at: int) -> None:
    data = b"%PDF-1.7\n" + NOISE
    assert ends(data) is not None
    assert ends(data[:at] + b"/Launch" + data[at:]) is None


def test_a_file_is_decoded_whole_when_its_name_says_what_opens_it() -> None:
    assert ends(PICTURE, "tar") is None
    assert ends(PICTURE, "jpg") is not None


_PIECES = st.sampled_from(
    [
        b"\0" * 8,
        b"MZ",
        b"PK\x03\x04",
        ZIP_END,
        b"%PDF-1.4",
        b"/Launch ",
        b"{\\rt",
        b"conectix",
        b"#!",
        b"CD001",
        NOISE[:77],
    ]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(_PIECES, max_size=3), st.lists(_PIECES, max_size=3), st.lists(_PIECES, max_size=3), st.integers(0, 3))
def test_the_ends_say_what_the_whole_says(front: list[bytes], mid: list[bytes], back: list[bytes], odd: int) -> None:
    data = b"".join((*front, b"\0" * odd, NOISE[:300_000], *mid, NOISE[300_000:], *back))
    found = ends(data)
    if found is not None:
        assert content_hits(found) == content_hits(data)
        assert containers(found, "") == containers(data, "") == ()


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def kinds(data: bytes, name: str = "a.zip") -> list[tuple[str, str]]:
    return [(hit.path, hit.kind) for hit in inspect(message(encoded(data), name)).hits]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_large_zip_is_looked_into_where_it_lies(method: int) -> None:
    program = b"MZ" + bytes(58) + b"\x40\0\0\0PE" + NOISE
    inner = zipped(("b.js", b"x"), ("c.bin", NOISE))
    data = zipped(("a.jpg", PICTURE), ("b.dat", program), ("c.zip", inner), ("d.bat", b"echo"), method=method)
    assert set(kinds(data)) == {
        ("a.zip > b.dat", "executable"),
        ("a.zip > c.zip > b.js", "script"),
        ("a.zip > d.bat", "script"),
    }
    names = inspect(message(encoded(data), "a.zip")).names
    inside = ("a.jpg", "b.dat", "c.zip", "d.bat", "c.zip > b.js", "c.zip > c.bin")
    assert set(names) == {"a.zip", *(f"a.zip > {name}" for name in inside)}


def test_a_zip_behind_a_picture_is_opened_too() -> None:
    assert kinds(PICTURE + zipped(("b.js", b"x")), "a.jpg") == [("a.jpg > b.js", "script")]


def test_a_stored_member_whose_ends_do_not_tell_all_is_read_whole() -> None:
    stored = (b"%PDF-1.7\n\0" + NOISE[:300_000] + b"/Launch " + NOISE, PICTURE + zipped(("b.js", b"x")))
    data = zipped(("first.jpg", PICTURE), ("a.pdf", stored[0]), ("b.jpg", stored[1]))
    assert kinds(data) == [("a.zip > a.pdf", "active-document"), ("a.zip > b.jpg > b.js", "script")]


def test_a_zip_that_is_damaged_is_unscannable_however_it_is_read() -> None:
    data = zipped(("a.jpg", PICTURE), ("b.txt", b"text"))
    for broken in (data[:-22], data[:-30] + bytes(8) + data[-22:], data.replace(b"a.jpg", b"b.jpg", 1)):
        assert inspect(message(encoded(broken), "a.zip")).result == "unscannable"


def test_the_finding_is_that_of_the_whole() -> None:
    assert inspect(message(encoded(PICTURE))).result == "clean"
    assert inspect(message(encoded(PICTURE))).names == ("photo.jpg",)
    assert [hit.kind for hit in inspect(message(encoded(b"\x7fELF\0" + NOISE))).hits] == ["executable"]
    assert [hit.kind for hit in inspect(message(encoded(PICTURE), "a.exe")).hits] == ["executable"]
