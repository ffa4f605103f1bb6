import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.worker.mimenames import decoded, decoded_words, names_in, parameters, without_comments


def names(value: str | bytes) -> list[str]:
    return names_in([value if isinstance(value, bytes) else value.encode()])


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("attachment; filename=a.exe", "a.exe"),
        ('attachment; filename="a b;c.exe"', "a b;c.exe"),
        ('attachment; FileName="a\\"b.exe"', 'a"b.exe'),
        ("attachment;filename = a b.exe ;x=y", "a b.exe"),
        ('attachment; filename="open.exe', "open.exe"),
        ("attachment; filename*=utf-8'fr'%C3%A9t%C3%A9.exe", "été.exe"),
        ("attachment; filename*=iso-8859-1''%E9.exe", "é.exe"),
        ("attachment; filename*=a%2Eexe", "a.exe"),
        ("attachment; filename*1*=%2Eexe; filename*0*=utf-8''%C3%A9", "é.exe"),
        ('attachment; filename*0="a."; filename*1=exe', "a.exe"),
        ("attachment; filename*0=a.; filename*7=exe", "a.exe"),
        ("attachment; filename*0=a.e; filename*1*=%78e", "a.exe"),
        ("x/y; name==?utf-8?B?w6kuZXhl?=", "é.exe"),
        ('x/y; name="=?utf-8?q?a=2E?= =?utf-8?q?exe?="', "a.exe"),
        ('x/y; name="=?utf-8*fr?q?a_b?="', "a b"),
        ("x/y; name==?x-unknown?b?YS5leGU?=", "a.exe"),
        ("x/y; name==?idna?b?YS5leGU?=", "a.exe"),
    ],
)
def test_every_way_to_write_a_name_is_read(value: str, name: str) -> None:
    assert name in names(value)


def test_names_in_raw_octets_are_read_as_utf_8_or_latin_1() -> None:
    assert names("x; name=é.exe".encode()) == ["é.exe"]
    assert names("x; name=é.exe".encode("latin-1")) == ["é.exe"]


def test_a_name_is_read_with_and_without_comments() -> None:
    assert names("x; name=a(1).exe") == ["a(1).exe", "a.exe"]
    assert "b.exe" in names("x; (name=a.pdf; ((y))) name=b.exe")


def test_doubled_parameters_are_all_read() -> None:
    assert names("x; name=a.pdf; name=b.exe; filename=c; name*=utf-8''d") == ["a.pdf", "b.exe", "c", "d"]


def test_comments_nest_and_quotes_protect_them() -> None:
    assert without_comments(b'a (b (c) "d)" e) f "(g)" \\( h') == b'a  f "(g)" \\( h'
    assert without_comments(b"a (open") == b"a "


def test_parameters_come_in_order_with_their_doubles() -> None:
    assert parameters(b'x/y; A=1; b="2;3"; a=4; junk; =5') == [
        (b"a", b"1"),
        (b"b", b'"2;3"'),
        (b"a", b"4"),
        (b"", b"5"),
    ]


def test_a_long_name_keeps_its_ending() -> None:
    (name,) = names("x; name=" + "a" * 100_000 + ".exe")
    assert len(name) == 1_000
    assert name.endswith(".exe")


def test_broken_encoded_words_stay_as_they_are() -> None:
    assert decoded_words("=?utf-8?q?") == "=?utf-8?q?"
    assert decoded_words("plain") == "plain"


@given(st.binary(), st.text(max_size=45))
def test_no_charset_makes_decoding_fail(octets: bytes, charset: str) -> None:
    decoded(octets, charset)


@given(
    st.lists(
        st.sampled_from([b"name", b"*", b"0", b"=", b";", b'"', b"(", b")", b"\\", b"'", b"%41", b"=?a?b?", b"?="])
    )
)
def test_no_field_makes_reading_fail(tokens: list[bytes]) -> None:
    names(b"".join(tokens))


def test_punycode_is_not_decoded_because_it_takes_the_square_of_the_length() -> None:
    started = time.perf_counter()
    decoded(b"a" * 200_000, "punycode")
    assert time.perf_counter() - started < 1
