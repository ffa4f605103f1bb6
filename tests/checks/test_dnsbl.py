"""DNS lists at connect: only lists that pass their test are asked, an error code is never a hit."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address

from gateway.checks.dnsbl import DnsblCheck
from gateway.config.schema import Dnsbl
from gateway.core.dnsbl import LISTED_IPV4, LISTED_IPV6, UNLISTED_IPV4, query_name
from gateway.core.finding import DnsblListing
from tests.support.clock import HandClock, settle
from tests.support.tableresolver import TableResolver
from tests.support.values import client

A, B = Dnsbl("a.example"), Dnsbl("b.example", codes=("127.0.0.4",), action="note")
CLIENT = ip_address("192.0.2.7")


def alive(*zones: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """The test entries of living lists, both families."""
    return {(query_name(ip, zone), "A"): ("127.0.0.2",) for zone in zones for ip in (LISTED_IPV4, LISTED_IPV6)}


def listed(zone: str, *values: str) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(query_name(CLIENT, zone), "A"): values}


async def ready(resolver: TableResolver, *zones: Dnsbl) -> DnsblCheck:
    check = DnsblCheck(zones, resolver)
    await check.test_zones()
    resolver.asked.clear()
    return check


async def test_a_hit_tells_zone_code_text_and_the_action_of_the_settings() -> None:
    name = query_name(CLIENT, "a.example")
    table = {**alive("a.example", "b.example"), **listed("a.example", "127.0.0.2"), (name, "TXT"): ("see a.example",)}
    check = await ready(TableResolver(table), A, B)
    finding = await check.check(client(ip=CLIENT))
    assert finding.result == "listed"
    assert finding.listings == (DnsblListing("a.example", "127.0.0.2", "see a.example", "reject"),)


async def test_a_stranger_on_no_list_is_clean() -> None:
    check = await ready(TableResolver(alive("a.example")), A)
    assert (await check.check(client(ip=CLIENT))).result == "clean"


async def test_only_the_codes_of_the_settings_count() -> None:
    resolver = TableResolver({**alive("b.example"), **listed("b.example", "127.0.0.10")})
    check = await ready(resolver, B)
    assert (await check.check(client(ip=CLIENT))).result == "clean"
    resolver.table.update(listed("b.example", "127.0.0.10", "127.0.0.4"))
    finding = await check.check(client(ip=CLIENT))
    assert [(each.address, each.action) for each in finding.listings] == [("127.0.0.4", "note")]


async def test_an_error_code_is_never_a_hit() -> None:
    for code in ("127.255.255.252", "127.255.255.254", "127.255.255.255", "127.0.0.1", "198.51.100.1"):
        check = await ready(TableResolver({**alive("a.example"), **listed("a.example", code)}), A)
        finding = await check.check(client(ip=CLIENT))
        assert (finding.result, finding.listings) == ("temperror", ())
        assert code in finding.detail


async def test_an_error_code_beside_a_listing_is_not_believed() -> None:
    table = {**alive("a.example"), **listed("a.example", "127.0.0.2", "127.255.255.255")}
    check = await ready(TableResolver(table), A)
    assert (await check.check(client(ip=CLIENT))).result == "temperror"


async def test_one_silent_list_does_not_hide_the_others_hit() -> None:
    table = {**alive("a.example", "b.example"), **listed("b.example", "127.0.0.4")}
    resolver = TableResolver(table)
    check = await ready(resolver, A, B)
    resolver.failing.add(query_name(CLIENT, "a.example"))
    finding = await check.check(client(ip=CLIENT))
    assert finding.result == "listed"
    assert "a.example" in finding.detail


async def test_when_no_list_answers_nobody_is_called_clean() -> None:
    resolver = TableResolver(alive("a.example"))
    check = await ready(resolver, A)
    resolver.failing.add(query_name(CLIENT, "a.example"))
    assert (await check.check(client(ip=CLIENT))).result == "temperror"


async def test_a_reason_that_cannot_be_had_leaves_the_hit() -> None:
    resolver = TableResolver({**alive("a.example"), **listed("a.example", "127.0.0.2")})
    check = await ready(resolver, A)
    finding = await check.check(client(ip=CLIENT))
    assert finding.listings[0].text == ""


async def test_lists_are_asked_side_by_side() -> None:
    resolver = TableResolver(alive("a.example", "b.example"))
    check = await ready(resolver, A, B)
    resolver.together = 0
    await check.check(client(ip=CLIENT))
    assert resolver.together == 2


async def test_a_list_is_not_asked_before_its_test() -> None:
    resolver = TableResolver({**alive("a.example"), **listed("a.example", "127.0.0.2")})
    check = DnsblCheck((A,), resolver)
    finding = await check.check(client(ip=CLIENT))
    assert (finding.result, resolver.asked) == ("temperror", [])


async def test_a_dead_list_is_ignored_and_says_so() -> None:
    resolver = TableResolver(listed("a.example", "127.0.0.2"))
    check = await ready(resolver, A)
    assert {each.state for each in check.states} == {"broken"}
    await check.check(client(ip=CLIENT))
    assert resolver.asked == []


async def test_a_list_that_lists_everybody_is_ignored() -> None:
    table = {**alive("a.example"), (query_name(UNLISTED_IPV4, "a.example"), "A"): ("127.0.0.2",)}
    check = await ready(TableResolver({**table, **listed("a.example", "127.0.0.2")}), A)
    assert (await check.check(client(ip=CLIENT))).result == "temperror"
    assert [each.state for each in check.states] == ["broken", "usable"]


async def test_a_list_that_refuses_its_own_test_is_silent_not_usable() -> None:
    table = {(query_name(LISTED_IPV4, "a.example"), "A"): ("127.255.255.254",)}
    check = await ready(TableResolver(table), A)
    assert check.states[0].state == "silent"
    assert "127.255.255.254" in check.states[0].cause


async def test_families_are_tested_apart() -> None:
    only4 = {(query_name(LISTED_IPV4, "a.example"), "A"): ("127.0.0.2",)}
    resolver = TableResolver(only4)
    check = await ready(resolver, A)
    assert [(each.family, each.state) for each in check.states] == [(4, "usable"), (6, "broken")]
    assert (await check.check(client(ip=ip_address("2001:db8::7")))).result == "temperror"
    assert resolver.asked == []


async def test_an_ipv6_client_is_asked_about_by_nibbles() -> None:
    ip = ip_address("2001:db8::7")
    table = {**alive("a.example"), (query_name(ip, "a.example"), "A"): ("127.0.0.2",)}
    check = await ready(TableResolver(table), A)
    assert (await check.check(client(ip=ip))).result == "listed"


async def test_the_inside_is_not_asked_about() -> None:
    resolver = TableResolver(alive("a.example"))
    check = await ready(resolver, A)
    assert (await check.check(client(ip=ip_address("10.0.0.9")))).result == "clean"
    assert resolver.asked == []


def first_state(check: DnsblCheck) -> str:
    return check.states[0].state


async def test_lists_are_tested_daily_and_silent_ones_every_five_minutes() -> None:
    clock = HandClock()
    resolver = TableResolver(alive("a.example"), failing=(query_name(LISTED_IPV4, "a.example"),))
    check = DnsblCheck((A,), resolver)
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(check.watch(clock))
        await settle()
        assert first_state(check) == "silent"
        resolver.failing.clear()
        await clock.turn(301)
        assert first_state(check) == "usable"
        resolver.table.clear()
        await clock.turn(86_000)
        assert first_state(check) == "usable"
        await clock.turn(500)
        assert first_state(check) == "broken"
        watch.cancel()
