"""The real rspamd with the settings of `image/rspamd`, in a folder of its own; used by tests and by `make run`.

Two of them run side by side: everything that could clash is a path in the folder. Knows nothing of pytest.
"""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.process import checked_socket, find_program, start_process, stop_process, wait_until_ready
from tests.support.redis import RunningRedis, start_redis

_ROOT = Path(__file__).resolve().parents[2]
SETTINGS = _ROOT / "image" / "rspamd"
# Compiled patterns, kept between runs: the first start takes about 8 s, the next ones 2 s.
CACHE = _ROOT / ".cache" / "rspamd"


@dataclass(frozen=True, slots=True)
class RunningRspamd:
    """rspamd and its redis. Both sockets answer; `log` grows in plain lines."""

    scan_socket: Path
    controller_socket: Path
    log: Path
    process: subprocess.Popen[bytes]
    redis: RunningRedis

    def stop(self) -> None:
        """End both, by their process ids; does nothing when they have ended."""
        stop_process(self.process)
        self.redis.stop()


def start_rspamd(folder: Path, dns_server: str, *, settings: Path = SETTINGS, keep: bool = False) -> RunningRspamd:
    """Start redis and rspamd below `folder`; look-ups go to `dns_server` ("127.0.0.1:5353") only. Raises NotStarted.

    `settings` stands for /etc/rspamd's local part; `keep` writes what was learnt to disk.
    """
    program = find_program("rspamd")
    run, database = (folder / "run"), (folder / "database")
    for each in (run, database, CACHE):
        each.mkdir(parents=True, exist_ok=True)
    scan, controller = checked_socket(run / "normal.sock"), checked_socket(run / "controller.sock")
    redis = start_redis(folder / "redis", keep=keep)
    paths = {
        "LOCAL_CONFDIR": settings.resolve(),
        "RUNDIR": run.resolve(),
        "DBDIR": database.resolve(),
        "CACHEDIR": CACHE,
        "LOGDIR": run.resolve(),
        "REDIS_SOCKET": redis.socket,
        "DNS_SERVER": dns_server,
    }
    log = folder / "rspamd.log"
    process = _spawn(program, [f"--var={name}={value}" for name, value in paths.items()], log)
    try:
        wait_until_ready(process, lambda: _pings(scan) and _pings(controller), log, seconds=60)
    except BaseException:
        redis.stop()
        raise
    return RunningRspamd(scan, controller, log, process, redis)


def _spawn(program: str, variables: list[str], log: Path) -> subprocess.Popen[bytes]:
    # -i: as root it would want a user of its own, who could not enter the folder of a test.
    as_root = ["-i"] if os.geteuid() == 0 else []
    command = [program, "-f", *as_root, "-c", "/etc/rspamd/rspamd.conf", *variables]
    return start_process(command, log)


def _pings(path: Path) -> bool:
    """True when GET /ping is answered with pong."""
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(2)
        peer.connect(str(path))
        peer.sendall(b"GET /ping HTTP/1.1\r\nHost: rspamd\r\nConnection: close\r\n\r\n")
        answer = b""
        while octets := peer.recv(4096):
            answer += octets
        return answer.rstrip().endswith(b"pong")
