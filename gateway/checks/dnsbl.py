"""Which DNS lists name the client (RFC 5782), asked once a connection, all lists side by side.

A list is asked only after its own test entries proved that it works. Nothing is refused here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal

from gateway.config.schema import Dnsbl
from gateway.core.dnsbl import (
    LISTED_IPV4,
    LISTED_IPV6,
    UNLISTED_IPV4,
    UNLISTED_IPV6,
    Meaning,
    asked_address,
    meaning,
    query_name,
)
from gateway.core.envelope import Client, IPAddress
from gateway.core.finding import DnsblFinding, DnsblListing
from gateway.net.clock import Clock
from gateway.net.dns import Resolver, TemporaryFailure

# RFC 5782 §5 asks for a test from time to time; sooner when a list could not be tested.
TEST_INTERVAL_SECONDS = 86_400.0
RETEST_INTERVAL_SECONDS = 300.0
TEXT_MAXIMUM_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class ZoneState:
    """What its test entries say of a list, for one family (4 or 6).

    "usable"; "broken": it lists nobody or everybody; "silent": no answer to the test; "untested".
    """

    zone: str
    family: Literal[4, 6]
    state: Literal["untested", "usable", "broken", "silent"] = "untested"
    cause: str = ""


@dataclass(frozen=True, slots=True)
class _Said:
    """One list's answer: its listings, or the failure in words."""

    listings: tuple[DnsblListing, ...] = ()
    failure: str = ""


class DnsblCheck:
    """`zones` as in the settings. Call `test_zones` at the start and keep `watch` running."""

    name = "dnsbl"

    def __init__(self, zones: Sequence[Dnsbl], resolver: Resolver) -> None:
        self._zones = tuple(zones)
        self._resolver = resolver
        self._states: dict[tuple[str, int], ZoneState] = {}
        for each in zones:
            self._states[each.zone, 4] = ZoneState(each.zone, 4)
            self._states[each.zone, 6] = ZoneState(each.zone, 6)

    @property
    def states(self) -> tuple[ZoneState, ...]:
        """The state of each list, IPv4 and IPv6."""
        return tuple(self._states.values())

    async def check(self, client: Client) -> DnsblFinding:
        """The finding; "temperror" when no list answered."""
        ip = asked_address(client.ip)
        if ip is None or not self._zones:
            return DnsblFinding((), "clean")
        family = 4 if isinstance(ip, IPv4Address) else 6
        usable = [zone for zone in self._zones if self._states[zone.zone, family].state == "usable"]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._ask(zone, ip)) for zone in usable]
        said = [task.result() for task in tasks]
        listings = tuple(listing for each in said for listing in each.listings)
        failures = "; ".join(each.failure for each in said if each.failure)
        if listings:
            return DnsblFinding(listings, "listed", failures)
        if any(not each.failure for each in said):
            return DnsblFinding((), "clean", failures)
        return DnsblFinding((), "temperror", failures or "no list passes its test")

    async def test_zones(self) -> None:
        """Ask every list for its test entries (RFC 5782 §5) and note what it is worth. Raises nothing."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._test(each.zone, each.family)) for each in self.states]
        for task in tasks:
            state = task.result()
            self._states[state.zone, state.family] = state

    async def watch(self, clock: Clock) -> None:
        """Test once a day, every five minutes while a list is silent. Runs until it is cancelled."""
        while True:
            await self.test_zones()
            silent = any(each.state == "silent" for each in self.states)
            await clock.sleep(RETEST_INTERVAL_SECONDS if silent else TEST_INTERVAL_SECONDS)

    async def _ask(self, zone: Dnsbl, ip: IPAddress) -> _Said:
        name = query_name(ip, zone.zone)
        try:
            answer = await self._resolver.lookup(name, "A")
        except TemporaryFailure as error:
            return _Said(failure=f"{zone.zone}: {error}")
        meanings = [(value, meaning(value, zone.codes)) for value in answer.values]
        errors = [value for value, what in meanings if what is Meaning.ERROR]
        if errors:
            # A list that says "I don't answer you" beside a listing is not believed either.
            return _Said(failure=f"{zone.zone} does not answer us: {errors[0]}")
        hits = [value for value, what in meanings if what is Meaning.LISTED]
        text = await self._text(name) if hits else ""
        return _Said(tuple(DnsblListing(zone.zone, value, text, zone.action) for value in hits))

    async def _text(self, name: str) -> str:
        """The list's own reason (RFC 5782 §2.1), "" when there is none or no answer."""
        try:
            answer = await self._resolver.lookup(name, "TXT")
        except TemporaryFailure:
            return ""
        return " ".join(answer.values)[:TEXT_MAXIMUM_CHARACTERS]

    async def _test(self, zone: str, family: Literal[4, 6]) -> ZoneState:
        listed, unlisted = (LISTED_IPV4, UNLISTED_IPV4) if family == 4 else (LISTED_IPV6, UNLISTED_IPV6)
        try:
            must = await self._resolver.lookup(query_name(listed, zone), "A")
            must_not = await self._resolver.lookup(query_name(unlisted, zone), "A")
        except TemporaryFailure as error:
            return ZoneState(zone, family, "silent", str(error))
        if must_not.values:
            return ZoneState(zone, family, "broken", "it lists an address that no list may list")
        if not must.values:
            return ZoneState(zone, family, "broken", "its test entry is missing")
        if any(meaning(value) is Meaning.ERROR for value in must.values):
            return ZoneState(zone, family, "silent", f"it does not answer us: {must.values[0]}")
        return ZoneState(zone, family, "usable")
