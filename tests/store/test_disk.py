from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.store.disk import Disk, joined


def test_a_new_file_is_ours_alone_and_never_an_old_one(tmp_path: Path) -> None:
    disk, path = Disk(), tmp_path / "a"
    descriptor = disk.open_new(path)
    disk.write(descriptor, b"x" * 100_000)
    disk.fsync(descriptor)
    disk.close(descriptor)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_size == 100_000
    with pytest.raises(FileExistsError):
        disk.open_new(path)


def test_a_short_write_is_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk, real = Disk(), os.write
    descriptor = disk.open_new(tmp_path / "a")
    monkeypatch.setattr(os, "write", lambda to, octets: real(to, octets[:7]))
    disk.write(descriptor, bytes(range(200)))
    disk.close(descriptor)
    assert (tmp_path / "a").read_bytes() == bytes(range(200))


def test_folders_are_closed_to_others_and_can_be_synced(tmp_path: Path) -> None:
    Disk().make_folder(tmp_path / "x" / "y")
    Disk().sync_folder(tmp_path / "x" / "y")
    assert (tmp_path / "x" / "y").stat().st_mode & 0o777 == 0o700


def test_removing_what_is_gone_is_no_error(tmp_path: Path) -> None:
    Disk().unlink(tmp_path / "nothing")


@given(st.lists(st.integers(0, 150_000), max_size=6))
def test_joined_pieces_hold_the_same_octets(sizes: list[int]) -> None:
    pieces = [bytes([index]) * size for index, size in enumerate(sizes)]
    together = list(joined(pieces))
    assert b"".join(together) == b"".join(pieces)
    assert all(together)


def test_many_small_pieces_become_few() -> None:
    assert len(list(joined([b"x" * 100] * 2_000))) < 10
