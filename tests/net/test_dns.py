"""The values of DNS as the checks see them."""

from __future__ import annotations

from gateway.net.dns import Answer, TemporaryFailure


def test_an_answer_without_values_still_says_whether_the_name_exists() -> None:
    assert Answer(()).exists
    assert Answer((), exists=False) != Answer(())


def test_a_temporary_failure_is_no_answer() -> None:
    assert not isinstance(TemporaryFailure("x"), Answer)
