"""The mouse, given to the interface or left to the terminal while it runs; Textual itself asks only at its start."""

from __future__ import annotations

from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver


def is_given(driver: Driver | None) -> bool:
    """True while the terminal reports the mouse to us."""
    return isinstance(driver, LinuxDriver) and driver._mouse


def give(driver: Driver | None, *, is_on: bool) -> bool:
    """Tell the terminal; True when the mouse is now where it was wanted. Without a terminal nothing is told."""
    if not isinstance(driver, LinuxDriver):
        return False
    if is_on and not driver._mouse:
        driver._mouse = True
        driver._enable_mouse_support()
    elif driver._mouse and not is_on:
        driver._disable_mouse_support()
        driver._mouse = False
    return True
