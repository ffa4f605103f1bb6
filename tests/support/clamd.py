"""A real clamd in a folder of its own, on a Unix socket, with signatures of ours and none of ClamAV's.

Runs unprivileged also when root starts it, and looks nothing up. Knows no test.
"""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.process import (
    Account,
    checked_socket,
    find_program,
    folder_for,
    start_process,
    stop_process,
    unprivileged_account,
    wait_until_ready,
)

# The text that a signature of ours knows, and the name under which clamd tells it; no program takes it for a virus.
VIRUS_TEXT = b"POTERNE-STANDARD-ANTIVIRUS-TEST-FILE"
VIRUS_NAME = "Poterne.Test.UNOFFICIAL"

# Of a file of any kind (0), anywhere in it (*).
_SIGNATURE = f"Poterne.Test:0:*:{VIRUS_TEXT.hex()}\n"


@dataclass
class Clamd:
    """`socket` is its path while it runs."""

    folder: Path
    socket: Path
    account: Account
    process: subprocess.Popen[bytes] = field(repr=False)

    @classmethod
    def start(cls, folder: Path) -> Clamd:
        """Start one below this folder. Raises NotStarted."""
        program = find_program("clamd")
        account = unprivileged_account()
        place = folder_for(account, folder)
        path = checked_socket(place / "clamd.sock")
        (place / "signatures").mkdir(exist_ok=True)
        (place / "signatures" / "poterne.ndb").write_text(_SIGNATURE)
        (place / "clamd.conf").write_text(_settings(place, path))
        for each in (place, *place.rglob("*")):
            os.chown(each, account.uid, account.gid)
        return cls(place, path, account, _run(program, place, path, account))

    def again(self) -> None:
        """Start it anew after it was stopped or killed."""
        self.process = _run(find_program("clamd"), self.folder, self.socket, self.account)

    def stop(self) -> None:
        """End it, by its process id."""
        stop_process(self.process)


def _run(program: str, place: Path, path: Path, account: Account) -> subprocess.Popen[bytes]:
    log = place / "clamd.log"
    process = start_process([program, "--foreground", f"--config-file={place / 'clamd.conf'}"], log, account=account)
    wait_until_ready(process, lambda: _pongs(path), log, seconds=30)
    return process


def _pongs(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(2)
        peer.connect(str(path))
        peer.sendall(b"zPING\0")
        return peer.recv(64) == b"PONG\0"


def _settings(place: Path, path: Path) -> str:
    return f"""\
LocalSocket {path}
LocalSocketMode 666
DatabaseDirectory {place / "signatures"}
TemporaryDirectory {place}
Foreground yes
AlertExceedsMax yes
AlertEncrypted yes
AlertOLE2Macros yes
MaxFileSize 2M
MaxScanSize 4M
MaxThreads 10
"""
