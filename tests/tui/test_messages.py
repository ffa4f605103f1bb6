from __future__ import annotations

from tui.messages import Answered, Heard, Ordered, Said, Unanswered
from tui.pending import Order


def test_messages_carry_what_they_were_given() -> None:
    order = Order("release", ("F7K2Q",))
    assert Heard(1).value == 1
    assert (Answered("why", "F7K2Q", 2).topic, Answered("why", "F7K2Q", 2).about) == ("why", "F7K2Q")
    assert Unanswered("why", None, "gone", is_away=True).is_away
    assert Ordered(order).order is order
    assert (Said("done", "ok").text, Said("done", "ok").tone) == ("done", "ok")
