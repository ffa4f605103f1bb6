from __future__ import annotations

import asyncio

from gateway.core.event import BypassChanged, Event
from gateway.core.verdict import Action, Flag
from gateway.pipeline.bypass import CLOCK, Bypass, unfiltered
from tests.support.clock import HandClock, settle
from tests.support.values import NOON, ORDINARY, transaction


async def test_it_is_on_for_its_time_and_ends_by_itself_loudly() -> None:
    clock, events = HandClock(), list[Event]()
    async with asyncio.TaskGroup() as tasks:
        bypass = Bypass(clock, events.append, tasks)
        assert not bypass.is_on()
        bypass.on(1_800, "anna")
        await settle()
        assert (bypass.is_on(), bypass.by, bypass.until) == (True, "anna", NOON.timestamp() + 1_800)
        clock.advance(1_799)
        await settle()
        assert bypass.is_on()
        clock.advance(1)
        assert not bypass.is_on()  # before anybody could act on the time
        await settle()
    assert events == [BypassChanged(True, "anna", NOON.timestamp() + 1_800), BypassChanged(False, CLOCK)]


async def test_a_second_order_replaces_the_first_and_its_end() -> None:
    clock, events = HandClock(), list[Event]()
    async with asyncio.TaskGroup() as tasks:
        bypass = Bypass(clock, events.append, tasks)
        bypass.on(600, "anna")
        await settle()
        bypass.on(3_600, "bob")
        await settle()
        clock.advance(601)
        await settle()
        assert bypass.is_on()
        bypass.off("anna")
        bypass.off("anna")
        assert not bypass.is_on()
    assert [each.is_on for each in events if isinstance(each, BypassChanged)] == [True, True, False]


def test_what_passes_unfiltered_says_so() -> None:
    judgement = unfiltered(transaction(recipients=("bob@office.example", "sue@office.example")), "mx.office.example")
    assert [each.action for each in judgement.verdicts] == [Action.ACCEPT, Action.ACCEPT]
    assert judgement.verdicts[0].flags == {Flag.BYPASSED}
    assert [each.name for each in judgement.verdicts[0].reasons] == ["bypassed"]


def test_a_circle_is_refused_all_the_same() -> None:
    hops = b"Received: from a by b; now\r\n" * 51
    judgement = unfiltered(transaction(octets=hops + ORDINARY), "mx.office.example")
    (verdict,) = judgement.verdicts
    assert (verdict.action, verdict.reasons[0].name, verdict.reasons[0].decides) == (Action.REJECT, "loop", True)
