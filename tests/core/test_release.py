"""Which release is older."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.release import Release, is_older

NUMBERS = st.lists(st.integers(0, 999), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("0.1.0", "0.2.0"),
        ("0.9.0", "0.10.0"),
        ("0.1.0", "0.1.0-1-gabc1234"),
        ("0.1.0-2-gabc1234", "0.1.0-10-gdef5678"),
        ("0.1.0-99-gabc1234", "0.1.1"),
        ("v1.0", "1.0.1"),
        ("1", "1.0.0.1"),
    ],
)
def test_numbers_count_then_the_commits_past_them(older: str, newer: str) -> None:
    assert is_older(older, newer)
    assert not is_older(newer, older)


@pytest.mark.parametrize("text", ["0.1.0+gabc1234", "0.1.0-dirty", "v0.1", "0.1.0.0", "0.1.0+20261125"])
def test_what_stands_behind_the_numbers_makes_no_other_release(text: str) -> None:
    assert Release.parse(text) == Release.parse("0.1.0")


@pytest.mark.parametrize("text", ["", "x", "0.1.0 ", "1..2", "-1", "0.1.0\n", "1.2.3.4.5", "9" * 65, "0.1;reboot"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no version"):
        Release.parse(text)


@given(NUMBERS, st.integers(0, 999))
def test_a_version_is_read_as_it_was_written(numbers: list[int], commits: int) -> None:
    text = ".".join(map(str, numbers)) + (f"-{commits}-gabc1234" if commits else "")
    found = Release.parse(text)
    assert found.commits == commits
    assert (*found.numbers, 0, 0, 0, 0)[: len(numbers)] == tuple(numbers)
