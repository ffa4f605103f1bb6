"""U-Boot's boot script on QEMU's arm64 board, with a kernel that only says that it runs: which slot is started when.

Run by hand, as root, once `image/build.sh` has made the tools tree:
`.venv/bin/python -m pytest tests/image/vm/scene_bootscript.py`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.image.vm import gpt
from tests.image.vm.machine import Machine, Parts
from tests.image.vm.smallkernel import packed
from tests.image.vm.tree import CHECKOUT, in_tools

BOARD = "virt-arm64"
RUNS = "small kernel: restart"
SECTOR = 512


@pytest.fixture(scope="module")
def disk() -> Path:
    """The disk as an image has it: slot A filled, slot B empty."""
    folder = CHECKOUT / ".image" / "boot-script"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "kernel").write_bytes(packed())
    command = in_tools("bash", "/src/tests/image/vm/bootdisk.sh", "/b", BOARD)
    subprocess.run(command, env={**os.environ, "BOARD": "boot-script"}, check=True, timeout=120)
    return folder / "disk.img"


@pytest.fixture
def parts(disk: Path, tmp_path: Path) -> Parts:
    own = tmp_path / "disk.img"
    shutil.copyfile(disk, own)
    return Parts(BOARD, own, tmp_path / "machine")


def fill_second_slot(parts: Parts) -> None:
    first = gpt.places(parts.disk)["bootA"]
    gpt.write(parts.disk, "bootB", gpt.read(parts.disk, "bootA", first.size))


def test_a_slot_has_three_tries_and_then_the_other_has_its_turn(parts: Parts) -> None:
    fill_second_slot(parts)
    with Machine(parts) as machine:
        for slot in "AB":
            for left in (2, 1, 0):
                machine.expect(f"slot {slot}: trying, {left} tries left")
                machine.expect(f"slot {slot}: starting")
                machine.expect(RUNS)
        machine.expect("no slot left: counters set back")
        machine.expect("slot A: trying, 2 tries left")


def test_a_slot_that_can_not_be_loaded_is_passed_over_in_the_same_boot(parts: Parts) -> None:
    fill_second_slot(parts)
    gpt.write(parts.disk, "bootA", bytes(SECTOR))
    with Machine(parts) as machine:
        machine.expect("slot A: did not start")
        machine.expect("slot B: trying, 2 tries left")
        machine.expect(RUNS)


def test_a_state_that_was_torn_is_not_believed_and_the_defaults_count(parts: Parts) -> None:
    torn = bytearray(gpt.read(parts.disk, "bootstate", SECTOR))
    torn[16:] = bytes(SECTOR - 16)
    gpt.write(parts.disk, "bootstate", bytes(torn))
    with Machine(parts) as machine:
        machine.expect("boot state: not valid, defaults count")
        machine.expect("slot A: trying, 2 tries left")
        machine.expect(RUNS)
        machine.expect("slot A: trying, 1 tries left")


def test_a_power_cut_behind_the_count_has_cost_one_try_and_nothing_else(parts: Parts) -> None:
    machine = Machine(parts)
    for left in (2, 1, 0):
        machine.switch_on()
        machine.expect(f"slot A: trying, {left} tries left")
        machine.cut_power()
    machine.switch_on()
    machine.expect("slot B: trying, 2 tries left")
    machine.cut_power()
