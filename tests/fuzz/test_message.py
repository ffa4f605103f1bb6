"""A message's header: its split, author, subject, signatures, ARC sets and Authentication-Results."""

from __future__ import annotations

from contextlib import suppress

from gateway.core.arcset import ChainError, check_statuses, message_signature, read_sets
from gateway.core.author import author_of
from gateway.core.edits import edits_for, without_our_fields
from gateway.core.message import FIELDS_MAXIMUM, Message, MessageError
from gateway.core.signature import SignatureError, claimed_domains, dkim_fields, parse_dkim_signature
from gateway.core.subject import decoded, field_text, masked
from gateway.core.text import safe
from tests.fuzz.engine import Target, check, checks, is_safe


def split(octets: bytes) -> None:
    with suppress(MessageError):
        message = Message.of(octets)
        assert bytes(message.octets) == octets
        assert message.header == octets[: len(message.header)]
        assert bytes(message.body) == octets[message.body_at :]
        assert len(message.header) <= message.body_at <= len(message.header) + 2
        assert len(message.fields) <= FIELDS_MAXIMUM
        for each in message.fields:
            assert b"\n" not in each.name
            assert each.key.isascii()


def author(octets: bytes) -> None:
    with suppress(MessageError):
        found = author_of(Message.of(octets + b"\r\n\r\nx"))
        assert all(domain.isascii() and domain == domain.lower() for domain in found.domains)
        assert found.defect or len(found.domains) == 1
        assert not (found.defect and found.addresses)


def subject(octets: bytes) -> None:
    text = decoded(octets)
    assert is_safe(safe(text))
    for how in ("full", "masked", "none"):
        masked(text, how)
    with suppress(MessageError):
        field_text(Message.of(b"Subject: " + octets + b"\r\n\r\n"), "subject")


def signatures(octets: bytes) -> None:
    with suppress(MessageError):
        message = Message.of(b"DKIM-Signature: " + octets + b"\r\n\r\n")
        list(claimed_domains(message))
        for each in dkim_fields(message):
            with suppress(SignatureError):
                signature = parse_dkim_signature(each)
                assert signature.domain.isascii()
                assert "from" in signature.signed_fields
                assert not set(signature.key_name) & set(" \r\n\0;")


def arc(octets: bytes) -> None:
    with suppress(MessageError, ChainError):
        message = Message.of(octets + b"\r\n\r\n")
        sets = read_sets(message)
        assert [each.instance for each in sets] == list(range(1, len(sets) + 1))
        for each in sets:
            with suppress(SignatureError):
                message_signature(each)
        check_statuses(sets)


def results(octets: bytes) -> None:
    with suppress(MessageError):
        message = Message.of(b"Authentication-Results: " + octets + b"\r\n" + octets + b"\r\n\r\n")
        for edits in (edits_for(message, "mx.office.example", ()), without_our_fields(message)):
            assert all(0 <= index < len(message.fields) for index in edits.remove)


_SIGNATURE = (
    b"v=1; a=rsa-sha256; c=relaxed/simple; d=a.example; s=k; h=From:To; bh=YWJj; b=YWJj; t=1; x=2; l=3; i=@a.example"
)
_ARC = (
    b"ARC-Seal: i=1; a=rsa-sha256; cv=none; d=a.example; s=k; b=YWJj\r\n"
    b"ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=a.example; s=k; h=from; bh=YWJj; b=YWJj\r\n"
    b"ARC-Authentication-Results: i=1; mx.example; spf=pass\r\n"
)
_TAGS = (b";", b"=", b"h=", b"b=", b"d=", b"i=@", b"l=99999999999999999999", b"t=", b"c=/", b":", b"=\r\n ", b"i=51")
TARGETS = (
    Target(
        "message header split",
        split,
        (b"From: a@b.c\r\nSubject: x\r\n y\r\n\r\nbody", b"\r\n\r\n", b"X : y\r\n\r\n"),
        (b":", b"From", b"\r\n ", b"\r\n\r\n", b"a:b\r\n", b" \r\n"),
    ),
    Target(
        "From",
        author,
        (b"From: Ann <ann@shop.example>", b'From: "a, b" (c) <a@b.c>', b"From: =?utf-8?q?a=40b?= <a@b.c>, x@y.z"),
        (b"From:", b"<", b">", b"@", b",", b";", b":", b"=?utf-8?b?", b"?=", b"a.b", b"\r\n ", b"From : "),
    ),
    Target(
        "Subject (RFC 2047)",
        subject,
        (b"=?utf-8?B?w6k=?= x", b"=?iso-8859-1?Q?a=E9_b?= =?utf-8?q?c?="),
        (b"=?", b"?=", b"?q?", b"?B?", b"=E9", b"_", b"=?a?b?c?=", b"=?utf-7?q?+AGE-?=", b"=?idna?b?YQ==?="),
    ),
    Target("DKIM-Signature", signatures, (_SIGNATURE,), _TAGS),
    Target("ARC sets", arc, (_ARC, _ARC.replace(b"i=1", b"i=2").replace(b"cv=none", b"cv=pass") + _ARC), _TAGS),
    Target(
        "Authentication-Results",
        results,
        (b"mx.office.example; spf=pass", b"(x) MX.office.example 1; dkim=pass (y)", b"X-Poterne-Id: F7K2Q"),
        (b"mx.office.example", b";", b"\r\nX-MS-Exchange-Organization-SCL: -1", b"\r\nDKIM-Signature: h=x-spam-flag"),
    ),
)


@checks(TARGETS)
def test_whatever_a_header_holds_is_read_or_refused(target: Target) -> None:
    check(target)
