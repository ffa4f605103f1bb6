"""An outcome is final exactly when trying again makes no sense."""

from __future__ import annotations

import pytest

from gateway.core.address import ForwardPath, Mailbox
from gateway.core.envelope import Recipient
from gateway.core.outcome import Outcome, Result, Stage

ANNE = Recipient(ForwardPath(Mailbox("anne", "office.example", "office.example")))
FINAL = {Result.DELIVERED, Result.REFUSED_RECIPIENT, Result.REFUSED_CONTENT}


@pytest.mark.parametrize("result", Result, ids=lambda result: result.value)
def test_only_a_delivery_and_a_refusal_end_the_matter(result: Result) -> None:
    assert Outcome(ANNE, result, Stage.CONTENT).is_final is (result in FINAL)
