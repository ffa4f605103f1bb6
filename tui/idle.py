"""How long nobody pressed a key, and when a session that was left alone ends. Counts beats: a clock may leap."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

# So long before the end it is said.
WARNING_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Idle:
    """`limit` seconds without a key end it, 0 never does; `passed` have gone by."""

    limit: int
    passed: int = 0

    def touched(self) -> Idle:
        """Somebody is there."""
        return replace(self, passed=0)

    def beat(self) -> Idle:
        """A second more."""
        return replace(self, passed=self.passed + 1)

    @property
    def is_over(self) -> bool:
        """Nobody was there for as long as is allowed."""
        return 0 < self.limit <= self.passed

    @property
    def seconds_left(self) -> int:
        """Until the end; 0 while it is too early to speak of it, and when it never comes."""
        left = self.limit - self.passed
        return left if self.limit and 0 < left <= WARNING_SECONDS else 0
