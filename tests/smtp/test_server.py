"""One listener: where it listens, how it stops, and what it leaves behind."""

import asyncio
import socket
from dataclasses import replace

import pytest

from gateway.config.schema import Limits
from gateway.smtp.server import SmtpServer
from tests.support.edge import PLAIN, running_edge, until
from tests.support.intake import ScriptedIntake
from tests.support.smtpclient import RawClient


@pytest.fixture
async def surroundings():
    async with running_edge() as edge:
        yield edge.surroundings


async def test_it_takes_a_socket_that_somebody_else_opened(surroundings):
    sock = socket.create_server(("127.0.0.1", 0))
    async with asyncio.TaskGroup() as tasks:
        server = SmtpServer("passed", replace(PLAIN, address="systemd:smtp"), surroundings, None)
        await server.start(tasks, sock)
        client = await RawClient.connect(server.port)
        assert (await client.reply()).startswith("220")
        await client.close()
        await server.stop(5)


@pytest.mark.parametrize("address", ["systemd:smtp", "192.0.2.1:0"])
async def test_an_address_that_cannot_be_had_is_an_error(surroundings, address):
    async with asyncio.TaskGroup() as tasks:
        server = SmtpServer("x", replace(PLAIN, address=address), surroundings, None)
        with pytest.raises(OSError, match=r".+"):
            await server.start(tasks)
        with pytest.raises(RuntimeError, match="not listening"):
            _ = server.port
        await server.stop(1)


async def test_ipv6_has_a_listener_of_its_own(surroundings):
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    async with asyncio.TaskGroup() as tasks:
        server = SmtpServer("six", replace(PLAIN, address="[::1]:0"), surroundings, None)
        await server.start(tasks)
        client = await RawClient.connect(server.port, host="::1")
        assert (await client.reply()).startswith("220")
        await client.close()
        await server.stop(5)


async def test_stopping_says_421_where_a_command_is_awaited():
    async with running_edge() as edge:
        idle, inside = await edge.client(), await edge.client()
        await idle.reply()
        await inside.begin("bob@office.example")
        port = edge.server.port
        await edge.server.stop(5.0)
        for client in (idle, inside):
            assert (await client.reply()).startswith("421 4.3.2 ")
            assert await client.rest() == b""
        with pytest.raises(OSError, match=r".+"):
            await RawClient.connect(port)


async def test_stopping_waits_for_a_message_on_its_way():
    intake = ScriptedIntake(hold=asyncio.Event())
    async with running_edge(intake) as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        await client.ask("DATA")
        await client.say(b"\r\n.\r\n")
        await intake.begun.wait()
        async with asyncio.TaskGroup() as group:
            stop = group.create_task(edge.server.stop(30))
            for _ in range(20):
                await asyncio.sleep(0)
            assert not stop.done()
            intake.hold.set()
            assert await client.reply() == "250 2.0.0 Accepted"
            assert (await client.reply()).startswith("421 ")
        assert len(intake.received) == 1


async def test_stopping_has_an_end_whatever_hangs():
    intake = ScriptedIntake(hold=asyncio.Event())
    async with running_edge(intake) as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        await client.ask("DATA")
        await client.say(b"\r\n.\r\n")
        await intake.begun.wait()
        async with asyncio.timeout(8):
            await edge.server.stop(0.05)
        assert intake.finished.is_set()
        assert not intake.received
    assert edge.surroundings.gate.open_connections == 0
    assert edge.surroundings.memory.used_octets == 0


async def test_stopping_twice_and_before_the_start_do_no_harm(surroundings):
    server = SmtpServer("x", PLAIN, surroundings, None)
    await server.stop(1)
    async with asyncio.TaskGroup() as tasks:
        await server.start(tasks)
        await server.stop(1)
        await server.stop(1)


async def test_hundreds_of_idle_clients_do_not_hinder_an_honest_one():
    async with running_edge(limits=Limits(connections=1_000, connections_per_client=1_000)) as edge:
        for _ in range(300):
            await edge.client()
        client = await edge.client("127.0.0.2")
        await client.begin("bob@office.example")
        assert (await client.send(b"\r\n.\r\n")).startswith("250")
        for each in edge.clients:
            each.writer.transport.abort()
        await until(lambda: edge.surroundings.gate.open_connections == 0)
