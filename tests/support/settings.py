"""Settings of a small office, a keeper of versions around nothing that runs, and what it did."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gateway.app.changeover import NotApplied
from gateway.app.probes import Probe
from gateway.app.start import Kept
from gateway.app.trials import Keeper, Means, Wish
from gateway.config.load import parse
from gateway.config.schema import Settings
from gateway.core.event import Event
from gateway.core.settingsversion import Version, VersionState
from gateway.store.versions import Versions
from tests.support.clock import HandClock
from tests.support.settings_text import MINIMAL
from tests.support.storage import opened

FIRST = MINIMAL
HARMLESS = MINIMAL + "[policy.standard]\nmark_at = 5.5\n"
RISKY = MINIMAL.replace("mx.office.example", "mx2.office.example")


def settings(text: str) -> Settings:
    """Parsed."""
    return parse(text.encode(), "settings")


def wish(text: str, seconds: int = 0, by: str = "anna", via: str = "try") -> Wish:
    """Anna wants this."""
    return Wish(settings(text), text, by, via, seconds)


@dataclass
class FakeRuns:
    """Runs nothing; notes what it was told. `refuses` are hostnames that can't run here."""

    ran: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    settled: int = 0

    async def to(self, settings: Settings, *, may_return: bool = False) -> None:
        if settings.hostname in self.refuses:
            raise NotApplied("port 25 is taken")
        self.ran.append(settings.hostname)

    def settle(self) -> None:
        self.settled += 1


@dataclass
class Room:
    """A keeper and what it works with. `broken_for` are hostnames under which the backend does not answer."""

    keeper: Keeper
    runs: FakeRuns
    versions: Versions
    clock: HandClock
    file: Path
    events: list[Event]
    broken_for: set[str]

    async def states(self) -> list[tuple[int, str]]:
        """Number and state of every version, oldest first."""
        return [(each.number, each.state.value) for each in reversed((await self.versions.list()).items)]


@asynccontextmanager
async def room(folder: Path) -> AsyncIterator[Room]:
    """Version 1 is kept and runs."""
    file = folder / "poterne.toml"
    file.write_text(FIRST)
    async with opened(folder / "state") as at, asyncio.TaskGroup() as tasks:
        versions, runs, events = Versions(at.store.database), FakeRuns(["mx.office.example"]), []
        first = await versions.add(Version(0, 1_000.0, "", "first start", "0.1.0", VersionState.KEPT, (), FIRST))
        broken_for: set[str] = set()

        async def look() -> tuple[Probe, ...]:
            return (Probe("backend:exchange", runs.ran[-1] not in broken_for, "refused"), Probe("dns", False))

        means = Means(runs, look, versions, file, "0.1.0", at.clock, events.append, tasks)
        made = Room(Keeper(Kept(first, settings(FIRST)), means), runs, versions, at.clock, file, events, broken_for)
        yield made
        if made.keeper.trial is not None:
            await made.keeper.revert("the test")
