"""DNS lists: the names that are asked, and what an answer means (RFC 5782)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.dnsbl import (
    LISTED_IPV4,
    LISTED_IPV6,
    Meaning,
    asked_address,
    meaning,
    query_name,
    reversed_labels,
)


def test_ipv4_is_asked_octet_by_octet_last_first() -> None:
    assert query_name(ip_address("192.0.2.99"), "bad.example.com") == "99.2.0.192.bad.example.com"


def test_ipv6_is_asked_nibble_by_nibble() -> None:
    # The example of RFC 5782 §2.4.
    assert query_name(ip_address("2001:db8:1:2:3:4:567:89ab"), "ugly.example.com") == (
        "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ugly.example.com"
    )


def test_dots_around_the_zone_do_not_matter() -> None:
    assert query_name(LISTED_IPV4, ".zone.example.") == "2.0.0.127.zone.example"


def test_the_test_entry_of_ipv6_is_that_of_the_rfc() -> None:
    assert reversed_labels(LISTED_IPV6) == "2.0.0.0.0.0.f.7.f.f.f.f." + ".".join("0" * 20)


@given(st.ip_addresses(v=4))
def test_an_ipv4_name_read_backwards_is_the_address(ip: IPv4Address) -> None:
    assert ip_address(".".join(reversed(reversed_labels(ip).split(".")))) == ip


@given(st.ip_addresses(v=6))
def test_an_ipv6_name_read_backwards_is_the_address(ip: IPv6Address) -> None:
    digits = "".join(reversed(reversed_labels(ip).split(".")))
    assert len(digits) == 32
    assert int(digits, 16) == int(ip)


@pytest.mark.parametrize(
    ("answer", "codes", "what"),
    [
        ("127.0.0.2", (), Meaning.LISTED),
        ("127.0.0.10", (), Meaning.LISTED),
        ("127.0.1.2", (), Meaning.LISTED),
        ("127.0.0.2", ("127.0.0.2",), Meaning.LISTED),
        ("127.0.0.10", ("127.0.0.2",), Meaning.OTHER),
        ("127.0.0.1", (), Meaning.ERROR),
        ("127.255.255.252", (), Meaning.ERROR),
        ("127.255.255.254", (), Meaning.ERROR),
        ("127.255.255.255", ("127.255.255.255",), Meaning.ERROR),
        ("192.0.2.1", (), Meaning.ERROR),
        ("0.0.0.0", (), Meaning.ERROR),
        ("::1", (), Meaning.ERROR),
        ("listed", (), Meaning.ERROR),
    ],
)
def test_only_an_answer_within_127_that_is_no_error_code_lists(
    answer: str, codes: tuple[str, ...], what: Meaning
) -> None:
    assert meaning(answer, codes) is what


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.9",
        "192.168.1.1",
        "172.31.0.1",
        "127.0.0.1",
        "100.64.0.1",
        "::1",
        "fd00::1",
        "fe80::1",
        "::ffff:10.0.0.9",
    ],
)
def test_addresses_of_the_inside_are_not_asked_about(text: str) -> None:
    assert asked_address(ip_address(text)) is None


@pytest.mark.parametrize(
    ("text", "asked"), [("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8::7", "2001:db8::7")]
)
def test_addresses_of_the_internet_are_asked_about_in_their_own_family(text: str, asked: str) -> None:
    assert asked_address(ip_address(text)) == ip_address(asked)
