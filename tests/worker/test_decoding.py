import base64
import binascii
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    assert list(readings(quopri.encodestring(octets), ("quoted-printable",))) == [
        binascii.a2b_qp(quopri.encodestring(octets))
    ]


def test_each_encoding_that_some_program_believes_is_a_reading() -> None:
    assert list(readings(b"TVo=", ())) == [b"TVo="]
    assert list(readings(b"TVo=", ("7bit",))) == [b"TVo="]
    assert list(readings(b"TVo=", ("base64",))) == [b"MZ"]
    assert list(readings(b"TVo=", ("7bit", "base64"))) == [b"MZ", b"TVo="]
    assert list(readings(b"TVo=", ("x-unknown",))) == [b"TVo="]


def test_uuencoded_files_in_a_text_are_found_with_their_names() -> None:
    lines = binascii.b2a_uu(b"MZ one").decode()
    text = f"hello\r\nbegin 644 a b.exe\r\n{lines}`\r\nend\r\nmore\r\nbegin 600 open.js\r\n{lines}".encode()
    assert list(uuencoded(text)) == [("a b.exe", b"MZ one"), ("open.js", b"MZ one")]
    assert list(uuencoded(b"begin-base64 644 x.exe\nTVo=\n====\n")) == [("x.exe", b"MZ")]
    assert next(readings(text, ("x-uuencode",))) == b"MZ one"


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
