"""The interface before a fake gateway, with time that is turned by hand, and its screen as lines of text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from gateway.core.record import Disposition
from tests.support.control import NOON, FakeDesk, FakeGateway, fake_gateway, held, record
from tui.app import PoterneApp
from tui.base import Place
from tui.client import Client
from tui.glyphs import Font
from tui.language import Language, words

ACTIONS = (("accept", "delivered"), ("quarantine", "quarantined"), ("reject", "rejected"), ("defer", "deferred"))


@dataclass
class HandClock:
    """Stands at noon until it is turned."""

    at: datetime = field(default=NOON + timedelta(hours=2))

    def now(self) -> datetime:
        """What it shows."""
        return self.at

    def turn(self, seconds: float) -> None:
        """Go on."""
        self.at += timedelta(seconds=seconds)


@dataclass
class Seat:
    """The admin's seat: keys in, lines out."""

    app: PoterneApp
    pilot: Pilot[None]
    gateway: FakeGateway
    clock: HandClock

    async def press(self, *keys: str) -> None:
        """Press keys one after the other and let everything settle."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.pilot.press(*text)
        await self.settle()

    async def settle(self) -> None:
        """Until nothing is asked any more and everything is drawn."""
        for _ in range(4):
            await self.answered()
            await self.pilot.pause()

    async def answered(self) -> None:
        """Until what was asked is answered."""
        # An empty list would mean all of them, and the one that listens never ends.
        if busy := [each for each in self.app.workers if each.group != "link" and not each.is_finished]:
            with suppress(WorkerCancelled):  # a newer question took its place
                await self.app.workers.wait_for_complete(busy)

    async def turn(self, seconds: float) -> None:
        """Turn the clock, and let the interface look at it."""
        self.clock.turn(seconds)
        self.app.tick()
        await self.settle()

    def lines(self) -> list[str]:
        """The screen as text."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(line.rstrip() for line in self.lines())


@asynccontextmanager
async def seated(
    folder: Path,
    desk: FakeDesk,
    *,
    language: Language = "en",
    size: tuple[int, int] = (80, 24),
    font: Font = Font.CONSOLE,
) -> AsyncIterator[Seat]:
    """The interface, connected and settled."""
    async with fake_gateway(folder, desk) as gateway, seated_at(gateway, language, size, font) as seat:
        yield seat


@asynccontextmanager
async def seated_at(
    gateway: FakeGateway, language: Language = "en", size: tuple[int, int] = (80, 24), font: Font = Font.CONSOLE
) -> AsyncIterator[Seat]:
    """The same at a gateway that is there already."""
    clock = HandClock()
    app = PoterneApp(Client(gateway.path), words(language, UTC), clock.now, Place(font))
    async with app.run_test(size=size) as pilot:
        seat = Seat(app, pilot, gateway, clock)
        await seat.pilot.pause(0.05)
        await seat.settle()
        yield seat


def busy_desk(rows: int = 40, held_rows: int = 5, **changes: object) -> FakeDesk:
    """A desk with mail of every fate."""
    records = []
    for number in range(rows):
        action, state = ACTIONS[number % len(ACTIONS)]
        known = record(number)
        reasons = known.dispositions[0].reasons if action in ("quarantine", "reject") else ()
        changed = Disposition("anna@office.example", action, state, reasons=reasons)
        records.append(
            record(
                number,
                code=f"M{number:04d}",
                time=NOON.timestamp() - 600 * number,
                subject=SUBJECTS[number % len(SUBJECTS)],
                dispositions=(changed,),
                score=known.score if reasons else 0.4,
            )
        )
    rows_held = [
        held(number, code=f"H{number:04d}", held_at=NOON.timestamp() - 9_000 * number, subject=SUBJECTS[number % 5])
        for number in range(held_rows)
    ]
    first = [
        record(0, code=each.code, time=each.held_at, subject=each.subject, reverse_path=each.reverse_path)
        for each in rows_held
    ]
    records = sorted((*records, *first), key=lambda each: -each.time)
    return FakeDesk(records=records, held_rows=rows_held, **changes)  # type: ignore[arg-type]  # fields of the desk


def proven(desk: FakeDesk) -> FakeDesk:
    """The same, with every sender proven by DKIM."""
    desk.records = [replace(each, authors=("rene@sender.example",), proven_by="dkim") for each in desk.records]
    return desk


SUBJECTS: Sequence[str] = (
    "Facture 2026-118",
    "Réunion déplacée à jeudi",
    "Your order has been sent",
    "Lettre d'œuvres d'été",
    "Claim your prize",
    "Re: quote 2231",
    "",
)
