"""Inputs that once did what no input may: `tests/cases/fuzz/NAME.case`, the target's name in the first line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.__main__ import TARGETS
from tests.fuzz.engine import Target, mutants, steps

CASES = sorted((Path(__file__).resolve().parents[1] / "cases" / "fuzz").glob("*.case"))
BY_NAME = {target.name: target for target in TARGETS}


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_what_was_found_once_is_read_or_refused(case: Path) -> None:
    name, _, octets = case.read_bytes().partition(b"\n")
    BY_NAME[name.decode()].run(octets)


def test_every_target_has_a_name_of_its_own() -> None:
    assert len(BY_NAME) == len(TARGETS)


def test_the_engine_sees_what_a_parser_must_not_do() -> None:
    import random

    import tests.fuzz.engine as engine

    def quadratic(octets: bytes) -> None:
        for _ in octets:
            for _ in octets:
                pass

    def crashes(octets: bytes) -> None:
        if b"<>" in octets:
            raise KeyError("found")

    assert steps(quadratic, b"x" * 90) > 7 * steps(quadratic, b"x" * 30)
    with pytest.raises(AssertionError, match="slow"):
        engine.check(Target("slow", quadratic, (b"x",), examples=1))
    with pytest.raises(KeyError):
        engine.check(Target("crash", crashes, (b"<", b">"), (b"<>",)))
    target = Target("any", crashes, (b"a",))
    first = [octets for _, octets in zip(range(50), mutants(target, random.Random(1)), strict=False)]
    assert first == [octets for _, octets in zip(range(50), mutants(target, random.Random(1)), strict=False)]
