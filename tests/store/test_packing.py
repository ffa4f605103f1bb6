from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.record import Evidence, WeighedReason
from gateway.store import packing
from gateway.store.history_rows import encode
from gateway.store.packing import pack, unpack
from tests.support.storage import record

SYMBOLS = ("MIME_GOOD", "FROM_HAS_DN", "RCPT_COUNT_ONE", "RCVD_COUNT_TWO", "R_DKIM_ALLOW", "TO_DN_ALL", "MIME_TRACE")


@given(st.binary(max_size=2_000) | st.text(max_size=500).map(lambda text: text.encode("utf-8", "replace")))
def test_what_was_packed_comes_back(octets: bytes) -> None:
    assert unpack(pack(octets)) == octets


def test_a_long_text_comes_back_too() -> None:
    octets = bytes(number * number % 251 for number in range(300_000))
    assert unpack(pack(octets)) == octets


def test_an_ordinary_row_is_a_fraction_of_what_it_was() -> None:
    details = tuple((name, "+0.00") for name in SYMBOLS)
    evidence = Evidence("rspamd", "scanned", (("action", "no action"), ("score", "-0.10"), *details), 4.125)
    octets = encode(record(evidence=(evidence,), timings=(("checks", 5.5), ("handing on", 2.25))))
    assert len(pack(octets)) < len(octets) / 3


def test_what_was_packed_with_the_first_dictionary_is_read_for_ever() -> None:
    """A changed dictionary would make all that was written before unreadable: begin another one instead."""
    packed = bytes.fromhex("0123d416aa0500")
    assert unpack(packed) == b'{"name":"BAYES_SPAM","score":5.1}'


@pytest.mark.parametrize(
    "packed", [b"", b"\x02abc", b"\x01", pack(b"a row")[:-1], b"\x01\xff\xff\xff", pack(b"x" * 90)[:5]]
)
def test_what_is_damaged_or_newer_says_so(packed: bytes) -> None:
    with pytest.raises(ValueError, match=r"packed"):
        unpack(packed)


def test_the_dictionary_fits_into_the_window() -> None:
    assert len(packing._DICTIONARY) < 2**-packing._WINDOW_BITS


def test_a_reason_costs_little() -> None:
    reasons = tuple(WeighedReason(name, 0.1, (("description", "x"), ("options", ""))) for name in SYMBOLS)
    one = encode(record(dispositions=(record().dispositions[0],)))
    dispositions = (record().dispositions[0].__class__("bob@office.example", "accept", "delivered", reasons=reasons),)
    more = encode(record(dispositions=dispositions))
    assert len(pack(more)) - len(pack(one)) < 25 * len(reasons)
