"""What transcripts cannot show: values handed to the pipeline, replies on the wire."""

import asyncio
from ipaddress import ip_address

import pytest

from gateway.config.schema import Limits, Pair, SecondsPair, Timeouts
from gateway.core.envelope import Notify
from gateway.core.reply import Reply
from gateway.smtp.link import Link
from gateway.smtp.wire import Wire
from tests.support.edge import running_edge
from tests.support.intake import ScriptedIntake


async def test_dsn_parameters_reach_the_pipeline_as_received():
    async with running_edge() as edge:
        client = await edge.client()
        await client.reply()
        for command in (
            "EHLO mail.sender.example",
            "MAIL FROM:<Ann@Sender.Example> RET=hdrs ENVID=QQ+2Bx BODY=8BITMIME SIZE=100",
            "RCPT TO:<Bob@office.example> NOTIFY=success,DELAY ORCPT=rfc822;Bob+2Bx@Office.example",
        ):
            assert (await client.ask(command)).startswith("250")
        await client.send(b"\r\n.\r\n")
        transaction = edge.intake.received[0]
        envelope = transaction.envelope
        assert (envelope.ret, envelope.envid, envelope.body, envelope.size_octets) == (
            "HDRS",
            "QQ+2Bx",
            "8BITMIME",
            100,
        )
        (recipient,) = envelope.recipients
        assert recipient.notify == frozenset({Notify.SUCCESS, Notify.DELAY})
        assert recipient.orcpt == "rfc822;Bob+2Bx@Office.example"
        assert str(recipient) == "Bob@office.example"
        assert transaction.client.helo == "mail.sender.example"
        assert transaction.client.esmtp
        assert transaction.code == "C0001"
        assert transaction.received_at == edge.clock.now()


async def test_the_replies_of_a_group_leave_in_one_write(monkeypatch):
    async with running_edge() as edge:
        client = await edge.client()
        await client.reply()
        await client.ask("EHLO mail.sender.example")
        writes = []
        write = Link.write
        monkeypatch.setattr(Link, "write", lambda link, octets: (writes.append(bytes(octets)), write(link, octets)))
        await client.say(b"MAIL FROM:<ann@sender.example>\r\nRCPT TO:<bob@office.example>\r\nNOOP\r\nDATA\r\n")
        for code in ("250", "250", "250", "354"):
            assert (await client.reply()).startswith(code)
        assert len(writes) == 1


async def test_recipients_that_cannot_be_asked_now_are_no_harvest():
    async with running_edge() as edge:
        client = await edge.client()
        await client.begin()
        for _ in range(30):
            assert (await client.ask("RCPT TO:<later@office.example>")).startswith("451 4.4.1")


async def test_a_relay_client_may_have_many_refused_recipients():
    async with running_edge(ScriptedIntake(relay_clients={"127.0.0.1": "exchange"})) as edge:
        client = await edge.client()
        await client.begin()
        for _ in range(30):
            assert (await client.ask("RCPT TO:<nobody@office.example>")).startswith("550 5.1.1")


async def test_the_pipelines_answer_is_the_answer():
    reply = Reply(550, "5.7.1", ("Refused as spam", "see https://office.example [C0001]"))
    async with running_edge(ScriptedIntake(reply=reply)) as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        assert (await client.send(b"\r\n.\r\n")).encode() + b"\n" == reply.to_octets().replace(b"\r\n", b"\n")
        assert (await client.ask("MAIL FROM:<>")).startswith("250")


async def test_two_clients_are_served_side_by_side():
    intake = ScriptedIntake(hold=asyncio.Event())
    async with running_edge(intake) as edge:
        slow, quick = await edge.client(), await edge.client()
        await slow.begin("bob@office.example")
        await slow.ask("DATA")
        await slow.say(b"\r\n.\r\n")
        await intake.begun.wait()
        await quick.begin("bob@office.example")
        assert (await quick.ask("RSET")).startswith("250")
        intake.hold.set()
        assert (await slow.reply()).startswith("250")


async def test_a_flood_of_commands_leaves_the_others_their_turn():
    async with running_edge(limits=Limits(idle_commands=100_000)) as edge:
        flood, other = await edge.client(), await edge.client()
        await flood.reply()
        await other.reply()
        await flood.say(b"RSET\r\n" * 10_000)
        assert (await other.ask("NOOP")).startswith("250")
        for _ in range(10_000):
            assert (await flood.reply()).startswith("250")


async def test_a_client_that_only_says_noop_is_sent_away():
    async with running_edge() as edge:
        client = await edge.client()
        await client.reply()
        await client.say(b"NOOP\r\n" * 101)
        for _ in range(100):
            assert (await client.reply()).startswith("250")
        assert (await client.reply()).startswith("421 4.7.0")


@pytest.mark.parametrize("command", ["NOOP", "RSET", "EHLO mail.sender.example", "VRFY <bob@office.example>", "HELP"])
async def test_commands_that_lead_to_no_message_are_counted(command):
    async with running_edge(limits=Limits(idle_commands=3)) as edge:
        client = await edge.client()
        await client.reply()
        for _ in range(3):
            assert (await client.ask(command)).startswith("2")
        assert (await client.ask(command)).startswith("421 4.7.0")
        assert await client.rest() == b""


async def test_messages_make_up_for_idle_commands():
    async with running_edge(limits=Limits(idle_commands=3)) as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        for _ in range(3):
            assert (await client.send(b"\r\n.\r\n")).startswith("250")
            for command in ("RSET", "NOOP", "MAIL FROM:<>", "RCPT TO:<bob@office.example>"):
                assert (await client.ask(command)).startswith("250")


async def test_a_stranger_begins_so_many_messages_a_minute_and_no_more():
    async with running_edge(limits=Limits(messages_per_minute=2)) as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        assert (await client.send(b"\r\n.\r\n")).startswith("250")
        assert (await client.ask("MAIL FROM:<>")).startswith("250")
        await client.ask("RSET")
        assert (await client.ask("MAIL FROM:<>")).startswith("450 4.7.1 ")
        other = await edge.client("127.0.0.2")
        await other.begin("bob@office.example")
        edge.clock.advance(61)
        assert (await client.ask("MAIL FROM:<>")).startswith("250")


async def test_a_stranger_names_so_many_recipients_a_minute_and_no_more():
    async with running_edge(limits=Limits(recipients_per_minute=2)) as edge:
        client = await edge.client()
        await client.begin("bob@office.example", "eve@office.example")
        assert (await client.ask("RCPT TO:<mia@office.example>")).startswith("450 4.7.1 ")
        assert edge.intake.asked == ["bob@office.example", "eve@office.example"]


async def test_relay_clients_and_hidden_origins_have_no_rates():
    limits = Limits(messages_per_minute=1, recipients_per_minute=1, connections_per_minute=1)
    intake = ScriptedIntake(relay_clients={"127.0.0.1": "exchange"})
    async with running_edge(intake, limits=limits, hidden_origins=frozenset({ip_address("127.0.0.9")})) as edge:
        for source in ("127.0.0.1", "127.0.0.9"):
            for _ in range(3):
                client = await edge.client(source)
                await client.begin("bob@office.example")


async def test_a_stranger_connects_so_often_a_minute_and_no_more():
    async with running_edge(limits=Limits(connections_per_minute=2)) as edge:
        for code in ("220", "220", "421"):
            assert (await (await edge.client()).reply()).startswith(code)
        assert (await (await edge.client("127.0.0.2")).reply()).startswith("220")
        edge.clock.advance(61)
        assert (await (await edge.client()).reply()).startswith("220")


async def test_in_the_second_half_of_the_refused_recipients_each_answer_is_late(monkeypatch):
    held = []

    async def hold(wire, seconds):
        held.append(seconds)

    monkeypatch.setattr(Wire, "hold", hold)
    timeouts = Timeouts(refused_recipient_seconds=5.0)
    async with running_edge(timeouts=timeouts, limits=Limits(refused_recipients=4)) as edge:
        client = await edge.client()
        await client.begin()
        for late in (0, 0, 1, 2):
            assert (await client.ask("RCPT TO:<nobody@office.example>")).startswith("550")
            assert held == [5.0] * late
        assert (await client.ask("RCPT TO:<nobody@office.example>")).startswith("421 4.7.0")


async def test_a_house_that_fills_up_shortens_the_waits_that_are_under_way():
    timeouts = Timeouts(
        command_seconds=SecondsPair(3_600.0, 0.01),
        data_block_seconds=SecondsPair(3_600.0, 0.01),
        transaction_seconds=SecondsPair(7_200.0, 3_600.0),
    )
    async with running_edge(timeouts=timeouts, limits=Limits(connections=4)) as edge:
        idle, inside = await edge.client(), await edge.client()
        await idle.reply()
        await inside.begin("bob@office.example")
        assert (await inside.ask("DATA")).startswith("354")
        await edge.client()
        assert (await idle.reply()).startswith("421 4.4.2")
        assert (await inside.reply()).startswith("421 4.4.2")


async def test_a_busy_house_takes_fewer_recipients_at_once():
    async with running_edge(limits=Limits(connections=1, recipients=Pair(2, 1))) as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        assert (await client.ask("RCPT TO:<eve@office.example>")).startswith("452 4.5.3 ")


async def test_a_fault_in_the_middle_of_content_ends_the_conversation():
    async with running_edge() as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        await client.ask("DATA")
        edge.clock.monotonic = lambda: 1 / 0
        await client.say(b"Subject: x\r\nRSET\r\nMAIL FROM:<>\r\n")
        assert (await client.reply()) == "451 4.3.0 Local error, try again later"
        assert await client.rest() == b""
        assert "ZeroDivisionError" in edge.events[0].text
    assert edge.surroundings.memory.used_octets == 0


async def test_every_message_has_its_whole_time():
    async with running_edge(timeouts=Timeouts(command_seconds=20, transaction_seconds=100)) as edge:
        client = await edge.client()
        await client.begin("bob@office.example")
        for _ in range(3):
            edge.clock.advance(60)
            assert (await client.send(b"\r\n.\r\n")).startswith("250")
            for command in ("MAIL FROM:<>", "RCPT TO:<bob@office.example>"):
                assert (await client.ask(command)).startswith("250")
