from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.ldap import ber, messages
from gateway.core.ldap.ber import BerError, Reader
from gateway.core.ldap.messages import Ended, Entry, Referral, Search

WANTED = Search("dc=office,dc=lan", ber.text("mail", 0x87), ("mail",), 500, 10)


def message(number: int, operation: bytes, controls: bytes = b"") -> bytes:
    return ber.element(ber.SEQUENCE, ber.number(number), operation, controls)


def result(tag: int, code: int, diagnostic: str = "") -> bytes:
    return ber.element(tag, ber.number(code, ber.ENUMERATED), ber.text(""), ber.text(diagnostic))


def entry(*attributes: tuple[str, tuple[str, ...]]) -> bytes:
    listed = [
        ber.element(ber.SEQUENCE, ber.text(name), ber.element(ber.SET, *(ber.text(each) for each in values)))
        for name, values in attributes
    ]
    return ber.element(0x64, ber.text("cn=anna"), ber.element(ber.SEQUENCE, *listed))


def paged(cookie: bytes, criticality: bool = False) -> bytes:
    value = ber.element(ber.SEQUENCE, ber.number(0), ber.element(ber.OCTETS, cookie))
    critical = ber.boolean(False) if criticality else b""
    other = ber.element(ber.SEQUENCE, ber.text("1.2.3"))
    ours = ber.element(ber.SEQUENCE, ber.text(messages.PAGED_RESULTS), critical, ber.element(ber.OCTETS, value))
    return ber.element(0xA0, other, ours)


def test_an_entry_has_its_values_by_lower_case_name() -> None:
    octets = message(3, entry(("proxyAddresses", ("SMTP:a@b", "smtp:c@d")), ("Mail", ())))
    found = messages.read(octets, 3)
    assert found == Entry("cn=anna", {"proxyaddresses": ("SMTP:a@b", "smtp:c@d"), "mail": ()})


def test_a_long_attribute_that_came_in_part_is_noticed() -> None:
    part = messages.read(message(3, entry(("proxyAddresses;range=0-1499", ("smtp:a@b",)))), 3)
    last = messages.read(message(3, entry(("proxyAddresses;range=1500-*", ("smtp:a@b",)))), 3)
    assert isinstance(part, Entry)
    assert isinstance(last, Entry)
    assert (part.is_partial, last.is_partial) == (True, False)


@pytest.mark.parametrize("criticality", [False, True])
def test_the_end_of_a_page_says_where_the_next_begins(criticality: bool) -> None:
    ended = messages.read(message(4, result(0x65, 0), paged(b"here", criticality)), 4)
    assert ended == Ended(0, "", b"here")


def test_a_refusal_is_put_in_words() -> None:
    assert str(messages.read(message(1, result(0x61, 49, "80090308: data 52e")), 1)) == (
        "wrong user or password (80090308: data 52e)"
    )
    assert str(Ended(4711, "")) == "result 4711"


def test_a_referral_is_nothing() -> None:
    assert messages.read(message(2, ber.element(0x73, ber.text("ldap://elsewhere/"))), 2) == Referral()


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (message(0, result(0x78, 52, "shutting down")), "ends the conversation: unavailable"),
        (message(9, result(0x65, 0)), "nobody asked that"),
        (message(1, ber.element(0x6B)), "unexpected message"),
        (b"\x30\x03\x02\x01", "element"),
    ],
)
def test_what_does_not_belong_is_an_error(octets: bytes, why: str) -> None:
    with pytest.raises(BerError, match=why):
        messages.read(octets, 1)


def test_a_name_without_a_password_never_goes_out() -> None:
    for dn, password in (("cn=gw", b""), ("", b"word")):
        with pytest.raises(ValueError, match="both"):
            messages.bind(1, dn, password)
    assert messages.bind(1, "", b"")


def test_a_search_asks_for_a_page_and_says_that_it_must_be_one() -> None:
    outer = Reader(messages.search(7, WANTED, b"there")).into(ber.SEQUENCE)
    assert outer.number() == 7
    asked = outer.into(0x63)
    assert (asked.text(), asked.number(ber.ENUMERATED)) == ("dc=office,dc=lan", 2)
    control = outer.into(0xA0).into(ber.SEQUENCE)
    assert control.text() == messages.PAGED_RESULTS
    assert control.take(ber.BOOLEAN) == b"\xff"
    value = Reader(control.take(ber.OCTETS)).into(ber.SEQUENCE)
    assert (value.number(), value.take(ber.OCTETS)) == (500, b"there")


def test_the_other_requests_have_their_tags() -> None:
    assert Reader(messages.start_tls(1)).into(ber.SEQUENCE).number() == 1
    assert messages.START_TLS.encode() in messages.start_tls(1)
    assert b"\x42\x00" in messages.unbind(2)


@given(st.binary(max_size=300))
def test_any_octets_are_a_message_or_an_error(octets: bytes) -> None:
    with contextlib.suppress(BerError):
        messages.read(ber.element(ber.SEQUENCE, ber.number(1), octets), 1)
