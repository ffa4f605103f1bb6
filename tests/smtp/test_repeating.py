"""Clients that vanish after the dot and come again, and clients that mean it (D16)."""

from __future__ import annotations

import asyncio
import socket
import struct

from gateway.core.event import MessageHandled
from gateway.core.repeats import KEEP_SECONDS, Sign
from gateway.core.reply import Reply
from gateway.smtp.repeating import _HASH_HERE_OCTETS, Repeating
from tests.support.clock import HandClock
from tests.support.edge import Edge, running_edge, until
from tests.support.intake import ScriptedIntake
from tests.support.smtpclient import RawClient

CONTENT = b"From: ann@sender.example\r\nSubject: once\r\n\r\nHello\r\n.\r\n"
COMMANDS = ("MAIL FROM:<ann@sender.example>", "RCPT TO:<bob@office.example>")


async def dot_sent(edge: Edge, content: bytes = CONTENT, *recipients: str) -> RawClient:
    """A client whose message is on its way, and who has not read the answer."""
    client = await edge.client()
    await client.begin(*(recipients or ("bob@office.example",)))
    assert (await client.ask("DATA")).startswith("354")
    await client.say(content)
    return client


async def vanish(client: RawClient) -> None:
    """As a machine that loses its power and comes back: the connection is reset."""
    sock = client.writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.writer.transport.abort()


async def sent_again(edge: Edge, content: bytes = CONTENT, *recipients: str) -> str:
    client = await dot_sent(edge, content, *recipients)
    reply = await client.reply()
    assert (await client.ask("QUIT")).startswith("221")
    return reply


def numbered() -> ScriptedIntake:
    """Each reply tells which message it is for."""

    class Intake(ScriptedIntake):
        async def receive(self, transaction):
            reply = await super().receive(transaction)
            return reply.with_code_word(transaction.code) if reply.is_positive else reply

    return Intake()


async def test_who_vanishes_before_the_answer_and_comes_again_has_the_same_answer_and_one_delivery() -> None:
    intake = numbered()
    intake.hold = asyncio.Event()
    async with running_edge(intake) as edge:
        client = await dot_sent(edge)
        await intake.begun.wait()
        await vanish(client)
        await until(lambda: all(session.is_left for session in edge.server._sessions))
        again = asyncio.ensure_future(sent_again(edge))
        await asyncio.sleep(0)
        intake.hold.set()
        assert await again == "250 2.0.0 Accepted [C0001]"
        assert len(intake.received) == 1


async def test_a_repetition_waits_for_the_answer_to_what_is_worked_on() -> None:
    repeating, hold = Repeating(HandClock()), asyncio.Event()
    sign = Sign("ann@sender.example", ("bob@office.example",), b"digest")

    async def work() -> Reply:
        await hold.wait()
        return Reply.of(250, "2.0.0", "Accepted")

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        first = group.create_task(repeating.answer(sign, work(), lambda: True))
        await asyncio.sleep(0)
        again = group.create_task(repeating.known(sign))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not again.done()
        hold.set()
    assert again.result() == first.result()


async def test_who_breaks_off_behind_the_answer_may_not_have_read_it() -> None:
    intake = numbered()
    async with running_edge(intake) as edge:
        client = await dot_sent(edge)
        assert await client.reply() == "250 2.0.0 Accepted [C0001]"
        await vanish(client)
        await until(lambda: edge.surroundings.gate.open_connections == 0)
        assert await sent_again(edge) == "250 2.0.0 Accepted [C0001]"
        assert len(intake.received) == 1


async def test_the_repetition_is_noted_in_the_history() -> None:
    intake = numbered()
    intake.hold = asyncio.Event()
    async with running_edge(intake) as edge:
        client = await dot_sent(edge)
        await intake.begun.wait()
        await vanish(client)
        await until(lambda: all(session.is_left for session in edge.server._sessions))
        intake.hold.set()
        await intake.finished.wait()
        await sent_again(edge)
        (event,) = (each for each in edge.events if isinstance(each, MessageHandled))
        record = event.record
        assert (record.code, record.kind, record.reply) == ("C0002", "message", "250 2.0.0 Accepted [C0001]")
        assert [(each.recipient, each.action, each.state) for each in record.dispositions] == [
            ("bob@office.example", "accept", "repeated")
        ]
        assert edge.surroundings.memory.used_octets == 0


async def test_who_read_the_answer_and_sends_the_same_again_means_it() -> None:
    intake = numbered()
    async with running_edge(intake) as edge:
        client = await dot_sent(edge)
        assert await client.reply() == "250 2.0.0 Accepted [C0001]"
        for command in COMMANDS:
            assert (await client.ask(command)).startswith("250")
        assert await client.send(CONTENT) == "250 2.0.0 Accepted [C0002]"
        await client.ask("QUIT")
        assert await sent_again(edge) == "250 2.0.0 Accepted [C0003]"
        assert len(intake.received) == 3


async def test_an_orderly_close_without_quit_says_that_the_answer_was_read() -> None:
    intake = numbered()
    async with running_edge(intake) as edge:
        client = await dot_sent(edge)
        assert await client.reply() == "250 2.0.0 Accepted [C0001]"
        await client.close()
        await until(lambda: edge.surroundings.gate.open_connections == 0)
        edge.clock.advance(60)
        assert await sent_again(edge) == "250 2.0.0 Accepted [C0002]"


async def test_a_quit_that_came_with_the_dot_says_nothing_but_the_close_behind_it_does() -> None:
    intake = numbered()
    async with running_edge(intake) as edge:
        client = await dot_sent(edge, CONTENT + b"QUIT\r\n")
        assert await client.reply() == "250 2.0.0 Accepted [C0001]"
        assert (await client.reply()).startswith("221")
        await client.close()
        await until(lambda: edge.surroundings.gate.open_connections == 0)
        edge.clock.advance(60)
        assert await sent_again(edge) == "250 2.0.0 Accepted [C0002]"


async def test_a_close_that_came_before_the_answer_is_none_behind_it() -> None:
    intake = numbered()
    intake.hold = asyncio.Event()
    async with running_edge(intake) as edge:
        client = await dot_sent(edge)
        await intake.begun.wait()
        client.writer.write_eof()
        await until(lambda: all(session.is_left for session in edge.server._sessions))
        intake.hold.set()
        await until(lambda: edge.surroundings.gate.open_connections == 0)
        assert await sent_again(edge) == "250 2.0.0 Accepted [C0001]"
        # Now it has been read.
        assert await sent_again(edge) == "250 2.0.0 Accepted [C0003]"
        assert len(intake.received) == 2


async def test_the_same_message_side_by_side_is_no_repetition() -> None:
    intake = numbered()
    intake.hold = asyncio.Event()
    async with running_edge(intake) as edge:
        clients = [await dot_sent(edge) for _ in range(3)]
        await until(lambda: intake.codes == 3)
        intake.hold.set()
        assert {await client.reply() for client in clients} == {f"250 2.0.0 Accepted [C000{n}]" for n in (1, 2, 3)}
        assert await sent_again(edge) == "250 2.0.0 Accepted [C0004]"
        assert len(intake.received) == 4


async def test_a_connection_that_falls_silent_after_the_answer_makes_the_next_one_a_repetition() -> None:
    intake = numbered()
    async with running_edge(intake) as edge:
        await dot_sent(edge)
        await until(lambda: len(intake.received) == 1)
        edge.clock.advance(30)
        assert await sent_again(edge) == "250 2.0.0 Accepted [C0001]"


async def test_other_recipients_other_octets_or_another_day_are_another_message() -> None:
    intake = numbered()
    async with running_edge(intake) as edge:
        await dot_sent(edge)
        await until(lambda: len(intake.received) == 1)
        edge.clock.advance(30)
        assert await sent_again(edge, CONTENT.replace(b"Hello", b"Hallo")) == "250 2.0.0 Accepted [C0002]"
        assert await sent_again(edge, CONTENT, "bob@office.example", "eve@office.example") == (
            "250 2.0.0 Accepted [C0003]"
        )
        edge.clock.advance(KEEP_SECONDS)
        assert await sent_again(edge) == "250 2.0.0 Accepted [C0004]"


async def test_what_was_not_taken_is_tried_anew() -> None:
    intake = numbered()
    intake.reply = Reply.of(451, "4.3.0", "Later")
    async with running_edge(intake) as edge:
        client = await dot_sent(edge)
        await until(lambda: len(intake.received) == 1)
        await vanish(client)
        intake.reply = Reply.of(250, "2.0.0", "Accepted")
        edge.clock.advance(30)
        assert await sent_again(edge) == "250 2.0.0 Accepted [C0002]"


async def test_a_large_message_is_recognised_too() -> None:
    intake = numbered()
    content = b"Subject: large\r\n\r\n" + b"x" * 70 + b"\r\n"
    content = content + (b"y" * 998 + b"\r\n") * (_HASH_HERE_OCTETS // 1_000 + 1) + b".\r\n"
    async with running_edge(intake) as edge:
        await dot_sent(edge, content)
        await until(lambda: len(intake.received) == 1)
        edge.clock.advance(30)
        assert await sent_again(edge, content) == "250 2.0.0 Accepted [C0001]"
