from __future__ import annotations

import pytest

from gateway.core.dialogue.steps import Ending
from gateway.core.outcome import Stage
from gateway.core.reply import Reply


@pytest.mark.parametrize(
    ("ending", "positive"),
    [
        (Ending(Stage.RCPT, Reply.of(250, "2.1.5", "OK")), True),
        (Ending(Stage.RCPT, Reply.of(251, "2.1.5", "will forward")), True),
        (Ending(Stage.RCPT, Reply(354, "", ("strange",))), False),
        (Ending(Stage.RCPT, Reply.of(450, "4.2.1", "later")), False),
        (Ending(Stage.RCPT, None, "closed"), False),
        (Ending(Stage.RCPT, Reply.of(250, "2.1.5", "OK"), "closed"), False),
    ],
)
def test_an_ending_is_positive_only_by_a_2yz_and_an_unbroken_session(ending: Ending, positive: bool) -> None:
    assert ending.is_positive is positive
