import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.endpoints import Inet, Inherited, Local, is_fully_qualified, is_hostname, parse_endpoint


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("0.0.0.0:25", Inet("0.0.0.0", 25)),
        ("[::]:25", Inet("::", 25)),
        ("ex01.office.lan:25", Inet("ex01.office.lan", 25)),
        ("localhost:0", Inet("localhost", 0)),
        ("/run/dovecot/lmtp", Local("/run/dovecot/lmtp")),
        ("systemd:smtp", Inherited("smtp")),
    ],
)
def test_every_notation_is_read_and_written_back(text: str, endpoint: object) -> None:
    assert parse_endpoint(text) == endpoint
    assert str(parse_endpoint(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":25",
        "10.0.0.9",
        "10.0.0.9:",
        "10.0.0.9:65536",
        "10.0.0.9:٢٥",
        "::1:25",
        "[::1]",
        "[10.0.0.1]:25",
        "[x]:1",
        "systemd:",
        "systemd:a b",
        "10.0.0:25",
        "a b:25",
        "-a:25",
        "/" + "x" * 107,
        "host:+5",
        "host:000025",
    ],
)
def test_what_is_no_endpoint_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"needs|has|names|is no"):
        parse_endpoint(text)


def test_an_address_needs_no_dns() -> None:
    assert Inet("2001:db8::1", 25).is_address
    assert not Inet("mx.office.example", 25).is_address


def test_a_fully_qualified_name_has_two_labels_and_is_no_address() -> None:
    assert is_fully_qualified("mx.office.example")
    for name in ("mx", "mx.", "192.0.2.1", "mx_1.office.example", "a..b", "a.-b", "x" * 64 + ".example", "bü.example"):
        assert not is_fully_qualified(name), name
    assert is_hostname("a_b")


@given(st.ip_addresses(), st.integers(0, 65_535))
def test_every_address_and_port_comes_back(address: object, port: int) -> None:
    endpoint = Inet(str(address), port)
    assert parse_endpoint(str(endpoint)) == endpoint
