"""Which checks there are, and what they share."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, cast

from gateway.app import evidence
from gateway.app.workshop import Workshop
from gateway.config.load import parse
from gateway.config.schema import Clamd, Dns, Settings
from tests.support.clock import HandClock
from tests.support.settings_text import MINIMAL

OFFICE = parse(MINIMAL.encode(), "x")


async def test_resolver_and_scanner_are_taken_over_where_their_settings_are_the_same() -> None:
    async with asyncio.TaskGroup() as tasks:
        workshop = Workshop(tasks)

        def shared(settings: Settings) -> evidence.Sources:
            bench = workshop.bench()
            benches.append(bench)
            return evidence.shared_sources(settings, HandClock(), lambda event: None, cast(Any, None), bench)

        benches: list[Any] = []
        first = shared(OFFICE)
        same = shared(replace(OFFICE, language="fr"))
        other_dns = shared(replace(OFFICE, dns=Dns(("127.0.0.1:5300",))))
        other_failure = shared(replace(OFFICE, failure=replace(OFFICE.failure, rspamd="mark")))
        for bench in benches:
            bench.give_back()
    assert same.resolver is first.resolver
    assert same.scan_health is first.scan_health
    assert other_dns.resolver is not first.resolver
    assert other_dns.rspamd is first.rspamd
    assert other_failure.resolver is first.resolver
    assert other_failure.scan_health is not first.scan_health


def test_without_a_scanner_the_judge_has_all_other_checks() -> None:
    found = evidence.sources(OFFICE, HandClock(), lambda event: None, cast(Any, None), with_rspamd=False)
    assert found.rspamd is None
    assert evidence.judge(OFFICE, HandClock(), found) is not None


def test_the_virus_scanner_is_asked_where_the_settings_have_one() -> None:
    def names(settings: Settings) -> list[str]:
        found = evidence.sources(settings, HandClock(), lambda event: None, cast(Any, None))
        return [each.name for each in evidence.judge(settings, HandClock(), found)._checks.first]

    assert "clamd" not in names(OFFICE)
    assert "clamd" in names(replace(OFFICE, clamd=Clamd("/run/clamd.ctl")))
