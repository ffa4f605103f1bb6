from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.control import protocol, statshandlers
from gateway.control.room import Room
from gateway.control.statsvalues import NameView, ScoreView, StatsQuery
from gateway.core.access import Access, may
from gateway.core.record import Disposition
from tests.support.control import HOSTILE, NOON, FakeDesk, record


def room(*records: object) -> Room:
    return Room(FakeDesk(records=records), "en", 30, Access.ADMINISTRATOR, "anna")  # type: ignore[arg-type]  # records


async def test_a_day_is_told_beside_the_month() -> None:
    days = [record(n, time=(NOON - timedelta(days=n)).timestamp()) for n in range(8)]
    told = await statshandlers.stats(room(*days, record(9, score=None)), StatsQuery())
    assert sum(each.quarantine for each in told.hours) == 9
    assert told.hours[0].time == NOON - timedelta(days=7)
    assert told.scores == (ScoreView(9, 1),)
    assert (told.mark_at, told.quarantine_at, told.reject_at) == (6.0, 9.0, 15.0)
    assert told.senders[0].name == "rene@sender.example"
    assert (told.senders[0].messages, told.senders[0].is_ours) == (2, False)
    assert 0.9 < told.senders[0].usual < 1.2
    assert told.recipients[0].is_ours
    assert told.delays[-1].half_seconds <= told.delays[-1].most_seconds


async def test_who_is_new_is_unusual_and_names_are_made_safe() -> None:
    flood = [record(n, code=f"X{n}", authors=("boss@office.example",)) for n in range(50)]
    told = await statshandlers.stats(room(*flood, record(51, authors=(f"a@{HOSTILE}",))), StatsQuery())
    first = max(told.senders, key=lambda each: each.unusual)
    assert first == replace(first, name="boss@office.example", is_ours=True, messages=50, usual=0.0)
    assert isinstance(first, NameView)
    assert not any("\x1b" in each.name for each in told.senders)


async def test_refusals_before_content_are_counted_as_refused() -> None:
    refused = record(
        1, kind="recipient-refused", dispositions=(Disposition("x@office.example", "", "refused"),), score=None
    )
    told = await statshandlers.stats(room(refused), StatsQuery(7))
    assert [each.refused for each in told.hours] == [1]
    assert told.senders == ()


async def test_without_mail_there_are_no_figures() -> None:
    told = await statshandlers.stats(room(), StatsQuery(30))
    assert (told.hours, told.scores, told.delays, told.senders) == ((), (), (), ())


@pytest.mark.parametrize("days", [0, 31, -1])
def test_a_span_that_history_does_not_count_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="1 to 30"):
        StatsQuery(days)


def test_helpers_may_see_numbers() -> None:
    assert may(Access.HELPER, protocol.STATS.right)
