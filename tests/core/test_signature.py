"""Signature fields, read without DNS: what is refused, and with which word."""

from __future__ import annotations

import time

import pytest

from gateway.core.message import Field, Message
from gateway.core.signature import (
    FIELD_MAXIMUM_OCTETS,
    SIGNATURES_MAXIMUM,
    SignatureError,
    claimed_domains,
    dkim_fields,
    parse_arc_message_signature,
    parse_dkim_signature,
)

GOOD = {"v": "1", "a": "rsa-sha256", "d": "Example.com", "s": "S1", "h": "From : To", "bh": "AAAA", "b": "AA\r\n AA"}


def field(**changes: str | None) -> Field:
    tags = {**GOOD, **changes}
    text = ";".join(f" {name}={value}" for name, value in tags.items() if value is not None)
    return Field(b"DKIM-Signature", f"DKIM-Signature:{text}\r\n".encode())


def test_a_good_field_is_read_in_the_form_to_look_up() -> None:
    signature = parse_dkim_signature(field(l="12", t="5", x="6", c="relaxed", i="me@Sub.example.com", q="dns/txt"))
    assert signature.key_name == "s1._domainkey.example.com"
    assert signature.signed_fields == ("from", "to")
    assert signature.canonicalization == ("relaxed", "simple")
    assert (signature.length, signature.signed_at, signature.expires_at) == (12, 5, 6)
    assert signature.identity == "me@sub.example.com"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"v": None}, "v= is not 1"),
        ({"v": "2"}, "v= is not 1"),
        ({"a": "rsa-md5"}, "an unknown algorithm"),
        ({"d": "legitimate.com'a.attack.com"}, "d= is no domain name"),
        ({"d": "a\x00b.example"}, "d= is no domain name"),
        ({"d": ""}, "d= is no domain name"),
        ({"s": "selector._domainkey.attack.com.\x00.any"}, "s= is no selector"),
        ({"s": None}, "s= is no selector"),
        ({"h": "to:subject"}, "h= does not name From"),
        ({"h": None}, "h= does not name From"),
        ({"h": "from:a b"}, "h= names something that is no field"),
        ({"h": "from" + ":x" * 400}, "h= names too many fields"),
        ({"bh": "!"}, "bh= is no base64"),
        ({"b": ""}, "b= is no base64"),
        ({"c": "nofws/relaxed"}, "an unknown canonicalization"),
        ({"i": "ex.com"}, "i= is not in d="),
        ({"i": "@evilexample.com"}, "i= is not in d="),
        ({"i": "@com"}, "i= is not in d="),
        ({"l": "-1"}, "l= is no number"),
        ({"l": "9" * 77}, "l= is no number"),
        ({"t": "٣"}, "t= is no number"),
        ({"t": "6", "x": "6"}, "x= is not after t="),
        ({"q": "dns/a"}, "q= knows no method of ours"),
        ({"z": "x" * FIELD_MAXIMUM_OCTETS}, "the signature field is too long"),
        ({"z": " " * 200 + "x"}, "the signature field is too long"),
    ],
)
def test_what_breaks_the_rules_is_a_permerror(changes: dict[str, str | None], reason: str) -> None:
    with pytest.raises(SignatureError, match=f"^{reason}") as error:
        parse_dkim_signature(field(**changes))
    assert error.value.result == "permerror"


def test_sha1_is_refused_by_policy() -> None:
    with pytest.raises(SignatureError) as error:
        parse_dkim_signature(field(a="rsa-sha1"))
    assert error.value.result == "policy"


def test_an_arc_message_signature_has_its_own_rules() -> None:
    signature = parse_arc_message_signature(field(v=None, i="1", h="to"))
    assert (signature.identity, signature.canonicalization) == ("", ("relaxed", "relaxed"))
    with pytest.raises(SignatureError, match="ARC-Seal"):
        parse_arc_message_signature(field(v=None, i="1", h="from:ARC-Seal"))


def test_at_most_five_signatures_are_looked_at_from_the_top() -> None:
    octets = b"".join(b"DKIM-Signature: d=d%d.example\r\n" % index for index in range(9))
    message = Message.of(octets + b"\r\n")
    assert len(dkim_fields(message)) == SIGNATURES_MAXIMUM
    assert list(claimed_domains(message)) == [f"d{index}.example" for index in range(5)]


def test_domains_are_claimed_by_readable_fields_only() -> None:
    message = Message.of(b"DKIM-Signature: d=a b\r\nDKIM-Signature: ;;\r\nDKIM-Signature: v=9; d=A.example\r\n\r\n")
    assert list(claimed_domains(message)) == ["a.example"]


@pytest.mark.parametrize(
    "octets",
    [b"b" + b" " * 900_000, b";b=" * 300_000, b"h=" + b"x:" * 400_000, b"\r\n " * 300_000],
    ids=["spaces", "tags", "names", "folds"],
)
def test_hostile_fields_take_no_time(octets: bytes) -> None:
    started = time.monotonic()
    with pytest.raises(SignatureError):
        parse_dkim_signature(Field(b"DKIM-Signature", b"DKIM-Signature: " + octets + b"\r\n"))
    assert time.monotonic() - started < 0.2
