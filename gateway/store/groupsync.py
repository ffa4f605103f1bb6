"""One fsync of a folder for all who wait for it: those who come while one runs share the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

from gateway.store.errors import StoreError


class GroupSync:
    """`await group()` returns when a sync that began after the call has ended well.

    `sync` runs in `pool` and raises StoreError. An error is that of all who were covered: they do not
    ask again, because after a failed fsync the next one may succeed without having written (reliability.md §1).
    """

    def __init__(self, sync: Callable[[], None], pool: Executor) -> None:
        self._sync = sync
        self._pool = pool
        self._lock = asyncio.Lock()
        self._asked = 0
        self._ended = 0
        self._failed: tuple[int, int] = (0, 0)

    async def __call__(self) -> None:
        """Wait for a sync that covers this call. Raises StoreError."""
        self._asked += 1
        ticket = self._asked
        async with self._lock:
            if self._ended < ticket:
                await self._run()
                return
            after, through = self._failed
            if after < ticket <= through:
                raise StoreError("disk: the folder could not be synced")

    async def _run(self) -> None:
        """Sync for everybody who asked so far. Cut short, its end is unknown: that counts as failed."""
        before, covered = self._ended, self._asked
        try:
            await asyncio.get_running_loop().run_in_executor(self._pool, self._sync)
        except BaseException:
            self._failed = (before, covered)
            raise
        finally:
            self._ended = covered
