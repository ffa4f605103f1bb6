"""Through every screen, page and window that there is, by the keys of `tui.keys`: nothing here names a screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from textual import events

from tests.support.interface import Seat
from tui.keys import GLOBAL, SCREENS, Key
from tui.screens.frame import FrameScreen

# What leads away from where one is, or ends it.
_LEADS_AWAY: Final = ("back", "app.leave", "app.undo", "app.search", "app.go(", "app.language", "app.theme")
DEPTH_MAXIMUM: Final = 3
# Rows of a menu that lead somewhere else each.
ROWS_MAXIMUM: Final = 14
PATIENCE_SECONDS: Final = 20.0


def digits() -> list[str]:
    """The keys of the tabs that there are."""
    return [key.names[0] for key in GLOBAL if key.action.startswith("app.go(")]


def opening(of: str) -> list[Key]:
    """The keys of this screen that show something on it or over it."""
    return [key for key in SCREENS[of] if key.names and not key.action.startswith(_LEADS_AWAY)]


async def walk(seat: Seat) -> AsyncIterator[str]:
    """Stands somewhere else each time, and says by which keys one comes there.

    Every tab, its first row chosen, what each of its keys opens, and the same for each page that is new; then what
    only the palette has.
    """
    seen: set[str] = set()
    for digit in digits():
        await press(seat, digit)
        yield digit
        async for where in _below(seat, digit, seen, 1):
            yield where
        await _back_to(seat, seat.app.screen_stack[0])
    for key in ("colon", "f1", "ctrl+q"):
        await press(seat, "1", key)
        yield key
        await press(seat, "escape")
    for action in [key.action for key in GLOBAL if not key.names]:
        await press(seat, "1")
        await seat.app.run_action(action)
        await _rest(seat)
        yield action
        async for where in _below(seat, action, seen, 2):
            yield where
        await _back_to(seat, seat.app.screen_stack[0])


async def _below(seat: Seat, path: str, seen: set[str], depth: int) -> AsyncIterator[str]:
    """What the keys of the screen in front open."""
    here = seat.app.screen
    if not isinstance(here, FrameScreen) or here.KEYS in seen or depth > DEPTH_MAXIMUM:
        return
    seen.add(here.KEYS)
    await press(seat, "down")
    yield f"{path} down"
    for key in opening(here.KEYS):
        if seat.app.screen is not here:
            return
        for row in range(ROWS_MAXIMUM if key.names[0] == "enter" else 1):
            if row:
                await press(seat, "down")
            await press(seat, key.names[0])
            where, front = f"{path} {'down ' * (row + 1)}{key.names[0]}", seat.app.screen
            yield where
            is_new = isinstance(front, FrameScreen) and front.KEYS not in seen
            if is_new:
                async for further in _below(seat, where, seen, depth + 1):
                    yield further
            await _back_to(seat, here)
            if not is_new and row:
                break


async def _back_to(seat: Seat, screen: object) -> None:
    """Escape closes whatever is above this screen, and leaves the search line."""
    for _ in range(8):
        front = seat.app.screen
        if front is screen and getattr(front.focused, "id", None) != "search":
            return
        await press(seat, "escape")


async def press(seat: Seat, *keys: str) -> None:
    """Press, and wait until what that did is drawn. Faster than the pilot, who waits for a clock."""
    for key in keys:
        seat.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await _rest(seat)


async def _rest(seat: Seat) -> None:
    """Until no key waits, nothing is asked and everything is drawn."""
    waiting = seat.app._keys
    async with asyncio.timeout(PATIENCE_SECONDS):
        for _ in range(2):
            done = asyncio.Event()
            seat.app.call_later(done.set)
            await done.wait()
            while waiting._is_running:
                await waiting._quiet()
            await seat.answered()
            await waiting._quiet()
