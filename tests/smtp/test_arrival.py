"""Before the greeting: PROXY headers, early talkers, the pipeline's admission."""

import asyncio
import inspect
import ssl
from dataclasses import replace
from ipaddress import ip_address

import aiosmtpd
import pytest
from aiosmtpd.proxy_protocol import AsyncReader, get_proxy

from gateway.config.schema import Limits, ListenerTls
from gateway.core.envelope import Role
from gateway.net.tls import CertificateFiles, ServerTls
from gateway.smtp.arrival import Peer, peer_of
from tests.support.edge import PLAIN, running_edge, until
from tests.support.intake import ScriptedIntake

PROXIED = replace(PLAIN, proxy_protocol_from=("127.0.0.0/24",))
PATIENT = replace(PLAIN, greet_delay_seconds=30.0)


def test_aiosmtpd_is_the_one_we_know():
    assert aiosmtpd.__version__ == "1.4.6"
    assert inspect.iscoroutinefunction(get_proxy)
    assert {"read", "readexactly", "readuntil"} <= set(vars(AsyncReader))


@pytest.mark.parametrize(
    ("peername", "expected"),
    [
        (("192.0.2.1", 25), Peer(ip_address("192.0.2.1"), 25)),
        (("::ffff:192.0.2.1", 25, 0, 0), Peer(ip_address("192.0.2.1"), 25)),
        (("fe80::1%eth0", 25, 0, 2), Peer(ip_address("fe80::1"), 25)),
    ],
)
def test_a_peer_has_one_address(peername, expected):
    assert peer_of(peername) == expected


@pytest.mark.parametrize("peername", ["", None, ("x", 1)])
def test_what_has_no_address_is_no_peer(peername):
    with pytest.raises(ValueError, match=r".+"):
        peer_of(peername)


async def test_whoever_speaks_before_the_greeting_is_refused():
    async with running_edge(listener=PATIENT) as edge:
        client = await edge.client()
        await client.say(b"EHLO bot.example\r\nMAIL FROM:<>\r\n")
        reply = await client.reply()
        assert reply.startswith("554 5.5.1 ")
        assert reply.endswith(" [C0001]")
        assert await client.rest() == b""
        assert [(event.record.kind, event.record.code) for event in edge.events] == [("client-refused", "C0001")]


async def test_a_client_seen_before_is_greeted_at_once():
    async with running_edge(listener=replace(PLAIN, greet_delay_seconds=0.05)) as edge:
        client = await edge.client()
        assert (await client.reply()).startswith("220")
        assert client_ip(edge) not in edge.surroundings.seen
        await client.ask("EHLO mail.sender.example")
        assert client_ip(edge) in edge.surroundings.seen
    async with running_edge(listener=PATIENT) as edge:
        edge.surroundings.seen.add(ip_address("127.0.0.1"))
        assert (await (await edge.client()).reply()).startswith("220")


async def test_relay_clients_do_not_wait():
    async with running_edge(ScriptedIntake(relay_clients={"127.0.0.1": "printer"}), listener=PATIENT) as edge:
        assert (await (await edge.client()).reply()).startswith("220")


async def test_a_client_that_leaves_before_its_greeting_leaves_nothing():
    async with running_edge(listener=PATIENT) as edge:
        client = await edge.client()
        await client.close()
    assert edge.surroundings.gate.open_connections == 0
    assert not edge.events


async def test_the_pipeline_is_told_where_the_client_came_in():
    async with running_edge(listener=replace(PLAIN, role="outbound")) as edge:
        await (await edge.client("127.0.0.7")).reply()
        (client,) = edge.intake.clients
        assert (str(client.ip), client.listener, client.role) == ("127.0.0.7", "internet", Role.OUTBOUND)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"PROXY TCP4 192.0.2.7 198.51.100.1 4711 25\r\n", "192.0.2.7"),
        (b"PROXY TCP6 2001:db8::7 2001:db8::1 4711 25\r\n", "2001:db8::7"),
        (b"PROXY UNKNOWN\r\n", "127.0.0.1"),
        (
            b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x07\xc6\x33\x64\x01\x12\x67\x00\x19",
            "192.0.2.7",
        ),
    ],
)
async def test_our_proxy_says_whom_it_brings(header, expected):
    async with running_edge(listener=PROXIED) as edge:
        client = await edge.client()
        await client.say(header)
        assert (await client.reply()).startswith("220")
        assert str(edge.intake.clients[0].ip) == expected


async def test_limits_count_the_client_and_not_the_proxy():
    async with running_edge(listener=PROXIED, limits=Limits(connections_per_client=1)) as edge:
        for host, code in (("192.0.2.7", "220"), ("192.0.2.8", "220"), ("192.0.2.7", "421")):
            client = await edge.client()
            await client.say(f"PROXY TCP4 {host} 198.51.100.1 4711 25\r\n".encode())
            assert (await client.reply()).startswith(code)


@pytest.mark.parametrize("is_one_piece", [True, False])
async def test_tls_from_the_first_octet_works_behind_a_proxy(tmp_path, is_one_piece):
    """Also when the ClientHello came in one piece with the proxy's header."""
    tls = ServerTls(CertificateFiles.named(tmp_path, "mx"), "mx.office.example", lambda event: None)
    await tls.prepare()
    listener = replace(PROXIED, tls=ListenerTls("implicit"))
    header = b"PROXY TCP4 192.0.2.7 198.51.100.1 4711 25\r\n"
    async with running_edge(listener=listener, tls=tls) as edge:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        arrived, leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
        peer = context.wrap_bio(arrived, leaving)
        client = await edge.client()
        with pytest.raises(ssl.SSLWantReadError):
            peer.do_handshake()
        if is_one_piece:
            await client.say(header + leaving.read())
        else:
            await client.say(header)
            await client.say(leaving.read())
        greeting = b""
        while not greeting:
            arrived.write(await client.reader.read(65_536))
            try:
                peer.do_handshake()
                greeting = peer.read(100)
            except ssl.SSLWantReadError:
                await client.say(leaving.read())
        assert greeting.startswith(b"220 ")
        assert str(edge.intake.clients[0].ip) == "192.0.2.7"


async def test_a_proxy_without_a_good_header_gets_nothing():
    async with running_edge(listener=PROXIED) as edge:
        client = await edge.client()
        await client.say(b"EHLO mail.sender.example\r\n")
        assert await client.rest() == b""
        assert not edge.intake.clients


async def test_a_header_from_anybody_else_is_only_early_talk():
    async with running_edge(listener=replace(PATIENT, proxy_protocol_from=("192.0.2.0/24",))) as edge:
        client = await edge.client()
        await client.say(b"PROXY TCP4 192.0.2.7 198.51.100.1 4711 25\r\n")
        assert (await client.reply()).startswith("554 5.5.1 ")
        assert [str(each.ip) for each in edge.intake.clients] == ["127.0.0.1"]


def client_ip(edge):
    return edge.intake.clients[0].ip


class SlowIntake(ScriptedIntake):
    """Admits when the test says so."""

    def __init__(self):
        super().__init__()
        self.asked_for, self.may_answer = asyncio.Event(), asyncio.Event()

    async def admit_client(self, client):
        self.asked_for.set()
        await self.may_answer.wait()
        return await super().admit_client(client)


async def test_speaking_while_the_pipeline_thinks_is_early_too():
    intake = SlowIntake()
    async with running_edge(intake) as edge:
        client = await edge.client()
        await intake.asked_for.wait()
        await client.say(b"EHLO bot.example\r\n")
        (session,) = tuple(edge.server._sessions)
        await until(lambda: session.arrived_octets > 0)
        intake.may_answer.set()
        assert (await client.reply()).startswith("554 5.5.1 ")
