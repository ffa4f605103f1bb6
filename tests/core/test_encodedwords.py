import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.encodedwords import decoded, decoded_words


def test_broken_encoded_words_stay_as_they_are() -> None:
    assert decoded_words("=?utf-8?q?") == "=?utf-8?q?"
    assert decoded_words("plain") == "plain"


@given(st.binary(), st.text(max_size=45))
def test_no_charset_makes_decoding_fail(octets: bytes, charset: str) -> None:
    decoded(octets, charset)


def test_punycode_is_not_decoded_because_it_takes_the_square_of_the_length() -> None:
    started = time.perf_counter()
    decoded(b"a" * 200_000, "punycode")
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=?utf-8?B?w6k=?= x", "é x"),
        ("=?utf-8*fr?q?a_b?=", "a b"),
        ("=?iso-8859-1?Q?=E9?= =?utf-8?q?b?=", "éb"),
        ("=?unicode-1-1-utf-7?q?+AOk-?=", "é"),
        ("=?x-none?b?YQ?=", "a"),
        ('"=?utf-8?q?quoted?="', '"quoted"'),
    ],
)
def test_encoded_words_are_read_wherever_they_stand(text: str, shown: str) -> None:
    assert decoded_words(text) == shown


def test_a_flood_of_words_takes_linear_time() -> None:
    started = time.perf_counter()
    decoded_words("=?utf-8?q?a?= " * 50_000 + "=?utf-8?q?" * 50_000)
    assert time.perf_counter() - started < 3
