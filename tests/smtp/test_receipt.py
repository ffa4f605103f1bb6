"""The edge's own refusals of a message are in the history, under the code the client was told."""

from ipaddress import ip_address

from gateway.config.schema import Limits
from gateway.core.event import MessageHandled
from gateway.core.finding import FailureFinding
from tests.support.edge import running_edge
from tests.support.intake import ScriptedIntake


async def test_a_refused_message_can_be_found_by_its_code():
    async with running_edge() as edge:
        client = await edge.client()
        await client.begin("bob@office.example", "carol@office.example")
        reply = await client.send(b"Subject: x\n\r\n.\r\n")
        assert reply == "554 5.6.0 Bare CR, bare LF or NUL in the message [C0001]"
        (event,) = edge.events
        assert isinstance(event, MessageHandled)
        record = event.record
        assert (record.code, record.kind, record.reply) == ("C0001", "message", reply)
        assert (record.client_ip, record.helo, record.listener) == ("127.0.0.1", "mail.sender.example", "internet")
        assert record.reverse_path == "ann@sender.example"
        assert [(each.recipient, each.action, each.state) for each in record.dispositions] == [
            ("bob@office.example", "reject", "rejected"),
            ("carol@office.example", "reject", "rejected"),
        ]
        assert record.size_octets == 13
        assert record.time == edge.clock.now().timestamp()


async def test_no_room_is_a_deferral():
    async with running_edge(limits=Limits(memory_octets=100)) as edge:
        held = edge.surroundings.memory.reservation(ip_address("192.0.2.1"))
        assert held.grow(90)
        client = await edge.client()
        await client.begin("bob@office.example")
        assert (await client.send(b"Subject: abcdefgh\r\n\r\n.\r\n")).startswith("452 4.3.1 ")
        assert edge.events[0].record.dispositions[0].action == "defer"


async def test_memory_is_given_back_after_every_ending():
    async with running_edge(limits=Limits(message_size_octets=100)) as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        for content in (b"x" * 200 + b"\r\n.\r\n", b"a\nb\r\n.\r\n", b"fine\r\n.\r\n"):
            await client.send(content)
            assert edge.surroundings.memory.used_octets == 0
            await client.ask("MAIL FROM:<>")
            await client.ask("RCPT TO:<bob@office.example>")
        assert len(edge.intake.received) == 1


async def test_what_was_found_at_the_connect_goes_with_every_message():
    finding = FailureFinding("dnsbl", "no answer")
    async with running_edge(ScriptedIntake(findings=(finding,))) as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        await client.send(b"\r\n.\r\n")
        assert edge.intake.received[0].findings == (finding,)
