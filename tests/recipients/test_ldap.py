from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gateway.config.schema import RecipientVerification
from gateway.core.directoryentry import Listed
from gateway.core.event import DependencyChanged
from gateway.core.recipientfact import Source
from gateway.net.ldap import LdapError
from gateway.recipients.base import Existence
from gateway.recipients.ldap import FRESH_SECONDS, RETRY_SECONDS, AskedByLdap, DirectoryCopy
from tests.support.clock import settle
from tests.support.facts import OFFICE, Facts, facts
from tests.support.values import mailbox, recipient

HOW = RecipientVerification("ldap")
TEN = tuple(f"u{number}@{OFFICE}" for number in range(10))


@dataclass
class Server:
    """A directory that a test fills, empties, or stops."""

    addresses: tuple[str, ...] = TEN
    restricted: tuple[str, ...] = ()
    is_away: bool = False
    reads: int = 0
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self) -> tuple[Listed, ...]:
        self.reads += 1
        await self.may_answer.wait()
        if self.is_away:
            raise LdapError("connection refused")
        return tuple(Listed(mailbox(each), each in self.restricted) for each in self.addresses)


@dataclass
class Desk:
    at: Facts
    server: Server
    copy: DirectoryCopy
    verifier: AskedByLdap
    events: list[DependencyChanged]

    async def existence(self, address: str) -> Existence:
        return (await self.verifier.verify(recipient(address))).existence


@asynccontextmanager
async def desk(folder: Path, server: Server | None = None, how: RecipientVerification = HOW) -> AsyncIterator[Desk]:
    """Over what the folder keeps; the directory is read only when a test says so, or by `run`."""
    server = server or Server()
    server.may_answer.set()
    async with facts(folder) as at:
        events: list[DependencyChanged] = []

        def publish(event: object) -> None:
            assert isinstance(event, DependencyChanged)
            events.append(event)

        copy = DirectoryCopy(OFFICE, server, at.known, at.clock, publish, 3_600.0)
        yield Desk(at, server, copy, AskedByLdap(copy, at.known, how, "+"), events)


@asynccontextmanager
async def running(at: Desk) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(at.copy.run())
        async with asyncio.timeout(20):
            while not at.copy.is_there and not at.copy.cause:
                await settle()
        yield
        task.cancel()


async def test_who_is_in_the_directory_exists_and_nobody_else(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        synced = await at.copy.sync()
        assert (synced.outcome, synced.known, synced.added) == ("adopted", 10, 10)
        assert at.copy.state() == "verifying"
        assert await at.existence("U1@Office.Example") is Existence.KNOWN
        assert await at.existence(f"u1+shop@{OFFICE}") is Existence.KNOWN
        assert await at.existence(f"eve@{OFFICE}") is Existence.UNKNOWN


async def test_a_restart_without_the_directory_goes_on_with_the_last_good_copy(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.copy.sync()
    async with desk(tmp_path, Server(is_away=True)) as at:
        assert at.copy.state() == "verifying"
        assert (await at.copy.sync()).outcome == "failed"
        assert at.copy.state() == "directory-away"
        assert await at.existence(TEN[0]) is Existence.KNOWN
        # He may be new: nobody is refused because a directory is down (backends.md §8 row 13).
        assert await at.existence(f"eve@{OFFICE}") is Existence.UNDECIDED


async def test_without_any_copy_everybody_is_put_off(tmp_path: Path) -> None:
    async with desk(tmp_path, Server(is_away=True)) as at:
        assert at.copy.state() == "untested"
        await at.copy.sync()
        assert at.copy.state() == "unavailable"
        found = await at.verifier.verify(recipient(TEN[0]))
        assert found.existence is Existence.UNDECIDED
        assert "connection refused" in found.cause


async def test_a_copy_that_lacks_more_than_a_fifth_is_held_until_a_person_agrees(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.copy.sync()
        at.server.addresses = (*TEN[:7], f"new@{OFFICE}")
        held = await at.copy.sync()
        assert (held.outcome, held.removed, held.added) == ("held", 3, 1)
        assert at.copy.state() == "directory-held"
        assert await at.existence(TEN[9]) is Existence.KNOWN
        assert await at.existence(f"new@{OFFICE}") is Existence.KNOWN
        assert await at.existence(f"eve@{OFFICE}") is Existence.UNKNOWN
        assert (await at.copy.sync(accepts_loss=True)).outcome == "adopted"
        assert at.copy.state() == "verifying"
        assert await at.existence(TEN[9]) is Existence.UNKNOWN


async def test_a_fifth_may_leave_and_a_single_one_always_may(tmp_path: Path) -> None:
    async with desk(tmp_path, Server(TEN)) as at:
        await at.copy.sync()
        at.server.addresses = TEN[:8]
        assert (await at.copy.sync()).outcome == "adopted"
        at.server.addresses = TEN[:2]
        await at.copy.sync(accepts_loss=True)
        at.server.addresses = TEN[:1]
        assert (await at.copy.sync()).outcome == "adopted"


async def test_an_empty_directory_is_never_adopted_by_itself(tmp_path: Path) -> None:
    async with desk(tmp_path, Server(())) as at:
        assert (await at.copy.sync(accepts_loss=True)).outcome == "failed"
        at.server.addresses = TEN[:1]
        await at.copy.sync()
        at.server.addresses = ("x@other.example",)
        assert (await at.copy.sync()).outcome == "held"
        assert at.copy.state() == "directory-held"
        assert await at.existence(TEN[0]) is Existence.KNOWN
        await at.copy.sync(accepts_loss=True)
        assert await at.existence(TEN[0]) is Existence.UNKNOWN


async def test_when_the_lost_ones_come_back_the_alarm_ends(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.copy.sync()
        at.server.addresses = TEN[:3]
        await at.copy.sync()
        at.server.addresses = TEN
        await at.copy.sync()
        assert [(event.name, event.state) for event in at.events] == [
            (f"directory of {OFFICE}", "down"),
            (f"directory of {OFFICE}", "up"),
        ]


async def test_an_outage_is_told_once_and_its_end(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        for is_away in (False, True, True, False, False):
            at.server.is_away = is_away
            await at.copy.sync()
        assert [event.state for event in at.events] == ["down", "up"]


async def test_a_new_colleague_is_found_by_reading_again_though_not_for_every_word(tmp_path: Path) -> None:
    async with desk(tmp_path) as at, running(at):
        at.server.addresses = (*TEN, f"new@{OFFICE}")
        assert await at.existence(f"new@{OFFICE}") is Existence.UNKNOWN
        at.at.clock.advance(FRESH_SECONDS)
        assert await at.existence(f"new@{OFFICE}") is Existence.KNOWN
        before = at.server.reads
        for number in range(50):
            assert await at.existence(f"word{number}@{OFFICE}") is Existence.UNKNOWN
        assert at.server.reads == before


async def test_those_who_miss_while_it_is_read_wait_for_the_same_reading(tmp_path: Path) -> None:
    async with desk(tmp_path) as at, running(at):
        at.at.clock.advance(FRESH_SECONDS)
        at.server.may_answer.clear()
        at.server.addresses = (*TEN, f"new@{OFFICE}")
        before = at.server.reads
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(at.existence(f"new@{OFFICE}")) for _ in range(5)]
            await settle()
            at.server.may_answer.set()
        assert {task.result() for task in asked} == {Existence.KNOWN}
        assert at.server.reads == before + 1


async def test_it_is_read_every_interval_and_sooner_after_a_failure(tmp_path: Path) -> None:
    async with desk(tmp_path, Server(is_away=True)) as at, running(at):
        assert at.server.reads == 1
        for pause in (RETRY_SECONDS, 2 * RETRY_SECONDS, 4 * RETRY_SECONDS):
            before = at.server.reads
            await at.at.clock.turn(pause - 1)
            assert at.server.reads == before
            await at.at.clock.turn(1)
            assert at.server.reads == before + 1


async def test_who_takes_no_mail_of_strangers_says_so(tmp_path: Path) -> None:
    async with desk(tmp_path, Server(restricted=(TEN[0],))) as at:
        await at.copy.sync()
        assert (await at.verifier.verify(recipient(TEN[0]))).inside_only
        assert not (await at.verifier.verify(recipient(TEN[1]))).inside_only


async def test_a_person_may_add_whom_the_directory_lacks_and_not_take_off_whom_it_has(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.copy.sync()
        await at.at.by_hand.add([f"folder@{OFFICE}"], [OFFICE], "it", ends_learning=False)
        assert await at.existence(f"folder@{OFFICE}") is Existence.KNOWN
        at.at.deliver(f"learned@{OFFICE}", TEN[0])
        assert await at.existence(f"learned@{OFFICE}") is Existence.UNKNOWN
        await at.at.by_hand.remove(TEN[0], "it")
        assert await at.existence(TEN[0]) is Existence.KNOWN
        assert Source.REMOVED in at.at.known.facts(TEN[0])


async def test_by_setting_mail_for_nobody_is_held(tmp_path: Path) -> None:
    async with desk(tmp_path, how=RecipientVerification("ldap", unknown="quarantine")) as at:
        await at.copy.sync()
        assert await at.existence(f"eve@{OFFICE}") is Existence.DOUBTED
        at.server.is_away = True
        await at.copy.sync()
        assert await at.existence(f"eve@{OFFICE}") is Existence.UNDECIDED
