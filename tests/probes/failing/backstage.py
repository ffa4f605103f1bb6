"""An event loop in a thread, in which the peers of a probe live: names, a next hop, a pipe to the scanner."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from types import TracebackType
from typing import Any, TypeVar

_Value = TypeVar("_Value")


class Backstage:
    """A context manager; what was entered in it is left at its end."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._stack = AsyncExitStack()
        self._thread = threading.Thread(target=self._loop.run_forever, name="backstage", daemon=True)

    def __enter__(self) -> Backstage:
        """The loop turns."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all peers."""
        self.run(self._stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def enter(self, peer: AbstractAsyncContextManager[_Value]) -> _Value:
        """The peer, at work."""
        return self.run(self._stack.enter_async_context(peer))

    def on_exit(self, end: Callable[[], object]) -> None:
        """Call this at the end, before what was entered earlier is left."""
        self._stack.callback(end)

    def call(self, act: Callable[[], object]) -> None:
        """Do this in the peers' loop."""

        async def acted() -> None:
            act()

        self.run(acted())

    def run(self, work: Coroutine[Any, Any, _Value]) -> _Value:
        """What this comes to, in the peers' loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)
