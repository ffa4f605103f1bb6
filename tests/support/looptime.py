"""The running loop's time, moved ahead by hand: a time-out of twelve seconds comes at once."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.clock import settle


class LoopTime:
    """Of the loop that runs now, until `monkeypatch` puts its time back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loop = asyncio.get_running_loop()
        real, self._ahead_seconds = loop.time, 0.0
        monkeypatch.setattr(loop, "time", lambda: real() + self._ahead_seconds)

    async def forward(self, seconds: float) -> None:
        """Move ahead and let everything run that this makes due."""
        self._ahead_seconds += seconds
        await settle()
