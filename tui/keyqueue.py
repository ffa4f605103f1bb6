"""Keys one after the other: the next one waits until what the last one did has happened.

Textual hands a key to whatever has the focus and goes on; somebody who types fast, or over a slow line, would press
keys on a screen that is about to go: letters of a search would be commands.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.worker import WorkerError

from tui.base import start

# Whatever happens, no key waits longer for the last one.
PATIENCE_SECONDS: Final = 1.0
# More than anybody types ahead; a key that is stuck must not fill the memory.
WAITING_MAXIMUM: Final = 256


class KeyQueue:
    """`deliver` gives a key to the focus. `loading` is the group of workers that a key waits for: rows on their way."""

    def __init__(self, app: App[None], deliver: Callable[[events.Key], Awaitable[None]], loading: str) -> None:
        self._app = app
        self._deliver = deliver
        self._loading = loading
        self._waiting: deque[events.Key] = deque(maxlen=WAITING_MAXIMUM)
        self._is_running = False

    def put(self, key: events.Key) -> None:
        """Deliver it in its turn."""
        self._waiting.append(key)
        if not self._is_running:
            self._is_running = True
            start(self._app, self._run)

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._deliver(self._waiting.popleft())
                if self._waiting:
                    await self._quiet()
        finally:
            self._is_running = False

    async def _quiet(self) -> None:
        """Until the key has bubbled to the top, and what it opened is there."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                focused = self._app.focused or self._app.screen
                for node in focused.ancestors_with_self:
                    await _passed(node)
                await _passed(self._app)
                for _ in range(2):  # what was opened may itself open or focus something
                    await _passed(self._app.screen)
                    await _refreshed(self._app.screen)
                for worker in [each for each in self._app.workers if each.group == self._loading]:
                    await worker.wait()
                await _passed(self._app.screen)
        except (TimeoutError, WorkerError):
            return


async def _passed(node: MessagePump) -> None:
    """Until it has dealt with all that it has been told so far."""
    done = asyncio.Event()
    if node.call_later(done.set):
        await done.wait()


async def _refreshed(node: MessagePump) -> None:
    done = asyncio.Event()
    if node.call_after_refresh(done.set):
        await done.wait()
