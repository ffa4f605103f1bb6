from __future__ import annotations

from gateway.app.bus import Bus
from gateway.core.event import DependencyChanged, Event

UP = DependencyChanged("dns", "up", "")


def test_everybody_hears_every_event_in_order() -> None:
    bus, first, second = Bus(), [], []  # type: ignore[var-annotated]  # plain lists
    bus.listen(first.append)
    bus.listen(second.append)
    bus.publish(UP)
    assert first == second == [UP]


def test_a_listener_s_fault_reaches_neither_the_publisher_nor_the_others() -> None:
    def broken(event: Event) -> None:
        raise RuntimeError("broken")

    bus, heard = Bus(), []  # type: ignore[var-annotated]  # plain list
    bus.listen(broken)
    bus.listen(heard.append)
    bus.publish(UP)
    assert heard == [UP]
