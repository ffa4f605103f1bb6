from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from textual.app import App, SuspendNotSupported

from tests.support.control import HOSTILE
from tui import plain


class Terminal:
    """An application whose terminal can be given back, or not."""

    def __init__(self, *, can: bool) -> None:
        self.can = can
        self.is_away = False

    @contextmanager
    def suspend(self) -> Iterator[None]:
        if not self.can:
            raise SuspendNotSupported("a test")
        self.is_away = True
        yield
        self.is_away = False


def test_each_line_stays_whole_and_hostile_text_is_harmless() -> None:
    written = plain.page(f"{'x' * 500}\n{HOSTILE}", "Enter")
    lines = written.split("\r\n")
    assert lines[1] == "x" * 500
    assert all(each.isprintable() for each in lines)
    assert "Enter" in lines


def test_it_is_shown_while_the_interface_is_away() -> None:
    terminal = Terminal(can=True)
    waited: list[bool] = []
    assert plain.show(cast(App[Any], terminal), "v=spf1 mx -all", "Enter", lambda: waited.append(terminal.is_away))
    assert waited == [True]
    assert not terminal.is_away


def test_a_terminal_that_cant_be_given_back_is_told() -> None:
    assert not plain.show(cast(App[Any], Terminal(can=False)), "x", "Enter", lambda: None)
