"""The DNS server of `dnsserver` as a program of its own, for real programs that ask it. Knows nothing of pytest."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.process import start_process, stop_process, wait_until_ready

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class DnsProgram:
    """The server that was started; `address` is "127.0.0.1:PORT"."""

    address: str
    process: subprocess.Popen[bytes] = field(repr=False)

    @classmethod
    def start(cls, folder: Path, zone: str) -> DnsProgram:
        """Serve zone text (as in `zone`) on a port that the kernel chooses. Raises NotStarted."""
        folder.mkdir(parents=True, exist_ok=True)
        file, log = folder.resolve() / "zone", folder / "dns.log"
        file.write_text(zone)
        log.write_text("")
        command = [sys.executable, "-m", "tests.support.dnsserver", "--zone", str(file)]
        process = start_process(command, log, folder=_ROOT)
        wait_until_ready(process, lambda: log.read_text().endswith("\n"), log, seconds=20)
        return cls(log.read_text().split()[0], process)

    def stop(self) -> None:
        """End it, by its process id; does nothing when it has ended."""
        stop_process(self.process)
