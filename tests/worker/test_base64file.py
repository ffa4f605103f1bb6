"""A file in base64 is read like any other file, or not at all when its base64 is not regular."""

import base64
import io
import random
from mmap import mmap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.worker.base64file import LARGE_OCTETS, Base64File, regular

DATA = random.Random(7).randbytes(500_000)


def encoded(data: bytes, octets: int = 57, end: bytes = b"\r\n") -> bytes:
    lines = (data[at : at + octets] for at in range(0, len(data), octets))
    return b"".join(base64.b64encode(line) + end for line in lines)


def opened(text: bytes) -> Base64File:
    file = regular(text, 0, len(text))
    assert file is not None
    return file


@settings(max_examples=60, deadline=None)
@given(
    cut=st.integers(0, 200),
    octets=st.sampled_from([57, 54, 48, 3, 300]),
    end=st.sampled_from([b"\r\n", b"\n"]),
    behind=st.sampled_from([b"", b"\r\n", b" \r\n\r\n"]),
    places=st.lists(st.tuples(st.integers(0, 500_010), st.integers(0, 300_000)), max_size=4),
)
def test_every_part_is_what_stands_there(
    cut: int, octets: int, end: bytes, behind: bytes, places: list[tuple[int, int]]
) -> None:
    data = DATA[: len(DATA) - cut]
    file = opened(encoded(data, octets, end) + behind)
    assert file.size_octets == len(data)
    for at, count in (*places, (0, len(data)), (len(data) - 1, 5), (len(data), 1)):
        assert file.part(at, count) == data[at : at + count]


@settings(deadline=None)
@given(st.integers(0, 2))
def test_the_last_line_without_its_end_is_read_too(cut: int) -> None:
    data = DATA[: len(DATA) - cut]
    assert opened(encoded(data).rstrip()).part(0, len(data)) == data


def test_it_is_a_file_that_others_can_seek_in() -> None:
    file = io.BufferedReader(opened(encoded(DATA)))
    assert file.read() == DATA
    assert file.seek(-10, io.SEEK_END) == len(DATA) - 10
    assert file.read(20) == DATA[-10:]
    assert file.seek(1_000) == 1_000
    assert file.seek(5, io.SEEK_CUR) == 1_005
    assert file.read(7) == DATA[1_005:1_012]
    with pytest.raises(ValueError, match="beginning"):
        opened(encoded(DATA)).seek(-1)


def test_a_place_in_mapped_memory_does_as_well() -> None:
    text = encoded(DATA)
    whole = b"--x\r\n\r\n" + text + b"--x--\r\n"
    with mmap(-1, len(whole)) as mapped:
        mapped[:] = whole
        file = regular(mapped, 7, 7 + len(text))
        assert file is not None
        assert file.part(0, len(DATA)) == DATA


@pytest.mark.parametrize("foreign", [b"!", b"=", b"==\r\n", b"\xa0", b"-", b"\0", b" ", b"\r\n", b"AAAA", b"\t"])
@pytest.mark.parametrize("at", [0, 100, 262_100, 300_000, 500_000])
def test_whatever_programs_could_read_differently_is_not_regular(foreign: bytes, at: int) -> None:
    text = encoded(DATA)
    text = text[:at] + foreign + text[at:]
    assert regular(text, 0, len(text)) is None


@pytest.mark.parametrize("end", [b"=", b"A", b"A===", b"AA=A", b"AAAA!", b"AAAA\0", b"AA==AAAA"])
def test_neither_is_an_end_that_is_no_whole_group(end: bytes) -> None:
    text = encoded(DATA[:499_947]) + end
    assert regular(text, 0, len(text)) is None


def test_small_files_lines_without_end_and_lines_of_odd_lengths_are_not_regular() -> None:
    small = encoded(DATA[: LARGE_OCTETS // 2])
    for text in (small, base64.b64encode(DATA), b"\r\n" * LARGE_OCTETS, b"A" * LARGE_OCTETS, b"AAAAA\n" * LARGE_OCTETS):
        assert regular(text, 0, len(text)) is None
