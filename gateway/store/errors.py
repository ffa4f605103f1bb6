"""What the store says when it cannot keep a promise.

StoreError               nothing was promised, or the answer is not to be had now
├── DiskFull             the same, because there is no room
├── MissingMessage       there is no such file
└── DamagedMessage       the file is not what we wrote
"""

from __future__ import annotations

import errno
import sqlite3


class StoreError(Exception):
    """The disk or the database failed; the text is for the journal only."""


class DiskFull(StoreError):
    """No room: the device, a quota or one of our own limits."""


class MissingMessage(StoreError):
    """A message file is not where its row says."""


class DamagedMessage(StoreError):
    """A message file is cut, changed, foreign or unreadable; the text says which."""


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_UNREADABLE = frozenset({errno.EIO, errno.EACCES, errno.EISDIR, errno.ELOOP, errno.EUCLEAN, errno.ENXIO})


def of_writing(error: OSError) -> StoreError:
    """The error of a failed write, fsync or rename."""
    kind = DiskFull if error.errno in _FULL else StoreError
    return kind(f"disk: {error.strerror or error}")


def of_reading(error: OSError) -> StoreError:
    """The error of a failed read: damage only where the file itself is to blame, not when we lack descriptors."""
    if isinstance(error, FileNotFoundError):
        return MissingMessage("the message file is missing")
    kind = DamagedMessage if error.errno in _UNREADABLE else StoreError
    return kind(f"unreadable: {error.strerror or error}")


def of_sqlite(error: sqlite3.Error) -> StoreError:
    """The error of a failed statement or commit."""
    code = getattr(error, "sqlite_errorcode", None)
    kind = DiskFull if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE) else StoreError
    return kind(f"database: {error}")
