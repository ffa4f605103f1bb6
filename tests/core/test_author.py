"""Who a message claims to be from, and every way in which readers are known to disagree about it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import author as module
from gateway.core.alignment import NO_AUTHOR
from gateway.core.author import Author, author_of
from gateway.core.message import Message


def read(header: str | bytes) -> Author:
    octets = header.encode() if isinstance(header, str) else header
    return author_of(Message.of(octets + b"To: x@y.example\r\n\r\nbody\r\n"))


@pytest.mark.parametrize(
    "value",
    [
        "ada@example.com",
        "<ada@example.com>",
        "Ada <ada@example.com>",
        "Ada B. Lovelace <ada@Example.COM>",
        '"Lovelace, Ada" <ada@example.com>',
        '"eve@evil.example" <ada@example.com>',
        "=?utf-8?Q?Ada,_L=C3=B6?= <ada@example.com>",
        "Ada Löw <ada@example.com>",
        "[Support] Ada <ada@example.com>",
        "ada@example.com (Ada (of London))",
        "(a comment) ada@example.com",
        "ada@example.com <ada@example.com>",
        '"a@evil.example"@example.com',
        "Ada\r\n <ada@example.com>",
        "a@example.com, b@example.com",
        "Team: a@example.com, b@example.com;",
        "ada@example.com.",
        ", ada@example.com,",
        "ada+tag@example.com",
    ],
)
def test_an_honest_from_field_names_its_domain(value: str) -> None:
    author = read(f"From: {value}\r\n")
    assert (author.domains, author.defect) == (("example.com",), "")
    assert author.addresses
    assert all(each.endswith("@example.com") for each in author.addresses)


def test_an_8_bit_display_name_of_an_old_mailer_is_no_defect() -> None:
    assert read(b"From: J\xf6rg <j@example.com>\r\n") == Author(("example.com",), "", ("j@example.com",))


def test_addresses_are_folded_and_said_once_and_only_by_an_honest_field() -> None:
    assert read('From: Ada@Example.COM, "ada"@example.com, Bob <b@example.com>\r\n').addresses == (
        "ada@example.com",
        "b@example.com",
    )
    assert read("From: ada@example.com, eve@other.example\r\n").addresses == ()


@pytest.mark.parametrize(
    ("name", "ascii_name"),
    [("bücher.example", "xn--bcher-kva.example"), ("faß.example", "xn--fa-hia.example")],
)
def test_an_internationalized_domain_becomes_its_a_label(name: str, ascii_name: str) -> None:
    assert read(f"From: x@{name}\r\n").domains == (ascii_name,)


@pytest.mark.parametrize(
    ("header", "defect"),
    [
        ("", NO_AUTHOR),
        ("From: a@one.example\r\nFrom: a@one.example\r\n", module.SEVERAL_FIELDS),
        ("From: a@one.example\r\nFROM : b@two.example\r\n", module.SEVERAL_FIELDS),
        ("From\r\n : a@one.example\r\nFrom: b@two.example\r\n", module.SEVERAL_FIELDS),
        (" From: a@one.example\r\n", module.SPACE_AROUND_NAME),
        ("From: a@one.example\r\n From: b@two.example\r\n", module.UNPARSABLE),
        ("Subject: x\r\n From: b@two.example\r\n", NO_AUTHOR),
        ("From : a@one.example\r\n", module.SPACE_AROUND_NAME),
        ("From\t: a@one.example\r\n", module.SPACE_AROUND_NAME),
        ("From\r\n : a@one.example\r\n", module.SPACE_AROUND_NAME),
        ("From: a@one.example, b@two.example\r\n", module.SEVERAL_DOMAINS),
        ("From: a@one.example <b@two.example>\r\n", module.SEVERAL_DOMAINS),
        ("From: <a@one.example>b@two.example\r\n", module.UNPARSABLE),
        ("From: <a@one.example>\\,<b@two.example>\r\n", module.UNPARSABLE),
        ("From: <@one.example,@two.example:b@three.example>\r\n", module.SOURCE_ROUTE),
        ("From: =?utf-8?B?PGFAb25lLmV4YW1wbGU+?=, <b@two.example>\r\n", module.UNPARSABLE),
        ("From: <a@one.example(b@two.example)>\r\n", module.UNPARSABLE),
        ("From: <a@one.example\r\n", module.UNPARSABLE),
        ("From: a@one.example b@two.example\r\n", module.UNPARSABLE),
        ("From: Team: a@one.example\r\n", module.UNPARSABLE),
        ('From: "a@one.example\r\n', module.UNPARSABLE),
        ("From: a@[192.0.2.1]\r\n", module.BAD_DOMAIN),
        ("From: a@one..example\r\n", module.BAD_DOMAIN),
        ("From: a@-one.example\r\n", module.BAD_DOMAIN),
        ("From: a@one.example\x00\r\n", module.UNPARSABLE),
        ("From: \r\n", module.NO_ADDRESS),
        ("From: Ada\r\n", module.NO_ADDRESS),
        ("From: <>\r\n", module.UNPARSABLE),
        ("From: undisclosed:;\r\n", module.NO_ADDRESS),
        ("From: " + "(" * 50 + ")" * 50 + "a@one.example\r\n", module.UNPARSABLE),
        ("From: (open a@one.example\r\n", module.UNPARSABLE),
        ('From: <<<>>>;;@@,"\r\n', module.UNPARSABLE),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_everything_else_is_a_defect(header: str, defect: str) -> None:
    assert read(header).defect == defect


def test_a_domain_that_only_looks_like_another_is_not_mapped_to_it() -> None:
    assert read("From: x@\uff45xample.com\r\n").defect == module.BAD_DOMAIN
    assert read("From: x@a\u200db.example\r\n").defect == module.BAD_DOMAIN
    assert read("From: x@one\u3002example\r\n").defect == module.BAD_DOMAIN


def test_a_defective_field_still_tells_the_admin_what_it_named() -> None:
    assert read("From: a@one.example\r\nFrom: b@two.example\r\n").domains == ("one.example", "two.example")


@pytest.mark.parametrize(
    "value",
    [
        "a@b.example," * 80_000,
        "(" * 500_000,
        '"' + "\\a" * 400_000,
        "=?" * 400_000,
        " " * 900_000,
        "<" * 900_000,
        "a@" * 400_000,
        "a " * 30_000 + "<x@y.example>",
    ],
    ids=lambda value: repr(value)[:24],
)
def test_the_time_is_linear(value: str) -> None:
    started = time.monotonic()
    read(f"From: {value}\r\n")
    assert time.monotonic() - started < 1


@given(st.text(alphabet=st.sampled_from(list('ab<>@,;:"\\()[] \t.=?é')), max_size=30))
def test_no_value_raises_and_a_single_author_has_one_domain(value: str) -> None:
    found = read(f"From: {value}\r\n")
    assert found.defect or len(found.domains) == 1
