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
from tests.support.rspamdcache import borrow, give_back

_ROOT = Path(__file__).resolve().parents[2]
SETTINGS = _ROOT / "image" / "rspamd"
# Compiled patterns, kept between runs: the first start takes about 8 s, the next ones half a second.
CACHE = _ROOT / ".cache" / "rspamd"


@dataclass(frozen=True, slots=True)
class RunningRspamd:
    """rspamd and its redis. Both sockets answer; `log` grows in plain lines."""

    scan_socket: Path
    controller_socket: Path
    log: Path
    folder: Path
    process: subprocess.Popen[bytes]
    redis: RunningRedis

    def stop(self) -> None:
        """End both, by their process ids; does nothing when they have ended."""
        stop_process(self.process)
        self.redis.stop()
        give_back(self.folder / "cache", CACHE)


def start_rspamd(folder: Path, dns_server: str, *, settings: Path = SETTINGS, keep: bool = False) -> RunningRspamd:
    """Start redis and rspamd below `folder`; look-ups go to `dns_server` ("127.0.0.1:5353") only. Raises NotStarted.

    `settings` stands for /etc/rspamd's local part; `keep` writes what was learnt to disk.
    """
    program = find_program("rspamd")
    run = folder / "run"
    borrow(CACHE, folder / "cache")
    for each in (run, folder / "database"):
        each.mkdir(parents=True, exist_ok=True)
    scan, controller = checked_socket(run / "normal.sock"), checked_socket(run / "controller.sock")
    redis = start_redis(folder / "redis", keep=keep)
    log = folder / "rspamd.log"
    process = _spawn(program, variables_of(folder, dns_server, redis.socket, settings), log)
    try:
        wait_until_ready(process, lambda: _pings(scan) and _pings(controller), log, seconds=120)
    except BaseException:
        redis.stop()
        raise
    return RunningRspamd(scan, controller, log, folder, process, redis)


def variables_of(folder: Path, dns_server: str, redis_socket: Path, settings: Path = SETTINGS) -> list[str]:
    """The arguments that say where everything is: the same for rspamd and for rspamadm."""
    run = (folder / "run").resolve()
    paths = {
        "LOCAL_CONFDIR": settings.resolve(),
        "RUNDIR": run,
        "DBDIR": (folder / "database").resolve(),
        "CACHEDIR": (folder / "cache").resolve(),
        "LOGDIR": run,
        "REDIS_SOCKET": redis_socket,
        "DNS_SERVER": dns_server,
    }
    return [f"--var={name}={value}" for name, value in paths.items()]


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
