"""One connection: its limits, its TLS, its faults, and what a client's leaving does not do."""

import asyncio
import socket
from dataclasses import replace
from ipaddress import ip_address

import pytest

from gateway.config.schema import Limits, ListenerTls, Timeouts
from gateway.core.envelope import TlsSession
from gateway.core.event import Fault
from gateway.net.tls import CertificateFiles, ServerTls
from tests.support.edge import PLAIN, running_edge
from tests.support.intake import ScriptedIntake


@pytest.fixture
async def tls(tmp_path):
    tls = ServerTls(CertificateFiles.named(tmp_path, "mx"), "mx.office.example", lambda event: None)
    await tls.prepare()
    return tls


async def test_replies_are_not_delayed_by_nagle():
    async with running_edge() as edge:
        await (await edge.client()).reply()
        (session,) = tuple(edge.server._sessions)
        assert session._wire._link._sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("how", ["close", "half-close", "reset"])
async def test_a_client_that_leaves_never_cancels_a_delivery(how):
    intake = ScriptedIntake(hold=asyncio.Event())
    async with running_edge(intake) as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        await client.ask("DATA")
        await client.say(b"Subject: x\r\n\r\n.\r\n")
        await intake.begun.wait()
        held = edge.surroundings.memory.used_octets
        if how == "half-close":
            client.writer.write_eof()
        elif how == "reset":
            client.writer.transport.abort()
        else:
            client.writer.close()
        for _ in range(50):
            await asyncio.sleep(0)
        assert not intake.finished.is_set()
        assert edge.surroundings.memory.used_octets == held > 0
        intake.hold.set()
        await intake.finished.wait()
        assert len(intake.received) == 1
        if how == "half-close":
            assert await client.reply() == "250 2.0.0 Accepted"
    assert edge.surroundings.memory.used_octets == 0


async def test_tls_reaches_the_pipeline_and_leaves_plain_words_behind(tls):
    async with running_edge(listener=replace(PLAIN, tls=ListenerTls("opportunistic")), tls=tls) as edge:
        client = await edge.client()
        await client.reply()
        await client.ask("EHLO plain.example")
        await client.ask("STARTTLS")
        await client.start_tls()
        assert "STARTTLS" not in await client.ask("EHLO secret.example")
        await client.ask("MAIL FROM:<>")
        await client.ask("RCPT TO:<bob@office.example>")
        assert (await client.send(b"x" * 300_000 + b"\r\n.\r\n")).startswith("250")
        seen = edge.intake.received[0].client
        assert seen.helo == "secret.example"
        assert seen.protocol == "ESMTPS"
        assert seen.tls == TlsSession("TLSv1.3", seen.tls.cipher, 256)
        assert seen.tls.cipher.startswith("TLS_")


async def test_a_large_injection_is_dropped_whole(tls):
    async with running_edge(listener=replace(PLAIN, tls=ListenerTls("opportunistic")), tls=tls) as edge:
        client = await edge.client()
        await client.reply()
        await client.ask("EHLO a.example")
        await client.say(b"STARTTLS\r\n" + b"MAIL FROM:<evil@sender.example>\r\n" * 1_000)
        assert (await client.reply()).startswith("220 ")
        await client.start_tls()
        assert (await client.ask("RCPT TO:<bob@office.example>")).startswith("503 ")


async def test_a_failed_handshake_ends_the_connection_and_nothing_else(tls):
    async with running_edge(listener=replace(PLAIN, tls=ListenerTls("opportunistic")), tls=tls) as edge:
        client = await edge.client()
        await client.reply()
        await client.ask("EHLO a.example")
        await client.ask("STARTTLS")
        await client.say(b"this is no ClientHello\r\n" * 10)
        await client.rest()
        assert (await (await edge.client()).reply()).startswith("220 ")
        assert not edge.events


async def test_a_handshake_that_never_comes_has_an_end(tls):
    listener = replace(PLAIN, tls=ListenerTls("implicit"))
    timeouts = replace(Timeouts(), tls_handshake_seconds=0.05)
    async with running_edge(listener=listener, tls=tls, timeouts=timeouts) as edge:
        client = await edge.client()
        assert await client.rest() == b""


async def test_an_exception_is_told_to_the_journal_only():
    async with running_edge(ScriptedIntake(fails_at="receive")) as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        assert await client.send(b"\r\n.\r\n") == "451 4.3.0 Local error, try again later"
        (fault,) = edge.events
        assert isinstance(fault, Fault)
        assert "secret path /etc/key.pem" in fault.text


async def test_limits_count_connections_in_all_and_per_client():
    async with running_edge(limits=Limits(connections=3, connections_per_client=2)) as edge:
        first = await edge.client("127.0.0.2")
        second = await edge.client("127.0.0.2")
        assert (await first.reply()).startswith("220")
        assert (await second.reply()).startswith("220")
        third = await edge.client("127.0.0.2")
        assert (await third.reply()).startswith("421 4.7.0")
        await third.close()
        other = await edge.client("127.0.0.3")
        assert (await other.reply()).startswith("220")
        assert (await (await edge.client("127.0.0.4")).reply()).startswith("421 4.7.0")


async def test_hidden_origins_have_their_own_door_and_no_limit_per_client():
    router = ip_address("127.0.0.9")
    limits = Limits(connections_per_client=1)
    async with running_edge(limits=limits, hidden_origins=frozenset({router})) as edge:
        for _ in range(3):
            client = await edge.client("127.0.0.9")
            await client.begin("bob@office.example")
            await client.send(b"\r\n.\r\n")
        assert not edge.intake.received[0].door.origin_known
        other = await edge.client("127.0.0.8")
        await other.begin("bob@office.example")
        await other.send(b"\r\n.\r\n")
        assert edge.intake.received[-1].door.origin_known
