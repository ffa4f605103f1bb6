from __future__ import annotations

import dataclasses

import pytest

from gateway.core.record import Disposition


def test_a_row_of_history_is_never_changed() -> None:
    disposition = Disposition("bob@office.example", "accept", "delivered")
    with pytest.raises(dataclasses.FrozenInstanceError):
        disposition.state = "lost"  # type: ignore[misc]  # the point of the test
