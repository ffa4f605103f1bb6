"""From single turns to what is shown: percentiles, ratios round by round, medians, a table. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Final

from tests.bench.plan import PEER_OF


@dataclass(frozen=True, slots=True)
class Turn:
    """One peer's turn. CPU in milliseconds a message: `own` processes; `whole` with its scanner, Redis, resolver."""

    kind: str
    connections: int
    round: int
    peer: str
    messages: int
    per_second: float
    p50_ms: float
    p99_ms: float
    own_cpu_ms: float
    whole_cpu_ms: float
    written_octets: float
    rss_mib: float
    pss_mib: float
    others_percent: float
    wrong: int = 0

    def as_json(self) -> dict[str, object]:
        """All fields, rounded to what can be told apart."""
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}


FIGURES: Final = {
    "messages/s": "per_second",
    "p50 ms": "p50_ms",
    "p99 ms": "p99_ms",
    "own CPU ms": "own_cpu_ms",
    "whole CPU ms": "whole_cpu_ms",
    "written KB": "written_octets",
    "RSS MiB": "rss_mib",
    "PSS MiB": "pss_mib",
    "others %": "others_percent",
}
_PEAKS = frozenset({"rss_mib", "pss_mib"})
_COMPARED = ("per_second", "p50_ms", "p99_ms", "own_cpu_ms", "whole_cpu_ms")


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of them do not exceed; nan of none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def middle(turns: Sequence[Turn], figure: str) -> float:
    """The median over the rounds; of memory the highest."""
    values = [float(getattr(turn, figure)) for turn in turns]
    return max(values) if figure in _PEAKS else median(values)


def ratios(turns: Sequence[Turn], peer: str, other: str, figure: str) -> list[float]:
    """`peer` through `other`, one for each round in which both had their turn."""
    of_other = {turn.round: float(getattr(turn, figure)) for turn in turns if turn.peer == other}
    pairs = [(float(getattr(turn, figure)), of_other.get(turn.round, 0.0)) for turn in turns if turn.peer == peer]
    return [mine / theirs for mine, theirs in pairs if theirs]


def table(turns: Sequence[Turn]) -> str:
    """The medians of one load, a line for each peer, then the ratios with their range."""
    first = turns[0]
    head = f"{first.kind} mail, {first.connections} connection{'s' * (first.connections > 1)}"
    rows = [["", *FIGURES]]
    for peer in dict.fromkeys(turn.peer for turn in turns):
        own = [turn for turn in turns if turn.peer == peer]
        rows.append([peer, *(_shown(middle(own, figure), figure) for figure in FIGURES.values())])
    return "\n".join([head, *_aligned(rows), *_ratio_lines(turns)])


def wrong_of(turns: Sequence[Turn]) -> int:
    """How many messages did not arrive exactly once with their body intact."""
    return sum(turn.wrong for turn in turns)


def _ratio_lines(turns: Sequence[Turn]) -> list[str]:
    present = {turn.peer for turn in turns}
    rows = []
    for peer, other in PEER_OF.items():
        if {peer, other} <= present:
            rows.append([f"{peer} / {other}", *(_spread(ratios(turns, peer, other, each)) for each in _COMPARED)])
    return _aligned([["ratio, median (range)", *(_name(each) for each in _COMPARED)], *rows]) if rows else []


def _name(figure: str) -> str:
    return next(name for name, field in FIGURES.items() if field == figure)


def _spread(values: Sequence[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f}-{max(values):.2f})" if values else "-"


def _shown(value: float, figure: str) -> str:
    if figure == "written_octets":
        return f"{value / 1_000:.1f}"
    return f"{value:.2f}" if value < 10 else f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if not at else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def by_load(turns: Sequence[Turn]) -> Mapping[tuple[str, int], list[Turn]]:
    """The turns of each kind of mail and number of connections, in the order in which they came."""
    found: dict[tuple[str, int], list[Turn]] = {}
    for turn in turns:
        found.setdefault((turn.kind, turn.connections), []).append(turn)
    return found
