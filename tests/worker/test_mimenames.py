import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.worker.mimenames import boundaries_in, charset_in, declared_names, names_in, parameters, without_comments
from gateway.worker.report import Refused


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


@given(
    st.lists(
        st.sampled_from([b"name", b"*", b"0", b"=", b";", b'"', b"(", b")", b"\\", b"'", b"%41", b"=?a?b?", b"?="])
    )
)
def test_no_field_makes_reading_fail(tokens: list[bytes]) -> None:
    names(b"".join(tokens))


def test_a_name_that_is_quoted_in_part_or_has_spaces_is_read_as_every_program_would() -> None:
    assert {"run.exe", "run.exe.txt"} <= set(names('x; filename="run.exe".txt'))
    assert {"run.exe a.txt", "run.exe"} <= set(names("x; filename=run.exe a.txt"))
    assert "run.exe" in names('x; filename=run"."exe')
    assert "run.exe" in names("x; filename='run.exe'")
    assert "run.exe" in names("x filename=run.exe")
    assert "run.exe" in names("x; filename=a%2Epdf; filename *0=run.; filename\t*1=exe")


def test_a_section_that_is_there_twice_is_read_both_ways() -> None:
    assert {"a.pdf", "a.exe"} <= set(names("x; name*0=a.; name*1=pdf; name*1=exe"))


def test_a_plain_name_may_be_percent_encoded_to_some() -> None:
    assert {"run%2Eexe", "run.exe"} <= set(names("x; name=run%2Eexe"))


def test_only_names_by_the_grammar_are_compared() -> None:
    assert declared_names([b"x; filename=report 5.2026 final.pdf"]) == ["report 5.2026 final.pdf"]


def test_a_flood_of_parameters_is_refused_and_not_cut_short() -> None:
    with pytest.raises(Refused, match="parameters"):
        names("x" + ";a=b" * 10_001 + ";name=run.exe")


def test_boundaries_and_charsets_are_read_from_the_same_parameters() -> None:
    assert boundaries_in(b'multipart/mixed; boundary="a b"; boundary*0=c; boundary*1=d') == [b"a b", b"cd"]
    assert charset_in([b"text/plain", b'text/plain; charset="utf-8"']) == "utf-8"
    assert charset_in([b"text/plain; x=charset"]) == ""
