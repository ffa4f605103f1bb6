import struct

import pytest
import tnefparse
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.worker.report import Refused
from gateway.worker.tnef import TnefFile, tnef_files
from tests.support.files import tnef

SAMPLE = tnef(("a.txt", b"hello"), ("b.exe", b"MZ"), long_name="long b.exe")


def test_attachments_come_with_all_their_names() -> None:
    assert list(tnef_files(SAMPLE)) == [TnefFile(("a.txt",), b"hello"), TnefFile(("b.exe", "long b.exe"), b"MZ")]


def test_another_reader_sees_the_same() -> None:
    seen = [(one.long_filename().rstrip("\0"), one.data) for one in tnefparse.TNEF(SAMPLE).attachments]
    assert seen == [(one.names[-1], one.data) for one in tnef_files(SAMPLE)]


def test_a_winmail_without_attachments_has_none() -> None:
    assert list(tnef_files(tnef())) == []


def test_padding_at_the_end_is_forgiven_and_a_cut_is_not() -> None:
    assert len(list(tnef_files(SAMPLE + bytes(7)))) == 2
    with pytest.raises(Refused):
        list(tnef_files(SAMPLE[:-3]))
    with pytest.raises(Refused):
        list(tnef_files(SAMPLE + b"\x01\x02"))


def test_content_that_lies_in_a_mapi_property_is_found() -> None:
    value = struct.pack("<IHHII", 1, 0x000D, 0x3701, 1, 18) + bytes(16) + b"MZ" + bytes(2)
    attribute = struct.pack("<BHHI", 2, 0x9005, 6, len(value)) + value + bytes(2)
    assert list(tnef_files(tnef() + attribute)) == [TnefFile((), b"MZ")]


@pytest.mark.parametrize("count", [0xFFFFFFFF, 10_001])
def test_a_count_that_lies_ends_at_once(count: int) -> None:
    value = struct.pack("<I", count)
    attribute = struct.pack("<BHHI", 2, 0x9005, 6, len(value)) + value + bytes(2)
    with pytest.raises(Refused):
        list(tnef_files(tnef() + attribute))


@pytest.mark.timeout(20)
@settings(max_examples=500, deadline=1_000)
@given(
    st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), min_size=1, max_size=8), st.integers(0, 9)
)
def test_every_mutation_ends_in_files_or_a_refusal(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(SAMPLE)
    for place, octet in changes:
        data[place] = octet
    try:
        list(tnef_files(bytes(data[: len(data) - cut])))
    except Refused:
        return
