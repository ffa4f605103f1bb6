from __future__ import annotations

import errno
import sqlite3

import pytest

from gateway.store.errors import (
    DamagedMessage,
    DiskFull,
    MissingMessage,
    StoreError,
    of_reading,
    of_sqlite,
    of_writing,
)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_no_room_is_told_apart_from_other_failures(number: int) -> None:
    assert isinstance(of_writing(OSError(number, "x")), DiskFull)
    assert type(of_writing(OSError(errno.EIO, "x"))) is StoreError


def test_only_the_file_itself_is_damaged_not_the_process_that_has_no_descriptors_left() -> None:
    assert isinstance(of_reading(OSError(errno.EIO, "x")), DamagedMessage)
    assert isinstance(of_reading(OSError(errno.ENOENT, "x")), MissingMessage)
    assert type(of_reading(OSError(errno.EMFILE, "x"))) is StoreError


def test_a_full_database_is_a_full_disk() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (x)")
    connection.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.Error) as caught:
        connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert isinstance(of_sqlite(caught.value), DiskFull)
    assert type(of_sqlite(sqlite3.OperationalError("locked"))) is StoreError


def test_an_index_of_the_log_that_finds_no_room_is_a_full_disk() -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    assert isinstance(of_sqlite(error), DiskFull)
