"""What a probe needs around the gateway: names, a server that obeys, and the gateway as a process to be killed."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.support.dnsthread import DnsThread
from tests.support.ports import free_port
from tests.support.process import start_process, stop_process
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[2]
# In a mount namespace of its own, so that nothing has to be unmounted.
ON_A_SMALL_DISK = 'mount -t tmpfs -o size="$1" tmpfs "$2"; shift 2; exec "$@"'
# One address stands for all the world's servers.
NO_RATES = "connections_per_minute = 1_000_000\nmessages_per_minute = 1_000_000\nrecipients_per_minute = 1_000_000\n"
ZONE = "shop.example A 127.0.0.1\nmail.shop.example A 127.0.0.1\n1.0.0.127.in-addr.arpa PTR mail.shop.example.\n"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery that the server wrote down; `answered` is None when its 250 was never given."""

    at: float
    name: str
    is_whole: bool
    recipients: tuple[str, ...]
    answered: float | None


class ServerProcess:
    """The obeying server of `backend`, as a child."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._path = folder / "arrivals.jsonl"
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.probes.backend", str(self.port), str(self._path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,
            text=True,
        )

    def obey(self, command: str) -> None:
        """Change what it does; when this returns it is so."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(command + "\n")
        self._child.stdin.flush()
        if self._child.stdout.readline() != "ok\n":
            raise RuntimeError(f"the server did not obey {command!r}")

    def arrivals(self) -> list[Arrival]:
        """All deliveries so far."""
        taken: dict[int, dict[str, Any]] = {}
        for line in self._path.read_text().splitlines():
            note = json.loads(line)
            taken.setdefault(note["n"], {"answered": None}).update(note)
        return [Arrival(n["at"], n["name"], n["whole"], tuple(n["to"]), n["answered"]) for n in taken.values()]

    def end(self) -> None:
        """End it."""
        self._child.kill()
        self._child.communicate()


class World:
    """A gateway that can be started, killed and started again on one port. `pace` 1 is `poterne serve` itself.

    `disk_octets`: its state lies on a memory file system of this size, which only the gateway sees, and which goes
    with it. Only root can have that.
    """

    def __init__(self, folder: Path, changes: Mapping[str, str] | None = None, disk_octets: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder.resolve()
        self.epoch = time.time()
        self.names = DnsThread(ZONE)
        self.server = ServerProcess(self.folder)
        self.port = free_port()
        self.config = self.folder / "poterne.toml"
        self.log = self.folder / "gateway.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._disk_octets = disk_octets
        self.config.write_text(self._settings(dict(changes or {})))

    def __enter__(self) -> World:
        """The server is up, the gateway is not."""
        self.server.obey("up")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all that was started."""
        if self.process is not None:
            stop_process(self.process)
        self.server.end()
        self.names.stop()

    def start(self, pace: float = 1.0) -> None:
        """Start the gateway; it is not ready yet."""
        command = [sys.executable, "-m", "gateway", "serve", "--config", str(self.config)]
        if pace != 1.0:
            command = [sys.executable, "-m", "tests.probes.paced", str(pace), str(self.epoch), str(self.config)]
        if self._disk_octets:
            (self.folder / "state").mkdir(exist_ok=True)
            command = ["unshare", "-m", "sh", "-ec", ON_A_SMALL_DISK, "sh", *self._mount(), *command]
        self.process = start_process(command, self.log, folder=ROOT)

    def await_greeting(self, seconds: float = 60.0) -> None:
        """Until it says 220. Raises TimeoutError, and RuntimeError when it ended instead."""
        until(self._greets, "the gateway greets", seconds, pause_seconds=0.01)

    def kill(self) -> float:
        """SIGKILL. Returns when, in seconds since the epoch: from then on it does nothing more."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        return time.time()

    def stop(self) -> None:
        """SIGTERM, and wait for the orderly end."""
        assert self.process is not None
        stop_process(self.process, seconds=40)

    @property
    def state(self) -> Path:
        """Its state, as the gateway sees it."""
        if self._disk_octets and self.process is not None:
            return Path(f"/proc/{self.process.pid}/root{self.folder}/state")
        return self.folder / "state"

    def waiting_files(self) -> int:
        """How many messages lie in its queue."""
        return len([each for each in (self.state / "messages").iterdir() if each.is_file()])

    def ask(self, *verb: str) -> Any:
        """What a verb of the command line answers. Raises RuntimeError with what it said instead."""
        command = [sys.executable, "-m", "gateway", *verb, "--json", "--config", str(self.config)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise RuntimeError(f"{verb}: exit code {done.returncode}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def _mount(self) -> tuple[str, str]:
        return str(self._disk_octets), str(self.folder / "state")

    def _greets(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            raise RuntimeError(f"the gateway ended by itself:\n{self.log.read_text(errors='replace')[-2_000:]}")
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as peer:
            return peer.recv(4) == b"220 "

    def _settings(self, changes: dict[str, str]) -> str:
        top = changes.pop("top", "")
        limits = "" if "[limits]" in top else f"[limits]\n{NO_RATES}"
        return f"""schema = 1
hostname = "mx.office.example"
postmaster = "it@office.example"
state_directory = "{self.folder}/state"
runtime_directory = "{self.folder}/run"
{top}
{limits}[dns]
servers = ["{self.names.address}"]
timeout_seconds = {changes.pop("dns_seconds", "2.0")}
[rspamd]
scan_socket = "{self.folder}/nobody.sock"
controller_socket = "{self.folder}/nobody.sock"
timeout_seconds = 3.0
[failure]
rspamd = "mark"
[timeouts]
answer_budget_seconds = {changes.pop("budget_seconds", "45.0")}
checks_seconds = {changes.pop("checks_seconds", "25.0")}
{changes.pop("timeouts", "")}
[backend.office]
hosts = ["{changes.pop("host", f"127.0.0.1:{self.server.port}")}"]
transport = "{changes.pop("transport", "smtp")}"
tls = {{ mode = "none" }}
[domain."office.example"]
backend = "office"
recipient_verification = {{ method = "none" }}
[listener.internet]
address = "127.0.0.1:{self.port}"
greet_delay_seconds = 0.0
tls = {{ mode = "{changes.pop("listener_tls", "none")}" }}
"""
