"""What an unscanned message means: grace, giving up, and whose fault it is."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.scanstate import MESSAGES_REMEMBERED, ScanState, message_digest


@pytest.mark.parametrize(
    ("when_away", "since", "word"),
    [
        ("defer-then-mark", 0.0, "away"),
        ("defer-then-mark", 599.9, "away"),
        ("defer-then-mark", 600.0, "given-up"),
        ("defer", 100_000.0, "away"),
        ("mark", 0.0, "given-up"),
    ],
)
def test_the_setting_and_the_grace_time_decide(when_away: str, since: float, word: str) -> None:
    state = ScanState(100.0).failed(b"a", 100.0 + since)
    assert state.word(b"a", 100.0 + since, 600.0, when_away) == word  # type: ignore[arg-type] # a literal by the table


def test_ten_retries_during_an_outage_prove_nothing_about_the_message() -> None:
    state = ScanState(0.0)
    for minute in range(1, 11):
        state = state.failed(b"a", minute * 60.0)
    assert state.word(b"a", 601.0, 6_000.0, "defer-then-mark") == "away"
    state = state.passed(b"other", 700.0).failed(b"a", 760.0)
    assert state.word(b"a", 760.0, 6_000.0, "defer-then-mark") == "away"


def test_three_failures_with_others_passing_between_are_the_messages_fault() -> None:
    state = ScanState(0.0)
    for minute in range(1, 4):
        state = state.failed(b"a", minute * 60.0).passed(b"other", minute * 60.0 + 1)
    for when_away in ("defer", "defer-then-mark", "mark"):
        assert state.word(b"a", 200.0, 600.0, when_away) == "unscannable"
    assert state.word(b"b", 200.0, 600.0, "defer") == "away"


def test_a_success_of_the_message_itself_forgets_its_failures() -> None:
    state = ScanState(0.0).failed(b"a", 1.0).passed(b"a", 2.0)
    assert state.failing == ()


def test_memory_of_failing_messages_is_bounded_and_forgets_the_oldest() -> None:
    state = ScanState(0.0)
    for number in range(MESSAGES_REMEMBERED + 5):
        state = state.failed(str(number).encode(), float(number))
    assert len(state.failing) == MESSAGES_REMEMBERED
    assert state.failures_of(b"0") is None
    assert state.failures_of(str(MESSAGES_REMEMBERED + 4).encode()) is not None


@given(st.lists(st.tuples(st.sampled_from([b"a", b"b"]), st.booleans()), max_size=30))
def test_a_message_is_called_unscannable_only_after_three_failures_since_it_last_passed(
    history: list[tuple[bytes, bool]],
) -> None:
    state, failures = ScanState(0.0), {b"a": 0, b"b": 0}
    for at, (digest, passes) in enumerate(history, 1):
        state = state.passed(digest, float(at)) if passes else state.failed(digest, float(at))
        failures[digest] = 0 if passes else failures[digest] + 1
        for each, count in failures.items():
            if state.word(each, float(at), 600.0, "defer") == "unscannable":
                assert count >= 3


def test_the_digest_is_that_of_the_octets_as_received() -> None:
    assert message_digest(memoryview(b"abc")) == hashlib.sha256(b"abc").digest()
