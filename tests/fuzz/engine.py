"""What a fuzz target is, the inputs it gets, and the counting of what it costs. Knows no parser.

A target is a function that takes octets, catches the exceptions that its parser declares, and asserts what must hold.
Whatever else it raises is a finding.
"""

from __future__ import annotations

import random
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

INPUT_MAXIMUM_OCTETS = 20_000
# Found by hand in many parsers: ends of ranges, of lines and of patience.
COMMON = (
    b"",
    b"\0",
    b"\r\n",
    b"\n",
    b"\r",
    b" ",
    b"\t",
    b"\xff",
    b"\xc3\xa9",
    b'"',
    b"\\",
    b"(",
    b")",
    b"9" * 30,
    b"-1",
)


@dataclass(frozen=True)
class Target:
    """One parser. `seeds` are honest inputs, `tokens` the words of its language.

    `share`: how often the long run takes it, beside others; `floods`: False where a flood costs nothing of ours.
    """

    name: str
    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    tokens: tuple[bytes, ...] = ()
    share: float = 1.0
    examples: int = 150
    floods: bool = True
    words: tuple[bytes, ...] = field(init=False)

    def __post_init__(self) -> None:
        """All words that are put together."""
        object.__setattr__(self, "words", (*COMMON, *self.tokens))


def mutants(target: Target, chance: random.Random) -> Iterator[bytes]:
    """Inputs without end: seeds with some of their octets changed, cut, doubled and replaced, and words in a row."""
    while True:
        if chance.random() < 0.2:
            octets = bytearray(b"".join(chance.choices(target.words, k=chance.randrange(1, 40))))
        else:
            octets = bytearray(chance.choice(target.seeds))
        for _ in range(chance.choice((0, 1, 1, 2, 3, 5, 10))):
            _mutate(octets, target, chance)
        yield bytes(octets[:INPUT_MAXIMUM_OCTETS])


def _mutate(octets: bytearray, target: Target, chance: random.Random) -> None:
    at = chance.randrange(len(octets) + 1)
    to = min(len(octets), at + int(chance.expovariate(1 / 8)))
    kind = chance.randrange(7)
    if kind == 0:
        octets[at:to] = chance.randbytes(to - at)
    elif kind == 1:
        del octets[at:to]
    elif kind == 2:
        octets[at:at] = octets[at:to] * chance.randrange(1, 20)
    elif kind == 3:
        octets[at:at] = chance.choice(target.words)
    elif kind == 4:
        octets[at:to] = chance.choice(target.words)
    elif kind == 5:
        other = chance.choice(target.seeds)
        octets[at:] = other[chance.randrange(len(other) + 1) :]
    elif at < len(octets):
        octets[at] ^= 1 << chance.randrange(8)


def steps(run: Callable[[bytes], None], octets: bytes) -> int:
    """How many lines of Python it takes: the same on every machine, whatever else that does."""
    count = 0

    def traced(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return traced

    before = sys.gettrace()
    sys.settrace(traced)
    try:
        run(octets)
    finally:
        sys.settrace(before)
    return count


def floods(target: Target, times: int) -> Iterator[bytes]:
    """Each word repeated so many times: alone, and behind the beginning of an honest input."""
    beginning = target.seeds[0][: len(target.seeds[0]) // 2]
    for word in target.words:
        if word:
            yield word * times
            yield beginning + word * times


def check(target: Target) -> None:
    """The short form: words put together by hypothesis, mutants in a fixed order, and linear cost of floods."""

    @settings(
        max_examples=target.examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.sampled_from((*target.words, *target.seeds)) | st.binary(max_size=6), max_size=16))
    def put_together(parts: list[bytes]) -> None:
        target.run(b"".join(parts)[:INPUT_MAXIMUM_OCTETS])

    put_together()
    for _, octets in zip(range(target.examples * 2), mutants(target, random.Random(7)), strict=False):
        target.run(octets)
    if target.floods:
        for small, large in zip(floods(target, 60), floods(target, 180), strict=True):
            cost = steps(target.run, small)
            # Three times the input may cost three times as much, not nine times.
            assert steps(target.run, large) <= 4.5 * cost + 6_000, (target.name, small[:80])


def is_safe(text: str) -> bool:
    """True when nothing in it moves a terminal's cursor or turns letters around."""
    return not any(unicodedata.category(each) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for each in text)


def checks(targets: tuple[Target, ...]) -> Any:
    """The decorator that makes a test of each target."""
    return pytest.mark.parametrize("target", targets, ids=[target.name for target in targets])
