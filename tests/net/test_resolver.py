"""Real queries against our own server on loopback: what counts as an answer and what as a failure."""

from __future__ import annotations

import asyncio

import pytest

from gateway.core.event import DependencyChanged, Event
from gateway.net.dns import Answer, TemporaryFailure
from gateway.net.resolver import DnsHealth, DnsResolver
from tests.support.dnsserver import TTL_SECONDS, DnsServer

ZONE = """
office.test  TXT "v=spf1 " "-all"
office.test  MX 10 mx.office.test.
office.test  MX 20 mx2.office.test.
mx.office.test A 192.0.2.1
mx.office.test AAAA 2001:db8::1
www.office.test CNAME mx.office.test.
1.2.0.192.in-addr.arpa PTR mx.office.test.
broken.test SERVFAIL
slow.test TIMEOUT
half.test TIMEOUT AAAA
half.test A 192.0.2.9
"""


def health() -> tuple[DnsHealth, list[Event]]:
    events: list[Event] = []
    return DnsHealth(events.append, failures_before_down=3), events


@pytest.fixture
async def server():
    async with DnsServer.of(
        ZONE + "\n".join(f'big.test TXT "{index:03}{"x" * 200}"' for index in range(20))
    ) as running:
        yield running


@pytest.fixture
def resolver(server: DnsServer) -> DnsResolver:
    return DnsResolver([server.address], 0.4, health()[0])


async def test_strings_of_one_txt_record_are_joined(resolver: DnsResolver) -> None:
    assert await resolver.lookup("office.test", "TXT") == Answer(("v=spf1 -all",))


async def test_each_type_has_the_promised_form(resolver: DnsResolver) -> None:
    mx = await resolver.lookup("office.test.", "MX")
    assert sorted(mx.values) == ["10 mx.office.test", "20 mx2.office.test"]
    assert (await resolver.lookup("mx.office.test", "A")).values == ("192.0.2.1",)
    assert (await resolver.lookup("mx.office.test", "AAAA")).values == ("2001:db8::1",)
    assert (await resolver.lookup("1.2.0.192.in-addr.arpa", "PTR")).values == ("mx.office.test",)
    assert (await resolver.lookup("www.office.test", "A")).values == ("192.0.2.1",)
    assert (await resolver.lookup("www.office.test", "CNAME")).values == ("mx.office.test",)


async def test_no_data_and_no_such_name_differ(resolver: DnsResolver) -> None:
    assert await resolver.lookup("office.test", "AAAA") == Answer((), exists=True)
    assert await resolver.lookup("nothing.test", "A") == Answer((), exists=False)


@pytest.mark.parametrize("name", ["broken.test", "slow.test"])
async def test_a_broken_or_silent_server_is_a_failure_and_not_an_empty_answer(resolver: DnsResolver, name: str) -> None:
    with pytest.raises(TemporaryFailure):
        await resolver.lookup(name, "TXT")


async def test_a_closed_port_is_a_failure() -> None:
    async with DnsServer.of("") as server:
        gone = server.address
    with pytest.raises(TemporaryFailure):
        await DnsResolver([gone], 0.3, health()[0]).lookup("office.test", "A")


async def test_the_second_server_answers_when_the_first_is_gone(server: DnsServer) -> None:
    async with DnsServer.of("office.test TIMEOUT") as silent:
        resolver = DnsResolver([silent.address, server.address], 2, health()[0])
        assert (await resolver.lookup("office.test", "TXT")).values == ("v=spf1 -all",)


@pytest.mark.parametrize(
    "name", ["a..test", "", ".", "x" * 64 + ".test", ".".join(["x" * 60] * 5), "exämple.test", "a\u3002test"]
)
async def test_a_name_that_cannot_exist_is_not_asked_for(resolver: DnsResolver, server: DnsServer, name: str) -> None:
    answer = await resolver.lookup(name, "TXT")
    assert answer.values == ()
    assert name in ("", ".") or (not answer.exists and not server.asked)


async def test_an_escape_in_a_name_is_no_escape(resolver: DnsResolver, server: DnsServer) -> None:
    await resolver.lookup(r"a\046office.test", "TXT")
    assert server.asked == [(r"a\\046office.test", "TXT")]


async def test_no_search_list_is_tried(resolver: DnsResolver, server: DnsServer) -> None:
    await resolver.lookup("mx", "A")
    assert server.asked == [("mx", "A")]


async def test_a_truncated_answer_is_asked_again_over_tcp(resolver: DnsResolver, server: DnsServer) -> None:
    assert len((await resolver.lookup("big.test", "TXT")).values) == 20
    assert server.tcp_asked == 1


async def test_the_cache_spares_the_second_question(resolver: DnsResolver, server: DnsServer) -> None:
    for _ in range(2):
        await resolver.lookup("office.test", "TXT")
        await resolver.lookup("nothing.test", "TXT")
    assert len(server.asked) == 2


async def test_the_cache_knows_a_name_however_it_is_written(resolver: DnsResolver, server: DnsServer) -> None:
    for name in ("office.test", "Office.TEST", "office.test."):
        await resolver.lookup(name, "TXT")
    # U+212A is a K to lower(), and no K to DNS.
    await resolver.lookup("mx.office.test", "A")
    assert await resolver.lookup("m\N{KELVIN SIGN}.test", "A") == Answer((), exists=False)
    assert len(server.asked) == 2


async def test_an_answer_is_asked_for_again_when_its_time_is_over(
    resolver: DnsResolver, server: DnsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    real = loop.time
    await resolver.lookup("office.test", "TXT")
    await resolver.lookup("nothing.test", "TXT")
    monkeypatch.setattr(loop, "time", lambda: real() + TTL_SECONDS + 1)
    await resolver.lookup("office.test", "TXT")
    await resolver.lookup("nothing.test", "TXT")
    assert len(server.asked) == 4


async def test_the_same_question_at_the_same_time_is_asked_once(resolver: DnsResolver, server: DnsServer) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(resolver.lookup("office.test", "TXT")) for _ in range(20)]
    assert {task.result() for task in tasks} == {Answer(("v=spf1 -all",))}
    assert len(server.asked) == 1


async def test_those_who_wait_for_a_failing_question_fail_with_it(resolver: DnsResolver, server: DnsServer) -> None:
    async def ask() -> str:
        try:
            await resolver.lookup("slow.test", "A")
        except TemporaryFailure:
            return "failed"
        return "answered"

    async with asyncio.timeout(2), asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask()) for _ in range(20)]
    assert {task.result() for task in tasks} == {"failed"}


async def test_a_cancelled_question_leaves_the_others_their_answer(resolver: DnsResolver) -> None:
    first = asyncio.get_running_loop().create_task(resolver.lookup("office.test", "TXT"))
    second = asyncio.get_running_loop().create_task(resolver.lookup("office.test", "TXT"))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).values == ("v=spf1 -all",)
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_broken_domains_of_strangers_do_not_make_our_dns_dead(server: DnsServer) -> None:
    state, events = health()
    resolver = DnsResolver([server.address], 0.4, state)
    for index in range(6):
        server.zone.add(f"b{index}.test SERVFAIL")
        with pytest.raises(TemporaryFailure):
            await resolver.lookup(f"b{index}.test", "A")
    assert state.healthy()
    assert events == []


async def test_health_changes_are_told_once_each() -> None:
    state, events = health()
    async with DnsServer.of("office.test A 192.0.2.1\n. TIMEOUT\nslow.test TIMEOUT") as server:
        resolver = DnsResolver([server.address], 0.1, state)
        for _ in range(5):
            with pytest.raises(TemporaryFailure):
                await resolver.lookup("slow.test", "A")
        assert not state.healthy()
        await resolver.lookup("office.test", "A")
        await resolver.lookup("office.test", "A")
        assert state.healthy()
    assert [(event.name, event.state) for event in events if isinstance(event, DependencyChanged)] == [
        ("dns", "down"),
        ("dns", "up"),
    ]


async def test_an_outage_without_any_look_up_is_seen_by_the_probe_and_so_is_its_end(server: DnsServer) -> None:
    events: asyncio.Queue[Event] = asyncio.Queue()
    state, rested = DnsHealth(events.put_nowait), asyncio.Event()

    async def sleep(seconds: float) -> None:
        assert seconds <= 2
        await rested.wait()

    resolver = DnsResolver([server.address], 0.4, state)
    server.zone.add(". TIMEOUT")
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        watch = group.create_task(resolver.watch(sleep))
        assert await events.get() == DependencyChanged("dns", "down", ". NS: no answer in time")
        assert state.cause == ". NS: no answer in time"
        server.zone.faults.clear()
        rested.set()
        assert await events.get() == DependencyChanged("dns", "up", "a DNS server answers again")
        assert state.cause == ""
        watch.cancel()


async def test_a_server_whose_own_line_is_cut_answers_from_its_memory_and_is_found_out(server: DnsServer) -> None:
    state, events = health()
    resolver = DnsResolver([server.address], 0.4, state)
    server.zone.add("com SERVFAIL")
    server.fault_below = "com"
    for number in range(3):
        with pytest.raises(TemporaryFailure):
            await resolver.lookup(f"broken{number}.com", "A")
    assert not state.healthy()
    server.fault_below = ""
    assert await resolver.probe()
    assert state.healthy()
    assert len(events) == 2
