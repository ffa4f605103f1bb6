"""The memory that messages on their way may take (DESIGN D15): octets are reserved as they arrive.

One budget for the process. Whoever holds or copies message octets reserves them here and gives them back.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import TracebackType

from gateway.core.envelope import IPAddress
from gateway.smtp.limits import neighbourhood


class MemoryBudget:
    """`total_octets` for all; a quarter for one /24 or /64, or a single message of any size that fits at all.

    `folder` is where large messages go while more than three quarters are used; None: nowhere.
    """

    def __init__(self, total_octets: int, folder: Path | None = None) -> None:
        self.total_octets = total_octets
        self.folder = folder
        self.used_octets = 0
        self._by_network: Counter[tuple[int, int]] = Counter()

    def reservation(self, ip: IPAddress) -> Reservation:
        """An empty reservation for one message of this client."""
        return Reservation(self, neighbourhood(ip))

    def is_short_with(self, octets: int) -> bool:
        """True when so many more would use more than three quarters."""
        return (self.used_octets + octets) * 4 > self.total_octets * 3

    def _take(self, network: tuple[int, int], held_octets: int, octets: int) -> bool:
        of_network = self._by_network[network]
        # Without this, the quarter would forbid the largest message that the settings allow.
        is_only_one = of_network == held_octets
        if self.used_octets + octets > self.total_octets:
            return False
        if of_network + octets > self.total_octets // 4 and not is_only_one:
            return False
        self.used_octets += octets
        self._by_network[network] += octets
        return True

    def _give_back(self, network: tuple[int, int], octets: int) -> None:
        self.used_octets -= octets
        self._by_network[network] -= octets
        if not self._by_network[network]:
            del self._by_network[network]


class Reservation:
    """What one message holds. A context manager that gives everything back; so does `release`, any number of times."""

    __slots__ = ("_budget", "_network", "held_octets")

    def __init__(self, budget: MemoryBudget, network: tuple[int, int]) -> None:
        self._budget = budget
        self._network = network
        self.held_octets = 0

    def folder_for(self, octets: int) -> Path | None:
        """Where a message should go that wants so many more; None: it may stay in memory, or there is no such place."""
        return self._budget.folder if self._budget.is_short_with(octets) else None

    def grow(self, octets: int) -> bool:
        """Reserve so many more; False, and nothing changed, when there is no room."""
        if octets and not self._budget._take(self._network, self.held_octets, octets):
            return False
        self.held_octets += octets
        return True

    def release(self) -> None:
        """Give everything back."""
        held, self.held_octets = self.held_octets, 0
        if held:
            self._budget._give_back(self._network, held)

    def __enter__(self) -> Reservation:
        """Use it for a block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give everything back."""
        self.release()
