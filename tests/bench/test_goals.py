"""A goal is judged by the figures of a run, and only when they are there."""

from __future__ import annotations

from dataclasses import replace

from tests.bench.figures import Turn
from tests.bench.goals import GOALS, table
from tests.bench.plan import FILTERED, GATEWAY, PLAIN, UNCHECKED

TURN = Turn("small", 1, 0, GATEWAY, 100, 90.0, 20.0, 40.0, 2.0, 8.0, 500.0, 60.0, 40.0, 12.0)


def _line(turns: list[Turn], words: str) -> str:
    return next(line for line in table(turns).splitlines() if line.startswith(words))


def test_what_was_not_measured_is_not_judged() -> None:
    assert all("not measured" in line for line in table([]).splitlines()[1:])
    assert len(table([]).splitlines()) == 1 + len(GOALS)


def test_a_ratio_at_most_one_is_met_by_one() -> None:
    peer = replace(TURN, peer=FILTERED)
    assert _line([TURN, peer], "whole CPU, small").endswith("1.00  yes")
    assert _line([replace(TURN, whole_cpu_ms=8.1), peer], "whole CPU, small").endswith("1.01  NO")


def test_a_ratio_of_at_least_three_wants_three() -> None:
    peer = replace(TURN, peer=PLAIN)
    assert _line([replace(TURN, peer=UNCHECKED, per_second=270.0), peer], "deliveries/s").endswith("3.00  yes")
    assert _line([replace(TURN, peer=UNCHECKED, per_second=260.0), peer], "deliveries/s").endswith("2.89  NO")


def test_written_octets_are_judged_by_the_worst_load() -> None:
    turns = [TURN, replace(TURN, kind="large", written_octets=3_000.0)]
    assert _line(turns, "written").endswith("3.00  NO")
