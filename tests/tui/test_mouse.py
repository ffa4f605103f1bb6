from __future__ import annotations

from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver
from textual.drivers.linux_driver import LinuxDriver

from tui.mouse import give, is_given

ON, OFF = "\x1b[?1000h", "\x1b[?1000l"


class _Terminal(LinuxDriver):
    """Notes what is written."""

    def __init__(self, *, mouse: bool) -> None:
        self.told: list[str] = []
        self._mouse = mouse

    def write(self, data: str) -> None:
        self.told.append(data)

    def flush(self) -> None:
        """Nothing waits."""


def test_it_is_given_and_taken_back_while_the_interface_runs() -> None:
    driver = _Terminal(mouse=False)
    assert not is_given(driver)
    assert give(driver, is_on=True)
    assert (is_given(driver), driver.told[0]) == (True, ON)
    assert give(driver, is_on=False)
    assert not is_given(driver)
    assert OFF in driver.told


def test_what_is_so_already_is_not_told_again() -> None:
    for mouse in (True, False):
        driver = _Terminal(mouse=mouse)
        assert give(driver, is_on=mouse)
        assert driver.told == []


async def test_without_a_terminal_nothing_is_told() -> None:
    assert not give(None, is_on=True)
    assert not give(HeadlessDriver(App[None]()), is_on=True)
    assert not is_given(None)
