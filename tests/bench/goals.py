"""The figures to reach, and whether a run reached them. Pure; a goal whose turns are missing is not judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from tests.bench.figures import Turn, middle, ratios
from tests.bench.plan import GATEWAY, PEER_OF, UNAUTHENTICATED, UNCHECKED

_Measure = Callable[[Sequence[Turn]], float | None]


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wanted: a figure at most, or at least, this."""

    words: str
    bound: float
    measure: _Measure
    at_least: bool = False

    def is_met(self, value: float) -> bool:
        """Judged on two digits, as it is shown."""
        return round(value, 2) >= self.bound if self.at_least else round(value, 2) <= self.bound


def _ratio(peer: str, kind: str, figure: str, connections: int | None = None) -> _Measure:
    """The median of the ratios of all rounds of a kind of mail."""

    def measure(turns: Sequence[Turn]) -> float | None:
        found = [turn for turn in turns if turn.kind == kind and connections in (None, turn.connections)]
        values = [
            value
            for number in {turn.connections for turn in found}
            for value in ratios([t for t in found if t.connections == number], peer, PEER_OF[peer], figure)
        ]
        return median(values) if values else None

    return measure


def _highest(figure: str, kind: str | None = None, connections: int | None = None, unit: float = 1) -> _Measure:
    """The gateway's highest median of a figure."""

    def measure(turns: Sequence[Turn]) -> float | None:
        found = [
            turn
            for turn in turns
            if turn.peer == GATEWAY and kind in (None, turn.kind) and connections in (None, turn.connections)
        ]
        loads = {(turn.kind, turn.connections) for turn in found}
        values = [middle([t for t in found if (t.kind, t.connections) == load], figure) / unit for load in loads]
        return max(values) if values else None

    return measure


GOALS: Final = (
    Goal("own CPU without our authentication, small / Postfix", 0.5, _ratio(UNAUTHENTICATED, "small", "own_cpu_ms")),
    Goal("own CPU without our authentication, mixed / Postfix", 0.4, _ratio(UNAUTHENTICATED, "mixed", "own_cpu_ms")),
    Goal("own CPU without our authentication, large / Postfix", 0.5, _ratio(UNAUTHENTICATED, "large", "own_cpu_ms")),
    Goal("whole CPU, small / Postfix (aim 0.85)", 1.0, _ratio(GATEWAY, "small", "whole_cpu_ms")),
    Goal("whole CPU, mixed / Postfix (aim 0.85)", 1.0, _ratio(GATEWAY, "mixed", "whole_cpu_ms")),
    Goal("whole CPU, large / Postfix (aim 0.85)", 1.0, _ratio(GATEWAY, "large", "whole_cpu_ms")),
    Goal("messages/s, small / Postfix (aim 1.2)", 1.0, _ratio(GATEWAY, "small", "per_second"), at_least=True),
    Goal("messages/s, mixed / Postfix (aim 1.2)", 1.0, _ratio(GATEWAY, "mixed", "per_second"), at_least=True),
    Goal("messages/s, large / Postfix", 1.4, _ratio(GATEWAY, "large", "per_second"), at_least=True),
    Goal("p50 at one connection, small / Postfix", 1.0, _ratio(GATEWAY, "small", "p50_ms", 1)),
    Goal("p50 at one connection, mixed / Postfix", 1.0, _ratio(GATEWAY, "mixed", "p50_ms", 1)),
    Goal("written, KB a message", 2.0, _highest("written_octets", unit=1_000)),
    Goal("RSS, 50 connections of mixed mail, MiB", 100.0, _highest("rss_mib", "mixed", 50)),
    Goal("PSS, 8 x 10 MB in flight, MiB", 150.0, _highest("pss_mib", "large", 8)),
    Goal("deliveries/s without checks, small / Postfix", 3.0, _ratio(UNCHECKED, "small", "per_second"), at_least=True),
)


def table(turns: Sequence[Turn]) -> str:
    """One line a goal: what is wanted, what was measured, whether that is enough."""
    rows = ["goal".ljust(58) + "  wanted     got"]
    for goal in GOALS:
        value = goal.measure(turns)
        wanted = f"{'>=' if goal.at_least else '<='} {goal.bound:g}"
        got = "not measured" if value is None else f"{value:.2f}  {'yes' if goal.is_met(value) else 'NO'}"
        rows.append(f"{goal.words.ljust(58)}  {wanted:>7}  {got}")
    return "\n".join(rows)
