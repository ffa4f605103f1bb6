"""One listener: where it listens, how it stops, and what it leaves behind."""

import asyncio
import errno
import os
import socket
from collections import Counter
from dataclasses import replace

import pytest

from gateway.config.schema import Limits
from gateway.smtp import server as server_module
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


async def test_between_two_servers_on_one_socket_nobody_is_dropped(surroundings):
    """As systemd has it: the listening socket outlives the process; each client hears 421, or 220 of either server."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as kept:
        port = kept.getsockname()[1]

        async def greeting():
            client = await RawClient.connect(port)
            try:
                return (await client.reply())[:3]
            finally:
                await client.close()

        async with asyncio.TaskGroup() as tasks:
            servers = [SmtpServer(name, PLAIN, surroundings, None) for name in ("first", "second", "third")]
            clients = []
            for server in servers:
                await server.start(tasks, socket.socket(fileno=os.dup(kept.fileno())))
                clients += [tasks.create_task(greeting()) for _ in range(60)]
                await until(lambda: surroundings.gate.open_connections > 0)
                clients += [tasks.create_task(greeting()) for _ in range(20)]
                await server.stop(10)
            last = SmtpServer("last", PLAIN, surroundings, None)
            await last.start(tasks, socket.socket(fileno=os.dup(kept.fileno())))
            heard = Counter([await client for client in clients])
            await last.stop(10)
    assert set(heard) <= {"220", "421"}
    assert heard["220"] > 0


@pytest.mark.parametrize("rounds", range(6))
async def test_a_client_taken_in_the_moment_of_the_stop_is_answered(surroundings, rounds):
    """Whatever the loop has done of accepting it by then; asyncio's own server would drop it in one of these."""
    with socket.create_server(("127.0.0.1", 0)) as kept, socket.socket() as client:
        async with asyncio.TaskGroup() as tasks:
            first, second = (SmtpServer(name, PLAIN, surroundings, None) for name in ("first", "second"))
            await first.start(tasks, socket.socket(fileno=os.dup(kept.fileno())))
            client.connect(kept.getsockname())
            for _ in range(rounds):
                await asyncio.sleep(0)
            await first.stop(5)
            await second.start(tasks, socket.socket(fileno=os.dup(kept.fileno())))
            client.settimeout(5)
            assert (await asyncio.to_thread(client.recv, 100))[:3] in (b"220", b"421")
            client.close()
            await second.stop(5)


async def test_a_stopped_server_leaves_who_connects_now_in_the_queue(surroundings):
    with socket.create_server(("127.0.0.1", 0)) as kept:
        async with asyncio.TaskGroup() as tasks:
            first = SmtpServer("first", PLAIN, surroundings, None)
            await first.start(tasks, socket.socket(fileno=os.dup(kept.fileno())))
            await first.stop(5)
            client = await RawClient.connect(kept.getsockname()[1])
            second = SmtpServer("second", PLAIN, surroundings, None)
            await second.start(tasks, socket.socket(fileno=os.dup(kept.fileno())))
            assert (await client.reply()).startswith("220 ")
            await client.close()
            await second.stop(5)


class Scarce(socket.socket):
    """A listening socket of a machine without a free descriptor, the first time it is asked."""

    refusals = 1

    def accept(self):
        if self.refusals:
            self.refusals -= 1
            raise OSError(errno.EMFILE, "Too many open files")
        return super().accept()


async def test_without_a_free_descriptor_clients_wait_in_the_queue(surroundings, monkeypatch, caplog):
    monkeypatch.setattr(server_module, "_SHORTAGE_PAUSE_SECONDS", 0.01)
    sock = Scarce(socket.AF_INET, socket.SOCK_STREAM)
    sock.bind(("127.0.0.1", 0))
    async with asyncio.TaskGroup() as tasks:
        server = SmtpServer("scarce", PLAIN, surroundings, None)
        await server.start(tasks, sock)
        client = await RawClient.connect(server.port)
        assert (await client.reply()).startswith("220 ")
        await client.close()
        await server.stop(5)
    assert "listener scarce takes nobody for a moment: Too many open files" in caplog.text


async def test_clients_that_reset_at_once_do_no_harm():
    async with running_edge() as edge:
        for _ in range(50):
            leaver = socket.create_connection(("127.0.0.1", edge.server.port))
            leaver.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            leaver.close()
        client = await edge.client()
        assert (await client.reply()).startswith("220 ")
        await until(lambda: edge.surroundings.gate.open_connections == 1)
        assert not edge.events
