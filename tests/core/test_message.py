from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.message import FIELDS_MAXIMUM, HEADER_MAXIMUM_OCTETS, Edits, Message, MessageError

LINE = st.binary(max_size=20).map(lambda octets: octets.replace(b"\r", b"").replace(b"\n", b"") + b"\r\n")
LINES = st.lists(LINE, max_size=12).map(b"".join)


def test_the_first_empty_line_splits_header_and_body() -> None:
    message = Message.of(b"A: 1\r\nB: 2\r\n\r\nbody\r\n\r\nmore\r\n")
    assert message.header == b"A: 1\r\nB: 2\r\n"
    assert bytes(message.body) == b"body\r\n\r\nmore\r\n"


def test_a_message_that_begins_with_an_empty_line_has_no_header() -> None:
    message = Message.of(b"\r\nA: no field\r\n")
    assert message.fields == ()
    assert bytes(message.body) == b"A: no field\r\n"


def test_a_message_without_an_empty_line_is_all_header() -> None:
    message = Message.of(b"A: 1\r\nB: 2\r\n")
    assert [each.key for each in message.fields] == ["a", "b"]
    assert bytes(message.body) == b""


def test_a_folded_field_is_one_field_and_unfolds() -> None:
    message = Message.of(b"Subject: one\r\n\ttwo\r\n three\r\nTo: x\r\n\r\n")
    assert message.fields[0].octets == b"Subject: one\r\n\ttwo\r\n three\r\n"
    assert message.fields[0].value == b"one\ttwo three"


def test_a_line_without_colon_is_kept_but_is_no_field() -> None:
    message = Message.of(b"From ann Mon Jan 1\r\nTo: x\r\n\r\n")
    assert [each.key for each in message.fields] == ["", "to"]
    assert message.fields[0].value == b""
    assert message.header == b"From ann Mon Jan 1\r\nTo: x\r\n"


def test_space_before_the_colon_is_seen() -> None:
    plain, odd = Message.of(b"From: a\r\nFrom : b\r\n\r\n").fields
    assert not plain.has_space_before_colon
    assert odd.has_space_before_colon
    assert odd.key == "from"


def test_more_fields_than_the_limit_are_refused() -> None:
    Message.of(b"A: 1\r\n" * FIELDS_MAXIMUM + b"\r\n")
    with pytest.raises(MessageError):
        Message.of(b"A: 1\r\n" * (FIELDS_MAXIMUM + 1) + b"\r\n")


def test_a_header_longer_than_the_limit_is_refused() -> None:
    with pytest.raises(MessageError):
        Message.of(b"A: " + b"x" * HEADER_MAXIMUM_OCTETS + b"\r\n" + b"B: 1\r\n\r\n")


@pytest.mark.parametrize("first", [b" From: a@b.example\r\n", b"\tx\r\n"])
def test_an_indented_first_line_is_seen(first: bytes) -> None:
    assert Message.of(first + b"To: x\r\n\r\nbody\r\n").begins_indented
    assert not Message.of(b"To: x\r\n" + first + b"\r\nbody\r\n").begins_indented
    assert not Message.of(b"").begins_indented


def test_the_octets_can_not_be_changed_through_the_message() -> None:
    message = Message.of(bytearray(b"A: 1\r\n\r\nbody\r\n"))
    with pytest.raises(TypeError):
        message.octets[0] = 0


def test_removed_fields_go_and_all_else_stays() -> None:
    message = Message.of(b"A: 1\r\nB: 2\r\n x\r\nC: 3\r\n\r\nbody\r\n")
    out = b"".join(message.edited(Edits(frozenset({1}), (b"Top: t\r\n",))))
    assert out == b"Top: t\r\nA: 1\r\nC: 3\r\n\r\nbody\r\n"


@given(LINES, LINES)
def test_what_is_put_on_top_leaves_every_octet_below_alone(header: bytes, body: bytes) -> None:
    octets = header + b"\r\n" + body
    message = Message.of(octets)
    assert b"".join(message.edited(Edits(prepend=(b"X: y\r\n",)))) == b"X: y\r\n" + octets


@given(LINES, LINES, st.sets(st.integers(0, 11)))
def test_fields_and_body_together_are_the_message(header: bytes, body: bytes, remove: set[int]) -> None:
    octets = header + b"\r\n" + body
    message = Message.of(octets)
    kept = [each.octets for index, each in enumerate(message.fields) if index not in remove]
    rest = octets[len(message.header) :]
    assert b"".join(message.edited(Edits(frozenset(remove)))) == b"".join(kept) + rest


@pytest.mark.parametrize("octets", [32_700, 32_760, 32_764, 32_765, 32_766, 32_768, 50_000, HEADER_MAXIMUM_OCTETS - 10])
def test_a_long_header_ends_where_it_ends(octets: int) -> None:
    message = Message.of(b"A: " + b"x" * octets + b"\r\n\r\nbody\r\n\r\nmore")
    assert bytes(message.body) == b"body\r\n\r\nmore"
    assert len(message.header) == octets + 5
