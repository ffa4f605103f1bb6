from __future__ import annotations

import errno
from pathlib import Path

import pytest

from gateway.store import files
from gateway.store.errors import DamagedMessage, DiskFull, MissingMessage, StoreError
from gateway.store.format import FileHeader, decode
from tests.support.failingdisk import FailingDisk
from tests.support.storage import RECEIVED_AT, envelope

HEADER = FileHeader("F7K2Q", "queue", RECEIVED_AT, envelope())


def write(disk: FailingDisk, path: Path, octets: bytes = b"Hello\r\n", header: FileHeader = HEADER) -> int:
    return files.write(disk, path, header, [octets], synced=True)


def test_a_file_is_synced_before_it_gets_its_name(tmp_path: Path) -> None:
    order: list[str] = []
    write(FailingDisk(order.append), tmp_path / "F7K2Q-1")
    assert order.index("after:write") < order.index("after:fsync") < order.index("before:rename")
    assert decode((tmp_path / "F7K2Q-1").read_bytes()).octets == b"Hello\r\n"


@pytest.mark.parametrize("call", ["open_new", "write", "fsync", "close", "rename"])
@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, DiskFull), (errno.EIO, StoreError)])
def test_whatever_fails_nothing_is_left_behind(tmp_path: Path, call: str, number: int, kind: type[StoreError]) -> None:
    disk = FailingDisk()
    disk.fail(call, number)
    with pytest.raises(kind):
        write(disk, tmp_path / "F7K2Q-1")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_fsync_is_never_repeated(tmp_path: Path) -> None:
    disk = FailingDisk()
    disk.fail("fsync", errno.EIO)
    with pytest.raises(StoreError):
        write(disk, tmp_path / "F7K2Q-1")
    assert disk.calls["fsync"] == 1


def test_a_message_whose_pieces_break_off_leaves_nothing_behind(tmp_path: Path) -> None:
    def broken():
        yield b"Hello"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        files.write(FailingDisk(), tmp_path / "F7K2Q-1", HEADER, broken(), synced=True)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_too_sick_to_remove_the_rest_still_reports_the_first_error(tmp_path: Path) -> None:
    disk = FailingDisk()
    disk.fail("fsync", errno.ENOSPC)
    disk.fail("unlink", errno.EIO)
    with pytest.raises(DiskFull):
        write(disk, tmp_path / "F7K2Q-1")


def test_a_glance_reads_envelope_and_size_also_of_very_many_recipients(tmp_path: Path) -> None:
    many = FileHeader("F7K2Q", "queue", 1.0, envelope(*(f"user{n}@office.example" for n in range(1_000))))
    write(FailingDisk(), tmp_path / "a", header=many)
    assert files.glance(tmp_path / "a") == (many, 7)


def test_a_glance_sees_a_cut_and_the_proof_sees_a_changed_octet(tmp_path: Path) -> None:
    path = tmp_path / "F7K2Q-1"
    write(FailingDisk(), path)
    good = path.read_bytes()
    path.write_bytes(good.replace(b"Hello", b"Jello"))
    assert files.scan(path, prove=False).header == HEADER
    assert files.scan(path, prove=True).damage == "changed: its octets do not match their hash"
    path.write_bytes(good.replace(b"Hello", b"Hel"))
    with pytest.raises(DamagedMessage, match="cut: 5 octets of 7"):
        files.glance(path)
    path.write_bytes(good)
    assert files.scan(path, prove=True) == files.Scanned("F7K2Q-1", HEADER, 7)


def test_a_folder_or_nothing_in_the_place_of_a_file_is_an_answer(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert files.scan(tmp_path / "folder", prove=True).damage.startswith("unreadable")
    assert files.scan(tmp_path / "folder", prove=False).damage.startswith("unreadable")
    with pytest.raises(MissingMessage):
        files.load(tmp_path / "nothing")
