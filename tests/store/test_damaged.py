from __future__ import annotations

from pathlib import Path

import pytest

from gateway.store.damaged import DamagedPlace
from gateway.store.errors import StoreError
from tests.support.failingdisk import FailingDisk


def test_a_damaged_file_is_moved_listed_with_its_reason_and_keeps_its_octets(tmp_path: Path) -> None:
    place = DamagedPlace(tmp_path / "damaged", FailingDisk())
    place.folder.mkdir()
    for octets in (b"first", b"second"):
        (tmp_path / "F7K2Q-1").write_bytes(octets)
        place.take(tmp_path / "F7K2Q-1", "cut")
    listed = place.list()
    assert {(each.size_octets, each.why) for each in listed} == {(5, "cut"), (6, "cut")}
    assert {(place.folder / each.name).read_bytes() for each in listed} == {b"first", b"second"}
    assert not (tmp_path / "F7K2Q-1").exists()


def test_a_file_that_is_gone_already_is_no_error(tmp_path: Path) -> None:
    place = DamagedPlace(tmp_path, FailingDisk())
    place.take(tmp_path / "gone" / "F7K2Q-1", "cut")
    assert place.list() == ()


def test_a_disk_that_cannot_move_says_so_and_the_file_stays(tmp_path: Path) -> None:
    disk = FailingDisk()
    place = DamagedPlace(tmp_path / "damaged", disk)
    place.folder.mkdir()
    (tmp_path / "F7K2Q-1").write_bytes(b"x")
    disk.fail("rename")
    with pytest.raises(StoreError):
        place.take(tmp_path / "F7K2Q-1", "cut")
    assert (tmp_path / "F7K2Q-1").exists()
