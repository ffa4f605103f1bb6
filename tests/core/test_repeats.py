"""Replies that nobody was heard to read."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.repeats import KEEP_SECONDS, QUIET_SECONDS, Repeats, Sign
from gateway.core.reply import Reply

ACCEPTED = Reply.of(250, "2.0.0", "Accepted [F7K2Q]")
SIGN = Sign("ann@sender.example", ("bob@office.example",), b"\x01" * 32)


def test_the_same_message_has_the_same_reply_until_somebody_was_heard_to_read_it() -> None:
    repeats = Repeats()
    assert repeats.recall(SIGN, 0.0) is None
    repeats.note(SIGN, ACCEPTED, 0.0, is_gone=True)
    assert repeats.recall(SIGN, 1.0) == ACCEPTED
    assert repeats.recall(SIGN, 2.0) == ACCEPTED
    repeats.forget(SIGN)
    assert repeats.recall(SIGN, 3.0) is None


def test_other_octets_and_other_paths_are_another_message() -> None:
    repeats = Repeats()
    repeats.note(SIGN, ACCEPTED, 0.0, is_gone=True)
    for other in (
        replace(SIGN, digest=b"\x02" * 32),
        replace(SIGN, reverse_path=""),
        replace(SIGN, forward_paths=("bob@office.example", "eve@office.example")),
    ):
        assert repeats.recall(other, 0.0) is None


def test_while_the_client_is_there_it_is_no_repetition_for_a_while() -> None:
    repeats = Repeats()
    repeats.note(SIGN, ACCEPTED, 5.0, is_gone=False)
    assert repeats.recall(SIGN, 5.0) is None
    assert repeats.recall(SIGN, 4.9 + QUIET_SECONDS) is None
    assert repeats.recall(SIGN, 5.0 + QUIET_SECONDS) == ACCEPTED


def test_a_connection_that_breaks_makes_it_a_repetition_at_once() -> None:
    repeats = Repeats()
    repeats.note(SIGN, ACCEPTED, 5.0, is_gone=False)
    repeats.gone(SIGN, 6.0)
    assert repeats.recall(SIGN, 6.0) == ACCEPTED
    repeats.gone(replace(SIGN, reverse_path="eve@sender.example"), 6.0)
    assert len(repeats) == 1


def test_after_a_day_it_is_a_new_message() -> None:
    repeats = Repeats()
    repeats.note(SIGN, ACCEPTED, 10.0, is_gone=True)
    assert repeats.recall(SIGN, 10.0 + KEEP_SECONDS) == ACCEPTED
    assert repeats.recall(SIGN, 10.1 + KEEP_SECONDS) is None
    assert len(repeats) == 0


def test_beyond_the_maximum_the_oldest_goes_first() -> None:
    repeats = Repeats(maximum=2)
    signs = [replace(SIGN, digest=bytes([number]) * 32) for number in range(3)]
    repeats.note(signs[0], ACCEPTED, 0.0, is_gone=True)
    repeats.note(signs[1], ACCEPTED, 1.0, is_gone=True)
    repeats.note(signs[0], ACCEPTED, 2.0, is_gone=True)
    repeats.note(signs[2], ACCEPTED, 3.0, is_gone=True)
    assert [repeats.recall(each, 3.0) for each in signs] == [ACCEPTED, None, ACCEPTED]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.floats(0, 50_000)), max_size=50))
def test_it_never_remembers_what_was_forgotten_nor_more_than_the_maximum(steps: list[tuple[bool, int, float]]) -> None:
    repeats, now, unread = Repeats(maximum=4), 0.0, dict[int, float]()
    for is_note, number, seconds in steps:
        now += seconds
        sign = replace(SIGN, digest=bytes([number]) * 32)
        if is_note:
            repeats.note(sign, ACCEPTED, now, is_gone=True)
            unread[number] = now
        else:
            repeats.forget(sign)
            unread.pop(number, None)
        assert len(repeats) <= 4
        for each in range(6):
            known = repeats.recall(replace(SIGN, digest=bytes([each]) * 32), now)
            assert known is None or now - unread[each] <= KEEP_SECONDS
