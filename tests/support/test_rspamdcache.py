"""Compiled patterns pass from one rspamd to the next, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import rspamdcache
from tests.support.rspamdcache import borrow, give_back


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_finished_files_go_there_and_back(tmp_path: Path) -> None:
    own, shared, other = tmp_path / "own", tmp_path / "shared", tmp_path / "other"
    borrow(shared, own)
    (own / "a.hsmp").write_bytes(b"patterns")
    (own / "b.hs").write_bytes(b"more")
    give_back(own, shared)
    borrow(shared, other)
    assert names(other) == {"a.hsmp", "b.hs"}
    assert (other / "a.hsmp").read_bytes() == b"patterns"


def test_unfinished_and_foreign_files_stay_behind(tmp_path: Path) -> None:
    own, shared = tmp_path / "own", tmp_path / "shared"
    own.mkdir()
    for name in ("a.hsmp.tmp", "a.hsmp.unser", "notes.txt", "x.part"):
        (own / name).write_bytes(b"half")
    give_back(own, shared)
    assert names(shared) == set()


def test_what_is_there_is_not_replaced(tmp_path: Path) -> None:
    own, shared = tmp_path / "own", tmp_path / "shared"
    for folder, octets in ((own, b"new"), (shared, b"old")):
        folder.mkdir()
        (folder / "a.hs").write_bytes(octets)
    give_back(own, shared)
    assert (shared / "a.hs").read_bytes() == b"old"


def test_a_failure_leaves_nothing_half_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "a.hs").write_bytes(b"patterns")

    def fail(file: Path, place: Path) -> None:
        place.write_bytes(b"ha")
        raise PermissionError

    monkeypatch.setattr(rspamdcache, "_link_or_copy", fail)
    give_back(own, tmp_path / "shared")
    assert names(tmp_path / "shared") == set()
