"""The soak's own judgement: what counts as growth. `make soak` runs it for an hour."""

from __future__ import annotations

from dataclasses import replace

from tests.probes.soak import Look, growth

QUIET = Look(memory_kib=70_000, descriptors=30, threads=11, processes=2, connections=0, tasks=20, queue=0)


def test_looks_that_are_alike_show_no_growth() -> None:
    assert growth([QUIET] * 10) == {}


def test_what_grows_while_it_warms_up_is_no_growth() -> None:
    assert growth([replace(QUIET, memory_kib=50_000), *[QUIET] * 9]) == {}


def test_memory_descriptors_and_processes_that_grow_are_named() -> None:
    looks = [
        replace(QUIET, memory_kib=70_000 + 1_000 * n, descriptors=30 + 2 * n, processes=2 + n, threads=11)
        for n in range(12)
    ]
    assert set(growth(looks)) == {"memory_kib", "descriptors", "processes"}
