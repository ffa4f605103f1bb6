from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.reply import Reply
from gateway.core.replyparser import LINE_MAXIMUM_OCTETS, LINES_MAXIMUM, ReplyError, ReplyParser


def parsed(*octets: bytes) -> list[Reply]:
    parser = ReplyParser()
    replies = []
    for each in octets:
        parser.feed(each)
        while (reply := parser.take()) is not None:
            replies.append(reply)
    return replies


def test_a_reply_of_one_line_gives_code_enhanced_status_code_and_text() -> None:
    assert parsed(b"250 2.1.5 Recipient OK\r\n") == [Reply(250, "2.1.5", ("Recipient OK",))]


def test_a_reply_of_several_lines_is_one_reply() -> None:
    assert parsed(b"550-5.7.1 No\r\n550 5.7.1 never\r\n") == [Reply(550, "5.7.1", ("No", "never"))]


def test_an_ehlo_reply_keeps_each_keyword_on_its_line() -> None:
    assert parsed(b"250-hop\r\n250-SIZE 100\r\n250 DSN\r\n")[0].lines == ("hop", "SIZE 100", "DSN")


def test_a_code_alone_is_a_reply() -> None:
    assert parsed(b"250\r\n354 \r\n") == [Reply(250, "", ("",)), Reply(354, "", ("",))]


def test_an_enhanced_status_code_alone_is_taken_as_one() -> None:
    assert parsed(b"250 2.0.0\r\n") == [Reply(250, "2.0.0", ("",))]


def test_an_enhanced_status_code_of_another_class_is_only_text() -> None:
    assert parsed(b"550 2.1.5 well\r\n") == [Reply(550, "", ("2.1.5 well",))]


def test_the_pieces_in_which_octets_arrive_make_no_difference() -> None:
    whole = b"250-a\r\n250 b\r\n354 go\r\n"
    assert parsed(*(bytes([octet]) for octet in whole)) == parsed(whole)


@pytest.mark.parametrize("text", [b"a\rb", b"a\0b", b"a\x1b[2Jb", "a\u202eb".encode(), b"a\xffb"])
def test_foreign_text_becomes_printable_ascii(text: bytes) -> None:
    line = parsed(b"550 " + text + b"\r\n")[0].lines[0]
    assert line.isascii()
    assert line.isprintable()
    assert "?" in line


def test_a_bare_lf_cannot_begin_another_reply() -> None:
    with pytest.raises(ReplyError, match="bare LF"):
        parsed(b"550 no such user x\n250 fine\r\n")


@pytest.mark.parametrize("line", [b"", b"hello", b"25", b"199 x", b"600 x", b"099 x", b"250x", b"2502 x", b"-1 x"])
def test_what_is_no_reply_is_an_error(line: bytes) -> None:
    with pytest.raises(ReplyError):
        parsed(line + b"\r\n")


def test_a_reply_that_changes_its_code_is_an_error() -> None:
    with pytest.raises(ReplyError, match="begins with 250"):
        parsed(b"250-one\r\n550 two\r\n")


def test_a_line_longer_than_ours_is_taken_and_cut() -> None:
    reply = parsed(b"250 2.0.0 " + b"x" * (LINE_MAXIMUM_OCTETS - 12) + b"\r\n")[0]
    assert len(reply.to_octets()) == 512


def test_a_line_without_an_end_is_an_error_before_it_fills_memory() -> None:
    with pytest.raises(ReplyError, match="longer"):
        parsed(b"250 " + b"x" * LINE_MAXIMUM_OCTETS)


def test_a_reply_of_the_most_lines_is_taken() -> None:
    assert len(parsed(b"250-x\r\n" * (LINES_MAXIMUM - 1) + b"250 x\r\n")[0].lines) == LINES_MAXIMUM


def test_a_reply_without_end_is_an_error() -> None:
    with pytest.raises(ReplyError, match="more than"):
        parsed(b"250-x\r\n" * LINES_MAXIMUM)


def test_it_is_empty_only_when_nothing_waits() -> None:
    parser = ReplyParser()
    assert parser.is_empty
    parser.feed(b"25")
    assert not parser.is_empty
    parser.clear()
    assert parser.is_empty
    parser.feed(b"250-x\r\n")
    assert parser.take() is None
    assert not parser.is_empty


_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)


@given(
    code=st.integers(200, 599),
    lines=st.lists(_TEXT.filter(lambda text: not text[:2].endswith(".")), min_size=1, max_size=5),
    subject=st.one_of(st.none(), st.tuples(st.integers(0, 999), st.integers(0, 999))),
)
def test_what_we_would_write_is_read_as_it_was(code: int, lines: list[str], subject: tuple[int, int] | None) -> None:
    has_enhanced = subject is not None and code // 100 in (2, 4, 5)
    enhanced = f"{code // 100}.{subject[0]}.{subject[1]}" if has_enhanced and subject else ""
    reply = Reply(code, enhanced, tuple(lines))
    assert parsed(reply.to_octets()) == [reply]


@given(st.binary(max_size=400))
def test_any_octets_give_replies_or_the_one_error(octets: bytes) -> None:
    try:
        replies = parsed(octets)
    except ReplyError:
        return
    assert all(reply.to_octets() for reply in replies)
