from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.ldap import ber
from gateway.core.ldap.ber import BerError, Reader


@given(st.integers(0, 2**31 - 1))
def test_a_number_reads_as_it_was_written(value: int) -> None:
    assert Reader(ber.number(value)).number() == value


# By their length: random octets are nearly always shorter than what needs the long form.
@given(st.lists(st.integers(0, 400).map(lambda size: b"x" * size), max_size=5))
def test_elements_read_in_their_order(contents: list[bytes]) -> None:
    reader = Reader(b"".join(ber.element(ber.OCTETS, each) for each in contents))
    assert [reader.take(ber.OCTETS) for _ in contents] == contents
    assert reader.tag == -1


@pytest.mark.parametrize("size", [1, 127, 128, 256, 70_000])
def test_an_element_that_ends_too_early_is_an_error_also_behind_another(size: int) -> None:
    whole = ber.element(ber.OCTETS, b"x" * size)
    assert Reader(whole).take(ber.OCTETS) == b"x" * size
    reader = Reader(ber.text("first") + whole[:-1])
    reader.skip()
    with pytest.raises(BerError):
        reader.take(ber.OCTETS)


def test_long_lengths_have_the_long_form() -> None:
    assert ber.element(4, b"x" * 127)[:2] == b"\x04\x7f"
    assert ber.element(4, b"x" * 128)[:3] == b"\x04\x81\x80"
    assert ber.element(4, b"x" * 256)[:4] == b"\x04\x82\x01\x00"


def test_text_and_truth_as_ldap_wants_them() -> None:
    assert Reader(ber.text("Élodie")).text() == "Élodie"
    assert ber.boolean(True) == b"\x01\x01\xff"
    assert ber.boolean(False) == b"\x01\x01\x00"


@pytest.mark.parametrize("octets", [b"", b"\x30", b"\x30\x82", b"\x30\x82\x01"])
def test_too_little_to_say_how_long(octets: bytes) -> None:
    assert ber.whole_length(octets, 1_000) is None


@pytest.mark.parametrize(
    "octets", [b"\x30\x80", b"\x30\x85\x00\x00\x00\x00\x01", b"\x30\x84\xff\xff\xff\xff", b"\x30\x7f"]
)
def test_what_is_indefinite_or_too_long_is_refused_before_it_is_read(octets: bytes) -> None:
    with pytest.raises(BerError):
        ber.whole_length(octets, 100)


@given(st.binary(max_size=200))
def test_any_octets_end_in_an_element_or_an_error(octets: bytes) -> None:
    reader = Reader(octets)
    try:
        while reader.tag != -1:
            reader.skip()
    except BerError:
        pass


@pytest.mark.parametrize("octets", [b"\x02\x00", b"\x02\x06" + bytes(6), b"\x04\x01a", b"\x02\x05\x01"])
def test_what_is_no_number_is_an_error(octets: bytes) -> None:
    with pytest.raises(BerError):
        Reader(octets).number()
