"""rspamd for both sides of the bench: the same program, workers, rules, Redis and resolver.

The gateway's has the settings of `image/rspamd`. Postfix's has them too, but judges SPF, DKIM, DMARC and ARC itself,
since nobody else does, and speaks the milter protocol on a Unix socket.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.process import checked_socket, find_program, start_process, stop_process, wait_until_ready
from tests.support.rspamd import CACHE, SETTINGS, variables_of
from tests.support.rspamdcache import borrow, give_back

WORKERS = 2
_ITS_OWN = ("spf", "dkim", "dmarc", "arc")
_MILTER = """\
bind_socket = "$RUNDIR/milter.sock mode=0666";
milter = yes;
timeout = 120s;
count = {workers};
upstream "local" {{
    default = yes;
    self_scan = yes;
}}
"""
# Every client of the bench has a loopback address, which these modules would else let pass unseen.
_ALSO_LOCAL = "check_local = true;\ncheck_authed = true;\n"


@dataclass(frozen=True, slots=True)
class Scanner:
    """The rspamd that was started; `socket` is the scan socket, or the milter's."""

    socket: Path
    controller: Path
    folder: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it, by its process id."""
        stop_process(self.process)
        give_back(self.folder / "cache", CACHE)


def start_scanner(folder: Path, dns: str, redis_socket: Path, *, milter: bool) -> Scanner:
    """Start one below `folder`. Raises NotStarted."""
    run = folder / "run"
    borrow(CACHE, folder / "cache")
    for each in (run, folder / "database"):
        each.mkdir(parents=True, exist_ok=True)
    settings = _settings(folder / "settings", milter=milter)
    control = checked_socket(run / "controller.sock")
    sock = checked_socket(run / ("milter.sock" if milter else "normal.sock"))
    # -i: as root it would want a user of its own, who could not enter the folder.
    as_root = ["-i"] if os.geteuid() == 0 else []
    variables = variables_of(folder, dns, redis_socket, settings)
    command = [find_program("rspamd"), "-f", *as_root, "-c", "/etc/rspamd/rspamd.conf", *variables]
    log = folder / "rspamd.log"
    process = start_process(command, log)
    wait_until_ready(process, lambda: _listens(control) and _listens(sock), log, seconds=120)
    return Scanner(sock, control, folder, process)


def learn(controller: Path, octets: bytes, path: str) -> None:
    """Teach one message: `path` is /learnspam or /learnham."""
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(10)
        peer.connect(str(controller))
        peer.sendall(b"POST %s HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (path.encode(), len(octets)) + octets)
        while peer.recv(4_096):
            continue


def _settings(folder: Path, *, milter: bool) -> Path:
    shutil.copytree(SETTINGS, folder)
    override = folder / "override.d"
    worker = override / "worker-normal.inc"
    worker.write_text(worker.read_text().replace("count = 1;", f"count = {WORKERS};"))
    if not milter:
        return folder
    worker.write_text('enabled = false;\ncount = 0;\nbind_socket = "$RUNDIR/normal.sock mode=0600";\n')
    (override / "worker-proxy.inc").write_text(_MILTER.format(workers=WORKERS))
    (folder / "rspamd.local.lua").write_text("")
    options = override / "options.inc"
    options.write_text(options.read_text().replace('"chartable,regexp"', '"chartable,dkim,regexp"'))
    for module in _ITS_OWN:
        (override / f"{module}.conf").write_text(_ALSO_LOCAL)
    return folder


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(2)
        peer.connect(str(path))
        return True
