"""Every end-of-data variant of reliability.md §3: none splits a message in two, none leaks a stray octet."""

import asyncio
import errno
import os
from dataclasses import replace
from ipaddress import ip_address
from itertools import product

import pytest

from gateway.config.schema import Limits, Timeouts
from gateway.smtp.filed import Filed
from tests.support.edge import running_edge, until
from tests.support.intake import ScriptedIntake

ENDS = [
    b"\n.\n",
    b"\n.\r\n",
    b"\r\n.\n",
    b"\r\n.\r\r\n",
    b"\r.\r",
    b"\r.\r\n",
    b"\r\n.\r",
    b"\r\n\x00.\r\n",
    b"\r\n.\x00\r\n",
    b"\n\n.\n\n",
    b"\n\r.\n\r",
    b"\r\n.\n\r\n",
    b"\n.\n\r\n",
    b"\r\n.\r\x00\n",
    b"\n..\r\n",
    b"\r..\r\n",
    b"\r\n\n.\r\n",
    b"\r\n \r\n.\n",
    b"\x85.\x85",
    b"\x0b.\x0b",
    b"\x0c.\x0c",
    b"\r\n.\r\x0b\n",
    b"\xe2\x80\xa8.\xe2\x80\xa8",
    b"\r\n.\t\r\n",
    b"\r\n. \r\n",
]
SMUGGLED = (
    b"MAIL FROM:<evil@sender.example>\r\nRCPT TO:<bob@office.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nboo\r\n"
)
# At once; octet by octet; and with the variant across the edge of a 64 KiB block.
WAYS = ["plain", "drip", "edge"]


def honest_lines(octets):
    """True when octets hold nothing that anybody reads as a line end, but CRLF, and no NUL."""
    rest = octets.replace(b"\r\n", b"")
    return not any(stray in rest for stray in (b"\r", b"\n", b"\x00"))


@pytest.mark.parametrize(("end", "way"), list(product(ENDS, WAYS)), ids=lambda value: repr(value))
@pytest.mark.parametrize("relay", [False, True], ids=["stranger", "relay client"])
async def test_no_variant_splits_or_leaks(end, way, relay):
    intake = ScriptedIntake(relay_clients={"127.0.0.1": "printer"} if relay else {})
    async with running_edge(intake) as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        filler = b"x" * (65_536 - 34 - len(end) // 2) if way == "edge" else b"hello"
        content = b"Subject: x\r\n\r\n" + filler + end + SMUGGLED + b".\r\n"
        assert (await client.ask("DATA")).startswith("354")
        if way == "drip":
            for octet in content:
                await client.say(bytes([octet]))
                await asyncio.sleep(0)
        else:
            await client.say(content)
        reply = await client.reply()
        assert (await client.ask("NOOP")) == "250 2.0.0 Ok"
        assert edge.intake.asked == ["bob@office.example"]
        assert len(edge.intake.received) == (1 if reply.startswith("250") else 0)
        for transaction in edge.intake.received:
            octets = bytes(transaction.message.octets)
            assert honest_lines(octets)
            assert octets.endswith(b"boo\r\n")
        if not reply.startswith("250"):
            assert reply.startswith("554 5.6.0 ")
            assert not relay or b"\x00" in end


async def test_slow_content_is_cut_off():
    async with running_edge() as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        await client.ask("DATA")
        await client.say(b"Subject: x\r\n")
        await until(lambda: edge.surroundings.memory.used_octets > 0)
        edge.clock.advance(61)
        await client.say(b"slow\r\n")
        assert (await client.reply()).startswith("421 4.4.2 ")
        assert await client.rest() == b""
    assert edge.surroundings.memory.used_octets == 0


async def test_slow_chunks_are_cut_off_too():
    async with running_edge() as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        await client.say(b"BDAT 1000 LAST\r\nabc")
        await until(lambda: edge.surroundings.memory.used_octets > 0)
        edge.clock.advance(61)
        await client.say(b"d")
        assert (await client.reply()).startswith("421 4.4.2 ")
    assert edge.surroundings.memory.used_octets == 0


async def test_the_transaction_as_a_whole_has_an_end():
    timeouts = replace(Timeouts(), transaction_seconds=100.0)
    async with running_edge(timeouts=timeouts) as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        edge.clock.advance(101)
        assert (await client.ask("NOOP")).startswith("250")
        assert (await client.reply()).startswith("421 4.4.2 ")


async def test_a_client_that_leaves_in_the_middle_gives_its_memory_back():
    async with running_edge() as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        await client.ask("DATA")
        await client.say(b"Subject: x\r\n")
        await until(lambda: edge.surroundings.memory.used_octets > 0)
        await client.close()
    assert edge.surroundings.memory.used_octets == 0
    assert edge.surroundings.gate.open_connections == 0
    assert not edge.intake.received


async def test_a_network_that_holds_too_much_is_put_off_and_others_are_served():
    limits = Limits(memory_octets=4_000)
    async with running_edge(limits=limits) as edge:
        first, second = await edge.client("127.0.0.2"), await edge.client("127.0.0.3")
        far = await edge.client("127.0.9.1")
        for client in (first, second, far):
            await client.begin("bob@office.example")
        await first.ask("DATA")
        await first.say(b"x" * 998 + b"\r\n")
        await until(lambda: edge.surroundings.memory.used_octets >= 998)
        assert (await second.send(b"x" * 100 + b"\r\n.\r\n")).startswith("452 4.3.1 ")
        assert (await far.send(b"x" * 100 + b"\r\n.\r\n")).startswith("250")
        await first.say(b".\r\n")
        assert (await first.reply()).startswith("250")


async def test_a_stray_cr_before_a_true_end_spoils_the_message_and_not_the_end():
    async with running_edge() as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        assert (await client.send(b"Subject: x\r\n\r\nhello\r\r\n.\r\n")).startswith("554 5.6.0 ")
        assert (await client.ask("NOOP")).startswith("250")


async def test_a_refused_message_holds_no_memory_while_its_rest_arrives():
    async with running_edge(limits=Limits(message_size_octets=100)) as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        await client.ask("DATA")
        await client.say(b"x" * 60)
        await until(lambda: edge.surroundings.memory.used_octets == 60)
        await client.say(b"x" * 60)
        await until(lambda: edge.surroundings.memory.used_octets == 0)
        await client.say(b"\r\n.\r\n")
        assert (await client.reply()).startswith("552 5.3.4 ")


@pytest.mark.parametrize("how", ["DATA", "BDAT"])
async def test_a_large_message_goes_to_the_disk_when_memory_is_short(tmp_path, how):
    content = b"Subject: large\r\n\r\n" + (b"x" * 70 + b"\r\n") * 30_000
    limits = Limits(memory_octets=4_000_000, message_size_octets=3_000_000)
    async with running_edge(limits=limits, folder=tmp_path) as edge:
        held = edge.surroundings.memory.reservation(ip_address("192.0.2.1"))
        assert held.grow(2_900_000)
        client = await edge.client()
        await client.begin("bob@office.example")
        if how == "DATA":
            assert (await client.send(content + b".\r\n")).startswith("250")
        else:
            await client.say(b"BDAT %d LAST\r\n" % len(content) + content)
            assert (await client.reply()).startswith("250")
        octets = edge.intake.received[0].message.octets
        assert octets == content
        assert os.path.dirname(os.readlink(f"/proc/self/fd/{octets.obj.descriptor}")) == str(tmp_path)
        assert os.listdir(tmp_path) == []
        assert edge.surroundings.memory.used_octets == 2_900_000


async def test_without_a_disk_what_does_not_fit_is_put_off(tmp_path):
    limits = Limits(memory_octets=4_000_000, message_size_octets=3_000_000)
    async with running_edge(limits=limits, folder=tmp_path / "nowhere") as edge:
        held = edge.surroundings.memory.reservation(ip_address("192.0.2.1"))
        assert held.grow(2_900_000)
        client = await edge.client()
        await client.begin("bob@office.example")
        assert (await client.send(b"\r\n" + (b"x" * 70 + b"\r\n") * 30_000 + b".\r\n")).startswith("452 4.3.1")


async def test_a_disk_that_fills_up_meanwhile_is_no_room_either(tmp_path, monkeypatch):
    def full(filed, octets):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Filed, "add", full)
    limits = Limits(memory_octets=4_000_000, message_size_octets=3_000_000)
    async with running_edge(limits=limits, folder=tmp_path) as edge:
        held = edge.surroundings.memory.reservation(ip_address("192.0.2.1"))
        assert held.grow(2_900_000)
        client = await edge.client()
        await client.begin("bob@office.example")
        assert (await client.send(b"\r\n" + (b"x" * 70 + b"\r\n") * 30_000 + b".\r\n")).startswith("452 4.3.1")
        assert edge.surroundings.memory.used_octets == 2_900_000
        assert not edge.intake.received
