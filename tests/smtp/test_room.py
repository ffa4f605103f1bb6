"""452 at MAIL while the disk could not keep what was begun."""

from __future__ import annotations

import asyncio

from gateway.core.event import DependencyChanged, Event
from gateway.smtp.room import Room
from tests.support.clock import HandClock
from tests.support.edge import running_edge, until
from tests.support.intake import ScriptedIntake

MAIL = "MAIL FROM:<ann@sender.example>"


def test_a_place_is_given_while_all_that_was_begun_fits_one_and_a_half_times() -> None:
    room = Room(lambda: 300, 10_000, lambda event: None)
    first, second = room.begin(100), room.begin(100)
    assert first is not None
    assert second is not None
    assert room.begin(1) is None
    first.leave()
    first.leave()
    assert room.begin(100) is not None
    assert room.begin(1) is None


def test_shortage_and_its_end_are_told_once() -> None:
    events: list[Event] = []
    usable = [1_000]
    room = Room(lambda: usable[0], 10_000, events.append)
    for octets in (1_000, 100, 100, 1_000):
        usable[0] = octets
        if (place := room.begin(200)) is not None:
            place.leave()
    assert events == [
        DependencyChanged("disk", "down", "100 octets are left for new mail, 300 are needed"),
        DependencyChanged("disk", "up", ""),
    ]


async def test_shortage_and_its_end_are_seen_without_mail() -> None:
    events: list[Event] = []
    usable, clock = [50_000_000], HandClock()
    room = Room(lambda: usable[0], 100_000_000, events.append)
    async with asyncio.TaskGroup() as tasks:
        watch = tasks.create_task(room.watch(clock.sleep))
        await clock.turn(10)
        usable[0] = 1_000_000
        await clock.turn(4)
        assert [event.state for event in events if isinstance(event, DependencyChanged)] == ["down"]
        assert room.cause == "1000000 octets are left for new mail, 1572864 are needed"
        assert room.begin(10_000_000) is None
        usable[0] = 2_000_000
        # A sender was refused a large message: the disk is not well before there is room for that.
        await clock.turn(4)
        assert len(events) == 1
        usable[0] = 50_000_000
        await clock.turn(4)
        assert [event.state for event in events if isinstance(event, DependencyChanged)] == ["down", "up"]
        assert room.cause == ""
        watch.cancel()


async def test_without_room_mail_is_put_off_before_a_message_is_sent_and_taken_again_with_room() -> None:
    async with running_edge() as edge:
        edge.usable_octets = 50_000_000
        client = await edge.client()
        await client.reply()
        await client.ask("EHLO mail.sender.example")
        assert await client.ask(MAIL) == "452 4.3.1 No room to keep a message, please try again later"
        assert (await client.ask("RCPT TO:<bob@office.example>")).startswith("503")
        # Who says how large it is needs no room for the largest.
        assert (await client.ask(f"{MAIL} SIZE=1000")).startswith("250")
        await client.ask("RSET")
        edge.usable_octets = 60_000_000
        assert (await client.ask(MAIL)).startswith("250")


async def test_a_place_is_kept_until_the_message_has_its_answer_also_without_its_client() -> None:
    intake = ScriptedIntake(hold=asyncio.Event())
    async with running_edge(intake) as edge:
        edge.usable_octets = 60_000_000
        client = await edge.client()
        await client.begin("bob@office.example")
        other = await edge.client()
        await other.reply()
        await other.ask("EHLO mail.sender.example")
        assert (await other.ask(MAIL)).startswith("452")
        await client.say(b"DATA\r\n")
        await client.reply()
        await client.say(b"Subject: x\r\n\r\n.\r\n")
        await intake.begun.wait()
        await client.close()
        assert (await other.ask(MAIL)).startswith("452")
        assert intake.hold is not None
        intake.hold.set()
        await until(lambda: edge.surroundings.gate.open_connections == 1)
        assert (await other.ask(MAIL)).startswith("250")
        await other.close()
        await until(lambda: edge.surroundings.gate.open_connections == 0)
        third = await edge.client()
        await third.begin("bob@office.example")
