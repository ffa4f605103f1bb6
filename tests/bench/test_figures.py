"""Percentiles, medians and ratios, and the table that shows them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.figures import Turn, by_load, middle, percentile, ratios, table, wrong_of
from tests.bench.plan import FILTERED, GATEWAY

TURN = Turn("small", 10, 0, GATEWAY, 100, 90.0, 20.0, 40.0, 2.0, 8.0, 500.0, 60.0, 40.0, 12.0)


def _turns() -> list[Turn]:
    mine = [replace(TURN, round=number, own_cpu_ms=cpu) for number, cpu in enumerate((2.0, 3.0, 10.0))]
    theirs = [replace(TURN, round=number, peer=FILTERED, own_cpu_ms=cpu) for number, cpu in enumerate((4.0, 4.0, 4.0))]
    return mine + theirs


@pytest.mark.parametrize(("percent", "value"), [(1, 1), (50, 5), (90, 9), (99, 10), (100, 10)])
def test_a_percentile_is_a_value_that_was_measured(percent: float, value: float) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], percent) == value


def test_nothing_has_no_percentile() -> None:
    assert math.isnan(percentile([], 50))


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(1, 100))
def test_at_least_so_many_values_do_not_exceed_a_percentile(values: list[float], percent: float) -> None:
    limit = percentile(values, percent)
    assert limit in values
    assert sum(value <= limit for value in values) >= percent / 100 * len(values) - 1e-9


def test_the_middle_is_the_median_but_of_memory_the_peak() -> None:
    turns = [replace(TURN, own_cpu_ms=cpu, rss_mib=cpu) for cpu in (1.0, 2.0, 9.0)]
    assert middle(turns, "own_cpu_ms") == 2.0
    assert middle(turns, "rss_mib") == 9.0


def test_ratios_are_taken_round_by_round() -> None:
    assert ratios(_turns(), GATEWAY, FILTERED, "own_cpu_ms") == [0.5, 0.75, 2.5]


def test_a_round_in_which_one_of_both_is_missing_has_no_ratio() -> None:
    assert ratios(_turns()[1:], GATEWAY, FILTERED, "own_cpu_ms") == [0.75, 2.5]


def test_the_table_has_a_line_for_each_peer_and_the_ratio_with_its_range() -> None:
    shown = table(_turns())
    assert shown.startswith("small mail, 10 connections\n")
    assert f"{GATEWAY} / {FILTERED}" in shown
    assert "0.75 (0.50-2.50)" in shown


def test_turns_are_grouped_by_their_load() -> None:
    turns = [TURN, replace(TURN, connections=1), replace(TURN, round=1)]
    assert by_load(turns) == {("small", 10): [turns[0], turns[2]], ("small", 1): [turns[1]]}


def test_wrong_messages_are_counted_over_all_turns() -> None:
    assert wrong_of([TURN, replace(TURN, wrong=2), replace(TURN, wrong=1)]) == 3


def test_json_has_every_field() -> None:
    assert TURN.as_json()["own_cpu_ms"] == 2.0
    assert TURN.as_json()["peer"] == GATEWAY
