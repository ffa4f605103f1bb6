from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App

from tests.support.interface import busy_desk, seated
from tui.base import Base, start


def test_another_application_is_not_the_interface() -> None:
    with pytest.raises(TypeError, match="not the interface"):
        Base.of(App())


async def test_of_a_named_group_only_the_newest_runs(tmp_path: Path) -> None:
    done: list[str] = []

    async def one() -> None:
        done.append("one")

    async def other() -> None:
        done.append("other")

    async with seated(tmp_path, busy_desk()) as seat:
        assert Base.of(seat.app) is seat.app
        start(seat.app, one, "group")
        start(seat.app, other, "group")
        await seat.settle()
    assert done == ["other"]
