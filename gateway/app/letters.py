"""Writes to the admin: looks at the gateway's state, lets `core.alarms` decide, and puts the letters into the queue.

What was told stands in a file, so that a restart tells nothing twice. While the time of day is unknown nothing is
written (D17), nor while the way to the admin's own mailbox is closed: then a letter would only tell old news.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from pathlib import Path
from typing import Final

import msgspec

from gateway.app.wrong import conditions
from gateway.config.daytime import hours, time_of_day
from gateway.config.schema import Settings
from gateway.control.healthvalues import CertificateView
from gateway.control.values import Status
from gateway.core.address import Mailbox
from gateway.core.adminletter import Letter, Morning, alarm_letter, compose, morning_letter
from gateway.core.alarms import NEVER, AlarmState, Hours, digest_is_due, digested, due, followed, told
from gateway.core.bounce import Reporter
from gateway.core.event import Fault, Publish
from gateway.core.held import HeldMessage
from gateway.core.path import PathError, scan_path
from gateway.net.clock import Clock
from gateway.pipeline.notices import Notices
from gateway.pipeline.returned import REASON as REFUSED
from gateway.store.errors import StoreError
from gateway.store.quarantine import Quarantine
from gateway.system.textfile import replace_text

LOOK_SECONDS: Final = 30.0
# After a start the parts have to find out about themselves; what lasts is told later in any case.
FIRST_SECONDS: Final = 1.0
# A certificate's days change once a day, and reading one starts a program.
PAPERS_SECONDS: Final = 3_600.0
HELD_MAXIMUM: Final = 500
REASON: Final = "admin-letter"
_DAY_SECONDS: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class LetterParts:
    """What letters are made of. `status` is assessed, in the language asked for; `closed` says why a lane is closed.

    `memory` is the file of what was told; `zone` is the machine's when None.
    """

    status: Callable[[str], Awaitable[Status]]
    papers: Callable[[], Awaitable[tuple[CertificateView, ...]]]
    settings: Callable[[], Settings]
    closed: Callable[[str], str]
    notices: Notices
    quarantine: Quarantine
    memory: Path
    clock: Clock
    publish: Publish
    zone: tzinfo | None = None


class AdminLetters:
    """`run` looks again and again; `look` is one look."""

    def __init__(self, parts: LetterParts) -> None:
        self._parts = parts
        self._state: AlarmState | None = None
        self._papers: tuple[CertificateView, ...] = ()
        self._papers_until = float("-inf")
        self._fault = ""

    async def run(self) -> None:
        """Until it is cancelled."""
        pause = FIRST_SECONDS
        while True:
            await self._parts.clock.sleep(pause)
            await self.look()
            pause = LOOK_SECONDS

    async def look(self) -> None:
        """Write what is due now. A full disk is a state, told once; the letter then goes later."""
        settings = self._parts.settings()
        if not settings.notify.enabled or not self._parts.clock.is_synchronised():
            return
        if self._state is None:
            today = self._parts.clock.now().astimezone(self._parts.zone).date()
            self._state = await asyncio.to_thread(_remembered, self._parts.memory, today)
        before = self._state
        try:
            why = await self._looked(self._state, settings)
        except StoreError as error:
            why = str(error)
        self._say(why)
        if self._state != before:
            await self._remember(self._state)

    async def _looked(self, state: AlarmState, settings: Settings) -> str:
        """Write what is due; why nothing can be written, "" when it can."""
        by = _reporter(settings)
        now = self._parts.clock.now()
        local = now.astimezone(self._parts.zone)
        status = await self._parts.status(by.language)
        wrong = conditions(status, await self._certificates(), settings.notify.after_minutes, by.language)
        self._state = state = followed(state, wrong, now.timestamp())
        address = settings.notify.to or settings.postmaster
        mailbox = _mailbox(address)
        lane = self._parts.notices.lane_to(mailbox) if mailbox is not None else None
        if mailbox is None or lane is None:
            return f"no way leads to {address} (notify.to)"
        if not self._parts.closed(lane):
            await self._write_due(state, settings, mailbox, local)
        return ""

    async def _write_due(self, state: AlarmState, settings: Settings, to: Mailbox, local: datetime) -> None:
        """What left is noted at once, so that the failure of another letter does not send it twice."""
        by = _reporter(settings)
        for alarm in due(state, local, _quiet(settings)):
            await self._write(alarm_letter(alarm, by, local), by, to, local)
            self._state = state = told(state, alarm, local.timestamp())
        if digest_is_due(state, local, _morning_time(settings)):
            letter = morning_letter(await self._morning(settings, local), by)
            if letter is not None:
                await self._write(letter, by, to, local)
            self._state = digested(state, local)

    async def _remember(self, state: AlarmState) -> None:
        """Where it can't be kept, a restart may tell something twice."""
        try:
            await asyncio.to_thread(replace_text, self._parts.memory, msgspec.json.encode(state).decode())
        except OSError as error:
            self._parts.publish(Fault("letters", f"{self._parts.memory}: {error.strerror}"))

    async def _write(self, letter: Letter, by: Reporter, to: Mailbox, local: datetime) -> None:
        octets = compose(letter, by, str(to), secrets.token_hex(16), local)
        await self._parts.notices.write(to, octets, REASON)

    async def _certificates(self) -> tuple[CertificateView, ...]:
        now = self._parts.clock.monotonic()
        if now >= self._papers_until:
            self._papers, self._papers_until = await self._parts.papers(), now + PAPERS_SECONDS
        return self._papers

    async def _morning(self, settings: Settings, local: datetime) -> Morning:
        page = await self._parts.quarantine.list(limit=HELD_MAXIMUM, kind="held")
        held = [each for each in page.items if not _is_ours(each)]
        new_since = local.timestamp() - _DAY_SECONDS
        return Morning(held, local, new_since, settings.quarantine.keep_days, settings.history.subjects)

    def _say(self, why: str) -> None:
        """Once, until it is over."""
        if why and why != self._fault:
            self._parts.publish(Fault("letters", why))
        self._fault = why


def _remembered(file: Path, today: date) -> AlarmState:
    """What was told before the restart; nothing when the file is not there or makes no sense.

    Who never wrote a morning letter begins with the next morning.
    """
    try:
        return msgspec.json.decode(file.read_bytes(), type=AlarmState)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return AlarmState(digest_on=today.isoformat())


def _reporter(settings: Settings) -> Reporter:
    return Reporter(settings.hostname, settings.postmaster, settings.notify.language or settings.language)


def _quiet(settings: Settings) -> Hours:
    return Hours(*hours(settings.notify.quiet_hours)) if settings.notify.quiet_hours else NEVER


def _morning_time(settings: Settings) -> time | None:
    return time_of_day(settings.notify.morning_at) if settings.notify.morning_at else None


def _mailbox(address: str) -> Mailbox | None:
    try:
        mailbox, _ = scan_path(f"<{address}>", 0)
    except PathError:
        return None
    return mailbox


def _is_ours(held: HeldMessage) -> bool:
    """A letter of ours that the office's server refused: to tell of it each morning would never end."""
    return held.reverse_path in ("", "<>") and REFUSED in held.reasons
