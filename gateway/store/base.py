"""What the store is given: the time and somebody to tell. The package knows no other part of the gateway."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeAlias

# May what nobody was promised still be written? False while the disk's reserve is in use.
HasRoom: TypeAlias = Callable[[], bool]


def always() -> bool:
    """There is room."""
    return True


class Clock(Protocol):
    """The part of `net.clock.Clock` that the store needs; store and net don't import one another."""

    def now(self) -> datetime:
        """The time of day, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; never jumps."""
        ...

    def is_synchronised(self) -> bool:
        """False while the time of day may be nonsense: then nothing expires (D17)."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait on the monotonic clock."""
        ...
