"""Programs are started with a log, awaited, and ended; nothing of them stays when waiting goes wrong."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.support.process import (
    NotStarted,
    checked_socket,
    find_program,
    folder_for,
    start_process,
    stop_process,
    unprivileged_account,
    wait_until_ready,
)

WAITS = (sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()")


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(NotStarted, match="no-such-program is not installed"):
        find_program("no-such-program")


def test_a_program_that_ends_by_itself_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "failing.log"
    process = start_process([sys.executable, "-c", "raise SystemExit('no such setting')"], log)
    with pytest.raises(NotStarted, match="no such setting"):
        wait_until_ready(process, lambda: False, log, seconds=20)


def test_it_is_ready_when_it_answers_and_gone_when_stopped(tmp_path: Path) -> None:
    log = tmp_path / "waits.log"
    process = start_process(WAITS, log)
    wait_until_ready(process, lambda: "up" in log.read_text(), log, seconds=20)
    assert process.poll() is None
    stop_process(process)
    assert process.poll() is not None


def test_an_interruption_while_waiting_leaves_no_process(tmp_path: Path) -> None:
    process = start_process(WAITS, tmp_path / "waits.log")

    def interrupted() -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wait_until_ready(process, interrupted, tmp_path / "waits.log", seconds=20)
    assert process.poll() is not None


def test_the_folder_of_an_unprivileged_program_is_its_own_and_can_be_reached(tmp_path: Path) -> None:
    account = unprivileged_account()
    assert account.uid != 0
    place = folder_for(account, tmp_path / "own")
    assert place.stat().st_uid == account.uid
    if os.geteuid() == 0:
        assert all(parent.stat().st_mode & 0o001 for parent in place.parents)
        place.rmdir()


def test_a_socket_path_that_the_kernel_would_not_take_is_refused() -> None:
    with pytest.raises(NotStarted, match="too long"):
        checked_socket(Path("/" + "a" * 110))
