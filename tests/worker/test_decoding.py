import base64
import binascii
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import ambiguity
from gateway.worker.decoding import base64_decoded, readings, uuencoded
from gateway.worker.report import Refused


@given(st.binary(), st.sampled_from([b"!", b" \r\n", b"\xff", b"-"]))
def test_base64_with_junk_between_comes_back(octets: bytes, junk: bytes) -> None:
    assert base64_decoded(junk.join(bytes([octet]) for octet in base64.b64encode(octets))) == octets


def test_base64_goes_on_behind_padding_and_forgives_a_missing_end() -> None:
    assert base64_decoded(b"TVo=\r\nTVo=") == b"MZMZ"
    assert base64_decoded(b"TVo") == b"MZ"
    assert base64_decoded(b"TVqQA") == b"MZ\x90"
    assert base64_decoded(b"=") == b""


@given(st.binary())
def test_no_octets_make_base64_fail(octets: bytes) -> None:
    base64_decoded(octets)


@given(st.binary())
def test_quoted_printable_comes_back(octets: bytes) -> None:
    assert list(readings(quopri.encodestring(octets), ("quoted-printable",), set())) == [
        binascii.a2b_qp(quopri.encodestring(octets))
    ]


def test_each_encoding_that_some_program_believes_is_a_reading() -> None:
    assert list(readings(b"TVo=", (), set())) == [b"TVo="]
    assert list(readings(b"TVo=", ("7bit",), set())) == [b"TVo="]
    assert list(readings(b"TVo=", ("base64",), set())) == [b"MZ"]
    assert list(readings(b"TVo=", ("7bit", "base64"), set())) == [b"MZ", b"TVo="]


def test_an_unknown_encoding_is_read_as_each_known_one_and_told() -> None:
    notes: set[str] = set()
    assert {b"MZ", b"TVo="} <= set(readings(b"TVo=", ("x-unknown",), notes))
    assert notes == {ambiguity.UNKNOWN_ENCODING}
    assert next(readings(b"TVo=", ("base64 for you",), set())) == b"MZ"


@pytest.mark.parametrize(
    ("octets", "readings_of_some"),
    [
        (b"UEs=UEs=", {b"PK", b"PKPK"}),
        (b"UEs=BAcD", {b"PK", b"PK\x04\x07\x03"}),
        (b"UE!sBAc==", {b"P", b"PK\x01\x01"}),
        (b"UE\xe9sBAc==", {b"P", b"PK\x01\x01"}),
    ],
    ids=["two pieces", "early padding", "a foreign character", "an octet beyond ASCII"],
)
def test_base64_that_decoders_read_differently_is_given_in_each_of_their_ways(
    octets: bytes, readings_of_some: set[bytes]
) -> None:
    notes: set[str] = set()
    found = set(readings(octets, ("base64",), notes))
    assert notes == {ambiguity.BASE64}
    assert readings_of_some <= found
    # Python's decoder is one of theirs: it skips what is foreign and ends at padding.
    assert binascii.a2b_base64(octets) in found


def test_honest_base64_is_read_once() -> None:
    notes: set[str] = set()
    assert len(list(readings(base64.encodebytes(b"x" * 1_000).replace(b"\n", b"\r\n"), ("base64",), notes))) == 1
    assert notes == set()


def test_a_footer_behind_an_encoded_text_is_no_ambiguity() -> None:
    notes: set[str] = set()
    assert len(list(readings(b"TVo=\r\n-- \r\nthe list\r\n", ("base64",), notes, is_text=True))) == 1
    assert notes == set()


def test_uuencoded_files_in_a_text_are_found_with_their_names() -> None:
    lines = binascii.b2a_uu(b"MZ one").decode()
    text = f"hello\r\nbegin 644 a b.exe\r\n{lines}`\r\nend\r\nmore\r\nbegin 600 open.js\r\n{lines}".encode()
    assert list(uuencoded(text)) == [("a b.exe", b"MZ one"), ("open.js", b"MZ one")]
    assert list(uuencoded(b"begin-base64 644 x.exe\nTVo=\n====\n")) == [("x.exe", b"MZ")]
    assert next(readings(text, ("x-uuencode",), set())) == b"MZ one"


def test_a_file_without_an_end_does_not_swallow_the_next_one() -> None:
    text = b"begin 644 a.txt\n#0V%T\nbegin 644 b.exe\n#0V%T\nend\n"
    assert list(uuencoded(text)) == [("a.txt", b"Cat"), ("b.exe", b"Cat")]


def test_a_flood_of_files_is_refused_and_not_cut_short() -> None:
    with pytest.raises(Refused, match="uuencoded files"):
        list(uuencoded(b"begin 644 a.txt\n" * 101))


def test_an_ordinary_sentence_is_no_uuencoded_file() -> None:
    assert list(uuencoded(b"begin with 644 things\nbegin 9 x\n")) == []


@given(st.binary())
def test_no_text_makes_uudecoding_fail(octets: bytes) -> None:
    assert next(uuencoded(b"begin 644 x\n" + octets))[0] == "x"
