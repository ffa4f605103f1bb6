"""What a large file is told by its ends is what it is told by all of it, or it is decoded whole."""

import base64
import random
from mmap import mmap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.worker.ends import LARGE_OCTETS, both_ends
from gateway.worker.inspect import inspect
from gateway.worker.kinds import containers, content_hits

NOISE = random.Random(4).randbytes(600_000)
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + NOISE
ZIP_END = b"PK\x05\x06" + bytes(18)


def encoded(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def ends(text: bytes, extension: str = "") -> bytes | None:
    return both_ends(text, 0, len(text), extension)


def message(text: bytes, name: str = "photo.jpg") -> bytes:
    head = b'Content-Type: image/jpeg; name="%s"\r\nContent-Transfer-Encoding: base64\r\n\r\n' % name.encode()
    return head + text


@pytest.mark.parametrize("cut", range(5))
def test_a_picture_is_its_head_and_its_tail_however_it_ends(cut: int) -> None:
    data = PICTURE[: len(PICTURE) - cut]
    found = ends(encoded(data))
    assert found is not None
    assert len(found) < 300_000
    assert data.startswith(found[:70_000])
    assert data.endswith(found[-66_000:])


def test_a_place_in_a_larger_text_and_mapped_memory_do_as_well() -> None:
    text = encoded(PICTURE)
    whole = b"--x\r\n\r\n" + text + b"--x--\r\n"
    with mmap(-1, len(whole)) as mapped:
        mapped[:] = whole
        assert both_ends(mapped, 7, 7 + len(text), "jpg") == ends(text)


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
    assert ends(encoded(data)) is None


@pytest.mark.parametrize("at", [300_000, 299_999, 262_144 * 57 // 78, *range(262_100 * 57 // 78, 262_160 * 57 // 78)])
def test_what_a_pdf_must_not_hold_is_found_wherever_it_stands(at: int) -> None:
    data = b"%PDF-1.7\n" + NOISE
    assert ends(encoded(data)) is not None
    assert ends(encoded(data[:at] + b"/Launch" + data[at:])) is None


@pytest.mark.parametrize("foreign", [b"!", b"=", b"==\r\n", b"\xa0", b"-", b"\0"])
@pytest.mark.parametrize("at", [100, 70_000, 400_000, 790_000])
def test_anything_but_clean_base64_is_decoded_whole(foreign: bytes, at: int) -> None:
    text = encoded(PICTURE)
    assert ends(text[:at] + foreign + text[at:]) is None


def test_a_file_is_decoded_whole_when_its_name_says_what_opens_it() -> None:
    assert ends(encoded(PICTURE), "tar") is None
    assert ends(encoded(PICTURE), "jpg") is not None


def test_small_files_and_lines_without_end_are_no_matter() -> None:
    assert ends(encoded(PICTURE[: LARGE_OCTETS // 2])) is None
    assert ends(base64.b64encode(PICTURE)) is not None
    assert ends(b"A" * LARGE_OCTETS) is not None
    assert ends(b"B" * (LARGE_OCTETS + 1)) is None
    assert ends(b"\r\n" * LARGE_OCTETS) is None


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


@settings(max_examples=40)
@given(st.lists(_PIECES, max_size=3), st.lists(_PIECES, max_size=3), st.lists(_PIECES, max_size=3), st.integers(0, 3))
def test_the_ends_say_what_the_whole_says(front: list[bytes], mid: list[bytes], back: list[bytes], odd: int) -> None:
    data = b"".join((*front, b"\0" * odd, NOISE[:300_000], *mid, NOISE[300_000:], *back))
    found = ends(encoded(data))
    if found is not None:
        assert content_hits(found) == content_hits(data)
        assert containers(found, "") == containers(data, "") == ()


@pytest.mark.parametrize("lead", [1, 2, 3, 75])
def test_a_line_that_shifts_the_groups_does_not_hide_the_end(lead: int) -> None:
    """A zip behind a picture is one to programs that begin at the end, wherever the lines break."""
    text = base64.b64encode(PICTURE + ZIP_END)
    assert ends(text[:lead] + b"\r\n" + text[lead:]) is None


def test_the_finding_is_that_of_the_whole() -> None:
    assert inspect(message(encoded(PICTURE))).result == "clean"
    assert inspect(message(encoded(PICTURE))).names == ("photo.jpg",)
    assert [hit.kind for hit in inspect(message(encoded(b"\x7fELF\0" + NOISE))).hits] == ["executable"]
    assert [hit.kind for hit in inspect(message(encoded(PICTURE), "a.exe")).hits] == ["executable"]
