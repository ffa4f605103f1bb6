from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.ldap import ber
from gateway.core.ldap.ber import Reader
from gateway.core.ldap.filters import FilterError, compiled

MAIL = ber.text("mail")


def value(octets: bytes) -> bytes:
    return ber.element(ber.OCTETS, octets)


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("(mail=*)", ber.text("mail", 0x87)),
        ("(mail=a@b)", ber.element(0xA3, MAIL, value(b"a@b"))),
        ("(mail>=a)", ber.element(0xA5, MAIL, value(b"a"))),
        ("(mail<=a)", ber.element(0xA6, MAIL, value(b"a"))),
        ("(mail~=a)", ber.element(0xA8, MAIL, value(b"a"))),
        ("(mail=)", ber.element(0xA3, MAIL, value(b""))),
        ("(mail=\\2a\\28)", ber.element(0xA3, MAIL, value(b"*("))),
        ("(!(mail=*))", ber.element(0xA2, ber.text("mail", 0x87))),
        ("(&(mail=*)(cn=*))", ber.element(0xA0, ber.text("mail", 0x87), ber.text("cn", 0x87))),
        ("(|(mail=*))", ber.element(0xA1, ber.text("mail", 0x87))),
        (
            "(mail=a*b*c)",
            ber.element(0xA4, MAIL, ber.element(0x30, ber.text("a", 0x80), ber.text("b", 0x81), ber.text("c", 0x82))),
        ),
        ("(mail=*@b)", ber.element(0xA4, MAIL, ber.element(0x30, ber.text("@b", 0x82)))),
        (
            "(userAccountControl:1.2.840.113556.1.4.803:=2)",
            ber.element(
                0xA9,
                ber.text("1.2.840.113556.1.4.803", 0x81),
                ber.text("userAccountControl", 0x82),
                ber.text("2", 0x83),
            ),
        ),
        (
            "(cn:dn:=x)",
            ber.element(0xA9, ber.text("cn", 0x82), ber.text("x", 0x83), ber.boolean(True, 0x84)),
        ),
    ],
)
def test_each_form_has_its_octets(text: str, octets: bytes) -> None:
    assert compiled(text) == octets


@pytest.mark.parametrize(
    "text",
    ["", "mail=*", "(mail=*", "(mail=*)x", "(&)", "(=x)", "(mail)", "(mail=a**b)", "(mail=a\\2)", "(:=x)", "(!mail=x)"],
)
def test_what_is_no_filter_is_said_to_be_none(text: str) -> None:
    with pytest.raises(FilterError):
        compiled(text)


def test_deep_nesting_has_an_end() -> None:
    with pytest.raises(FilterError, match="inside one another"):
        compiled("(!" * 5_000 + "(mail=*)" + ")" * 5_000)


@given(st.text(max_size=60))
def test_any_text_is_a_filter_or_an_error(text: str) -> None:
    try:
        octets = compiled(text)
    except (FilterError, UnicodeEncodeError):
        return
    reader = Reader(octets)
    reader.skip()
    assert reader.tag == -1
