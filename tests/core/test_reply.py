"""A reply is a value that can always stand on the wire."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.reply import REPLY_LINE_MAXIMUM_OCTETS, Reply

texts = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=480)


def parsed(octets: bytes) -> tuple[int, list[str]]:
    """The reply as a peer reads it (RFC 5321 §4.2.1)."""
    lines = octets.decode("ascii").split("\r\n")
    assert lines.pop() == ""
    assert all(re.match(r"\d{3}-", line) for line in lines[:-1])
    assert re.match(r"\d{3} ", lines[-1])
    return int(lines[0][:3]), [line[4:] for line in lines]


@given(st.sampled_from([2, 4, 5]), st.integers(0, 99), st.integers(0, 999), st.lists(texts, min_size=1, max_size=4))
def test_what_a_peer_reads_is_what_was_said(kind, rest, detail, lines):
    reply = Reply(kind * 100 + rest, f"{kind}.1.{detail}", tuple(lines))
    code, found = parsed(reply.to_octets())
    assert code == reply.code
    assert found == [f"{reply.enhanced} {line}" for line in lines]
    assert all(len(line) <= REPLY_LINE_MAXIMUM_OCTETS for line in reply.to_octets().splitlines(keepends=True))


def test_a_reply_without_an_enhanced_code_has_none_on_the_wire():
    assert Reply(354, "", ("Go",)).to_octets() == b"354 Go\r\n"


@pytest.mark.parametrize(
    ("code", "enhanced", "text"),
    [
        (250, "5.0.0", "x"),
        (550, "4.1.1", "x"),
        (250, "2.0", "x"),
        (199, "", "x"),
        (600, "", "x"),
        (250, "2.0.0", "a\r\n250 b"),
        (250, "2.0.0", "é"),
        (250, "2.0.0", "x" * 501),
    ],
)
def test_a_reply_that_could_not_stand_on_the_wire_cannot_be_made(code, enhanced, text):
    with pytest.raises(ValueError, match=r".+"):
        Reply.of(code, enhanced, text)


def test_a_reply_has_at_least_one_line():
    with pytest.raises(ValueError, match="one line"):
        Reply(250, "2.0.0", ())


def test_classes_of_replies():
    assert Reply.of(250, "2.0.0", "x").is_positive
    assert Reply(354, "", ("x",)).is_positive
    assert Reply.of(450, "4.0.0", "x").is_transient
    assert Reply.of(550, "5.0.0", "x").is_permanent
    assert not Reply.of(550, "5.0.0", "x").is_transient


def test_a_code_word_stands_in_the_last_line():
    reply = Reply(550, "5.7.1", ("No", "never")).with_code_word("F7K2Q")
    assert reply.lines == ("No", "never [F7K2Q]")
    assert str(reply.with_text("Why")) == "550 5.7.1 Why"
    assert reply.text == "No never [F7K2Q]"
