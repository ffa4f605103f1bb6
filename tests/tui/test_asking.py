from __future__ import annotations

from gateway.control.protocol import NOT_FOUND, Failure
from tui.asking import DeniedError


def test_a_refusal_carries_its_code_and_sentence() -> None:
    error = DeniedError(Failure(NOT_FOUND, "No such message."))
    assert (str(error), error.failure.code) == ("No such message.", NOT_FOUND)
