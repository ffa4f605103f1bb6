"""Real programs as children of ours: found, started with a log, awaited until they answer, ended by process id.

Knows no particular program, and nothing of pytest.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# sun_path of Linux has 108 octets with the final NUL; the programs say nothing useful beyond it.
SOCKET_PATH_MAXIMUM_OCTETS = 107
_SYSTEM_FOLDERS = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin"


class NotStarted(Exception):
    """A program is missing, ended by itself, or was not ready in time; the text holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine that a program can run as."""

    name: str
    group: str
    uid: int
    gid: int


def unprivileged_account() -> Account:
    """Who a program that wants no root runs as: `nobody` when we are root, else ourselves."""
    uid = os.geteuid()
    entry = pwd.getpwnam("nobody") if uid == 0 else pwd.getpwuid(uid)
    return Account(entry.pw_name, grp.getgrgid(entry.pw_gid).gr_name, entry.pw_uid, entry.pw_gid)


def folder_for(account: Account, folder: Path) -> Path:
    """`folder`, made where missing and owned by `account`; elsewhere when that user could not reach it.

    Below a folder that only root may enter (/root, or pytest's own), `folder` becomes a link to a new one in
    the folder for temporary files. Raises OSError when something is there already that must not be lost.
    """
    folder = folder.absolute()
    if os.geteuid() != 0:
        folder.mkdir(parents=True, exist_ok=True)
        return folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not folder.exists():
        folder.unlink(missing_ok=True)
        folder.mkdir()
    if not all(parent.stat().st_mode & 0o001 for parent in folder.resolve().parents):
        folder.rmdir()
        folder.symlink_to(tempfile.mkdtemp(prefix="poterne-"))
    place = folder.resolve()
    place.chmod(0o755)
    os.chown(place, account.uid, account.gid)
    return place


def find_program(name: str) -> str:
    """The program on PATH or in the system folders. Raises NotStarted."""
    found = shutil.which(name) or shutil.which(name, path=_SYSTEM_FOLDERS)
    if found is None:
        raise NotStarted(f"{name} is not installed")
    return found


def checked_socket(path: Path) -> Path:
    """The absolute path, when a Unix socket can have it. Raises NotStarted."""
    absolute = path.resolve()
    if len(str(absolute).encode()) > SOCKET_PATH_MAXIMUM_OCTETS:
        raise NotStarted(f"{absolute} is too long for a Unix socket; use a shorter folder")
    return absolute


def start_process(
    command: Sequence[str],
    log: Path,
    *,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    descriptors: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start it without standard input, its output at the end of `log`; as `account` where that is another user.

    It has our open `descriptors` under the same numbers.
    A process group of its own keeps the terminal's Ctrl+C away: we end our children ourselves, in order.
    """
    other = account if account is not None and account.uid != os.geteuid() else None
    with log.open("ab") as out:
        if other is not None:
            os.fchown(out.fileno(), other.uid, other.gid)
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=dict(environment) if environment is not None else None,
            cwd=folder,
            process_group=0,
            pass_fds=descriptors,
            user=other.uid if other else None,
            group=other.gid if other else None,
            extra_groups=[] if other else None,
        )


def wait_until_ready(process: subprocess.Popen[bytes], answers: Callable[[], bool], log: Path, seconds: float) -> None:
    """Ask every 50 ms until `answers()`. Raises NotStarted when the process ended or `seconds` are over.

    Whatever is raised, such as Ctrl+C, the process has ended then.
    """
    try:
        ready = _answers_in_time(process, answers, seconds)
    except BaseException:
        stop_process(process)
        raise
    if not ready:
        stop_process(process)
        tail = log.read_text(errors="replace")[-2_000:] if log.exists() else ""
        raise NotStarted(f"process {process.pid} ({log.stem}) did not become ready:\n{tail}")


def _answers_in_time(process: subprocess.Popen[bytes], answers: Callable[[], bool], seconds: float) -> bool:
    for _ in range(int(seconds * 20)):
        try:
            if answers():
                return True
        except OSError:
            pass
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        return False
    return False


def stop_process(process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    """SIGTERM, then SIGKILL when it has not ended in time."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
