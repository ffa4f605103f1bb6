from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.dialogue.content import BLOCK_OCTETS, UnsafeContent, stuffed


def sent(*pieces: bytes | memoryview) -> bytes:
    return b"".join(stuffed(pieces))


def unstuffed(octets: bytes) -> bytes:
    return re.sub(rb"(?m)^\.", b"", octets)


def test_a_leading_dot_gets_another_and_no_other_octet_changes() -> None:
    assert sent(b".a\r\n..b\r\n.\r\nc.\r\n") == b"..a\r\n...b\r\n..\r\nc.\r\n"


@pytest.mark.parametrize("at", range(1, 9))
def test_a_dot_at_the_border_of_two_pieces_is_seen(at: int) -> None:
    whole = b"a\r\n.b\r\n.\r\n"
    assert sent(whole[:at], memoryview(whole)[at:]) == b"a\r\n..b\r\n..\r\n"


def test_a_dot_at_the_border_of_two_blocks_is_seen() -> None:
    line = b"x" * (BLOCK_OCTETS - 2) + b"\r\n"
    assert sent(line + b".\r\n") == line + b"..\r\n"
    assert sent(b"x" + line + b".\r\n") == b"x" + line + b"..\r\n"


def test_a_missing_last_line_end_is_added() -> None:
    assert sent(b"a\r\nb") == b"a\r\nb\r\n"


def test_an_empty_message_adds_nothing() -> None:
    assert sent() == b""
    assert sent(b"", b"") == b""


def test_an_empty_line_stays_one() -> None:
    assert sent(b"\r\n") == b"\r\n"


@pytest.mark.parametrize(
    "octets",
    [
        b"\r", b"\n", b"a\rb\r\n", b"a\nb\r\n", b"a\n.\n", b"a\r.\r", b"a\r\n\r", b"\n\r\n", b"a\r\r\nb", b"a\n\r\n",
        b"a\r\n\0.\r\n", b"a\0\r\n",
    ],
)  # fmt: skip
def test_what_could_be_read_as_another_message_is_never_sent_whole(octets: bytes) -> None:
    for at in range(len(octets) + 1):
        with pytest.raises(UnsafeContent):
            sent(octets[:at], octets[at:])


def test_five_megabytes_of_two_octet_lines_take_no_time() -> None:
    octets = b".\r\n" * 1_700_000
    begun = time.perf_counter()
    size = sum(len(block) for block in stuffed([octets]))
    assert size == 4 * 1_700_000
    assert time.perf_counter() - begun < 2.0


def test_only_a_block_at_a_time_is_made() -> None:
    octets = memoryview(bytes(10 * BLOCK_OCTETS).replace(b"\0", b"x"))
    # The last one may have the end of the last line with it.
    assert max(len(block) for block in stuffed([octets])) <= BLOCK_OCTETS + 2


_LINES = st.lists(st.sampled_from([b"", b".", b"..", b"a", b".a", b"a.b", b"x" * 30]), max_size=12)


@given(lines=_LINES, cuts=st.lists(st.integers(0, 200), max_size=6))
def test_unstuffing_gives_the_message_back_however_it_was_cut(lines: list[bytes], cuts: list[int]) -> None:
    whole = b"".join(line + b"\r\n" for line in lines)
    borders = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    pieces = [whole[start:stop] for start, stop in pairwise(borders)]
    wire = sent(*pieces)
    assert b"\r\n.\r\n" not in b"\r\n" + wire
    assert unstuffed(wire) == whole


@given(st.binary(max_size=40).map(lambda octets: octets.translate(bytes([13, 10, 46, 97] * 64))))
def test_whatever_is_sent_has_no_bare_line_end_and_no_end_of_data(octets: bytes) -> None:
    try:
        wire = sent(octets)
    except UnsafeContent:
        return
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", wire)
    assert b"\r\n.\r\n" not in b"\r\n" + wire


def test_what_was_seen_while_it_arrived_is_not_looked_at_again() -> None:
    assert b"".join(stuffed([b"a\n"], is_honest=True)) == b"a\n"


@settings(deadline=None)
@given(lines=_LINES, cut=st.integers(0, 200))
def test_dots_are_doubled_in_what_was_seen_before_too(lines: list[bytes], cut: int) -> None:
    whole = b"".join(line + b"\r\n" for line in lines)
    assert b"".join(stuffed([whole[:cut], memoryview(whole)[cut:]], is_honest=True)) == sent(whole)


def test_a_line_end_cut_by_the_border_of_two_blocks_still_begins_a_line() -> None:
    line = b"x" * (BLOCK_OCTETS - 1) + b"\r\n"
    assert sent(line + b".\r\n") == line + b"..\r\n"


def test_small_pieces_leave_together() -> None:
    pieces = [b"Received: from here\r\n", b"X-Field: a\r\n", memoryview(b"Subject: b\r\n\r\nText\r\n")]
    assert list(stuffed(pieces)) == [b"".join(pieces)]
