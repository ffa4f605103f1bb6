from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.page import Cursor


@given(st.floats(allow_nan=False, allow_infinity=False), st.text(min_size=1))
def test_a_cursor_survives_being_written_and_read(time: float, row: str) -> None:
    assert Cursor.parse(str(Cursor(time, row))) == Cursor(time, row)


def test_cursors_order_by_time_then_id() -> None:
    assert Cursor(1.0, "b") < Cursor(2.0, "a") < Cursor(2.0, "b")


@pytest.mark.parametrize("text", ["", "12", "12:", "soon:F7K2Q", "nan:x", "inf:x", "0x1p99999:x"])
def test_anything_else_is_no_cursor(text: str) -> None:
    with pytest.raises(ValueError, match="TIME:ID"):
        Cursor.parse(text)
