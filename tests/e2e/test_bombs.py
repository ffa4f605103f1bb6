"""Some of the bombs and of the odd messages at the real gateway; `python -m tests.probes.bombs` throws them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.probes.bombcases import all_bombs
from tests.probes.bombs import run_bombs, run_corpus

pytestmark = pytest.mark.e2e


def test_there_are_bombs_of_every_class_and_each_has_a_name() -> None:
    bombs = all_bombs()
    assert len(bombs) >= 91
    assert len({(bomb.kind, bomb.name) for bomb in bombs}) == len(bombs)


def test_bombs_are_survived_and_honest_clients_go_on(tmp_path: Path) -> None:
    survived, thrown, wait_seconds, peak_mebibytes = run_bombs(tmp_path, "truncated")
    assert survived == thrown == 4
    # The figures come from a quiet machine; here only what would be a stall.
    assert wait_seconds < 10
    assert 10 < peak_mebibytes < 400


def test_odd_messages_arrive_or_are_held_octet_for_octet(tmp_path: Path) -> None:
    sent, accepted, _, changed = run_corpus(tmp_path, 30, every=4)
    assert sent == accepted > 6
    assert changed == 0
