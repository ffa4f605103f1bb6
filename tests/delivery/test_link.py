from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from gateway.config.schema import Timeouts
from gateway.core.dialogue.opening import Manner, open_session
from gateway.core.dialogue.steps import Ending
from gateway.core.dialogue.transaction import Errand, Transacted, question, transact
from gateway.core.envelope import Envelope
from gateway.core.outcome import Stage
from gateway.core.reply import Reply
from gateway.delivery.link import TIME_IS_UP, Link, Load
from gateway.net.dial import Dialer
from gateway.net.wire import Wire
from tests.support.clock import HandClock, settle
from tests.support.hops import Names
from tests.support.nexthop import NextHop, Profile, running
from tests.support.values import ORDINARY, recipient, reverse_path

ERRAND = Errand(Envelope(reverse_path(), (recipient(),)), len(ORDINARY))


async def linked(hop: NextHop, clock: HandClock, **timeouts: float) -> Link:
    link = Link(hop.address, await Dialer(Names()).dial(hop.address), clock, Timeouts(**timeouts))
    opened = await link.perform(open_session(Manner("smtp", "mx.office.example", "never")), clock.monotonic() + 5)
    link.capabilities = opened.capabilities
    return link


async def handed(link: Link, deadline: float, load: Load) -> Transacted:
    return await link.perform(transact(ERRAND, link.capabilities, "smtp"), deadline, load)


def load(*pieces: bytes, doubts: list[tuple[Ending, ...]] | None = None) -> Load:
    return Load(pieces or (ORDINARY,), lambda _, endings: (doubts if doubts is not None else []).append(endings))


async def test_a_message_arrives_octet_for_octet() -> None:
    octets = b"Subject: dots\r\n\r\n.\r\n..a\r\n" + b"x" * 2_000 + b"\r\n"
    clock = HandClock()
    async with running() as hop:
        link = await linked(hop, clock)
        done = await handed(link, clock.monotonic() + 5, load(octets[:18], octets[18:]))
        assert done.endings[0].is_positive
        assert hop.messages[0].octets == octets
        assert link.is_sound


async def test_a_small_message_and_its_dot_are_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = HandClock()
    written: list[bytes] = []
    write = Wire.write

    async def noted(wire: Wire, octets: bytes, seconds: float | None = None) -> bool:
        written.append(octets)
        return await write(wire, octets, seconds)

    monkeypatch.setattr(Wire, "write", noted)
    async with running() as hop:
        link = await linked(hop, clock)
        assert (await handed(link, clock.monotonic() + 5, load())).endings[0].is_positive
    assert written == [ORDINARY + b".\r\n"]


async def test_a_refusal_that_comes_in_pieces_before_the_dot_is_heard_to_its_end() -> None:
    clock = HandClock()
    heard: list[bytes] = []
    may_go_on = asyncio.Event()

    async def hop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in (b"", b"250-x\r\n250 PIPELINING\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n552 5.3"):
            writer.write(answer or b"220 x\r\n")
            heard.append(await reader.readline() if not answer.startswith(b"354") else b"")
        await may_go_on.wait()
        writer.write(b".4 enough\r\n")
        heard.append(await reader.read())
        writer.close()

    async with await asyncio.start_server(hop, "127.0.0.1", 0) as server:
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        link = Link(address, await Dialer(Names()).dial(address), clock, Timeouts())
        opened = await link.perform(open_session(Manner("smtp", "mx.office.example", "never")), clock.monotonic() + 5)
        link.capabilities = opened.capabilities
        async with asyncio.TaskGroup() as group:
            task = group.create_task(handed(link, clock.monotonic() + 45, load()))
            await settle()
            may_go_on.set()
        link.drop()
    assert task.result().endings[0].reply == Reply.of(552, "5.3.4", "enough")
    assert task.result().endings[0].stage is Stage.CONTENT
    assert heard[-1] == b""


async def test_content_that_was_seen_before_is_not_looked_at_again() -> None:
    clock = HandClock()
    async with running() as hop:
        link = await linked(hop, clock)
        unseen = await handed(link, clock.monotonic() + 5, load(b"a\0\r\n"))
        assert unseen.endings[0].is_ours
        link = await linked(hop, clock)
        seen = Load((b"a\0\r\n",), lambda _hop, _endings: None, is_honest=True)
        assert (await handed(link, clock.monotonic() + 5, seen)).endings[0].is_positive


async def test_a_deadline_in_the_content_drops_the_connection_without_a_dot() -> None:
    """D1: if the budget ends before our dot, nobody may think that the message was complete."""
    clock = HandClock()

    def slow() -> Iterator[bytes]:
        yield ORDINARY
        clock.advance(60)
        yield b"more\r\n"

    async with running() as hop:
        link = await linked(hop, clock)
        done = await handed(link, clock.monotonic() + 45, Load(slow(), lambda _hop, _endings: None))
        link.drop()
        assert done == Transacted((Ending(Stage.CONTENT, None, TIME_IS_UP),), False)
        await hop.end()
        assert hop.messages == []
        assert "." not in hop.commands


async def test_a_deadline_between_the_content_and_the_dot_sends_no_dot() -> None:
    clock = HandClock()

    def slow() -> Iterator[bytes]:
        yield ORDINARY
        clock.advance(60)

    async with running() as hop:
        link = await linked(hop, clock)
        done = await handed(link, clock.monotonic() + 45, Load(slow(), lambda _hop, _endings: None))
        assert done.endings[0].stage is Stage.CONTENT
        assert "." not in hop.commands


async def test_after_the_deadline_nothing_more_is_said() -> None:
    clock = HandClock()
    async with running() as hop:
        link = await linked(hop, clock)
        done = await link.perform(question(recipient(), link.capabilities), clock.monotonic())
        assert done.endings[0].failure == TIME_IS_UP
        await hop.end()
        assert hop.commands == ["EHLO mx.office.example"]


async def test_a_deadline_after_the_dot_tells_of_the_doubt_and_the_late_answer_still_counts() -> None:
    clock = HandClock()
    doubts: list[tuple[Ending, ...]] = []
    async with running(Profile(stores_silently=True)) as hop:

        def in_doubt(_: str, endings: tuple[Ending, ...]) -> None:
            doubts.append(endings)
            hop.may_answer_dot.set()

        link = await linked(hop, clock)
        done = await handed(link, clock.monotonic() + 0.2, Load((ORDINARY,), in_doubt))
        assert done.endings[0].is_positive
        assert [[ending.stage for ending in each] for each in doubts] == [[Stage.DOT]]


async def test_an_answer_that_never_comes_stays_doubt() -> None:
    clock = HandClock()
    doubts: list[tuple[Ending, ...]] = []
    async with running(Profile(stores_silently=True)) as hop:
        link = await linked(hop, clock, next_hop_dot_seconds=0.2)
        done = await handed(link, clock.monotonic() + 0.1, load(doubts=doubts))
        assert done.endings[0].stage is Stage.DOT
        assert not done.is_reusable
        assert len(doubts) == 1


async def test_a_command_that_gets_no_answer_fails_in_its_own_time() -> None:
    clock = HandClock()
    async with running(Profile(mail="", announces=())) as hop:
        link = await linked(hop, clock, next_hop_command_seconds=0.05)
        done = await handed(link, clock.monotonic() + 45, load())
        assert done.endings[0].failure == "no answer at mail in time"
        assert not done.is_reusable


async def test_every_recipient_of_a_tarpitting_hop_gets_its_answer() -> None:
    clock = HandClock()
    refusals = {f"u{number}@office.example": "550 5.1.1 no" for number in range(3)}
    profile = Profile(recipients=refusals, tarpit_seconds=5.0)
    async with running(profile, clock=clock) as hop:
        link = await linked(hop, clock)
        errand = Errand(Envelope(reverse_path(), tuple(recipient(each) for each in refusals)), 10)
        script = transact(errand, link.capabilities, "smtp")

        async with asyncio.TaskGroup() as group:
            task = group.create_task(link.perform(script, clock.monotonic() + 1e9, load()))
            while not task.done():
                await settle()
                clock.advance(5)
        assert [ending.reply.code for ending in task.result().endings if ending.reply] == [550, 550, 550]


async def test_a_hop_that_leaves_in_the_content_is_noticed_before_the_dot() -> None:
    clock = HandClock()
    async with running(Profile(drops_after_octets=100)) as hop:
        link = await linked(hop, clock)
        done = await handed(link, clock.monotonic() + 45, load(*[b"x" * 900 + b"\r\n"] * 50_000))
        assert done.endings[0].stage is Stage.CONTENT
        assert done.endings[0].failure
        assert "." not in hop.commands


async def test_an_early_refusal_in_the_content_is_heard() -> None:
    clock = HandClock()
    async with running(Profile(early="552 5.3.4 enough")) as hop:
        link = await linked(hop, clock)
        done = await handed(link, clock.monotonic() + 45, load(*[b"x" * 900 + b"\r\n"] * 50_000))
        assert done.endings[0].stage is Stage.CONTENT
        assert done.endings[0].reply is not None
        assert done.endings[0].reply.code == 552
        assert hop.messages == []


async def test_unsafe_content_is_cut_off_before_it_goes_out_whole() -> None:
    clock = HandClock()
    async with running() as hop:
        link = await linked(hop, clock)
        done = await handed(link, clock.monotonic() + 45, load(b"a\r\n.\n\r\nMAIL FROM:<x>\r\n"))
        assert done.endings[0].is_ours
        assert not link.is_sound
        await hop.end()
        assert hop.messages == []


async def test_a_session_on_which_the_hop_spoke_unasked_is_not_sound() -> None:
    clock = HandClock()
    async with running(Profile(rset="250 2.0.0 ok\r\n421 4.4.2 idle too long")) as hop:
        link = await linked(hop, clock)
        await link.perform(question(recipient(), link.capabilities), clock.monotonic() + 5)
        assert not link.is_sound


async def test_the_farewell_is_quit() -> None:
    clock = HandClock()
    async with running() as hop:
        link = await linked(hop, clock)
        link.farewell()
        await hop.wait_for("QUIT")
        assert not link.is_sound
