from __future__ import annotations

from typing import get_args

from gateway.core.event import Event


def test_every_event_is_a_frozen_value() -> None:
    assert all(kind.__dataclass_params__.frozen for kind in get_args(Event))
