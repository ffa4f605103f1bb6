"""What a family of processes has used, read from /proc: processor time, octets written, memory. Linux only."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TICK_MS = 1_000 / os.sysconf("SC_CLK_TCK")
SAMPLE_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class Used:
    """Since each process began, ended children included: milliseconds of processor, octets written to disks."""

    cpu_ms: float = 0.0
    written_octets: int = 0

    def __sub__(self, other: Used) -> Used:
        return Used(self.cpu_ms - other.cpu_ms, self.written_octets - other.written_octets)

    def __add__(self, other: Used) -> Used:
        return Used(self.cpu_ms + other.cpu_ms, self.written_octets + other.written_octets)


@dataclass(frozen=True, slots=True)
class Stat:
    """Of proc(5)'s stat line: the parent; milliseconds of the process itself, and of its ended children."""

    parent: int
    own_ms: float
    children_ms: float

    @classmethod
    def of(cls, line: str) -> Stat:
        """Read a line; the program's name in it may hold anything."""
        fields = line.rpartition(")")[2].split()
        utime, stime, cutime, cstime = (int(value) * _TICK_MS for value in fields[11:15])
        return cls(int(fields[1]), utime + stime, cutime + cstime)


def run_ms(schedstats: Iterable[str]) -> float:
    """Of the schedstat lines of a process's threads: the time on a processor, to the nanosecond."""
    return sum(int(line.split()[0]) for line in schedstats if line) / 1e6


def written_octets(io: str) -> int:
    """Of proc(5)'s io file: what was to be written to a disk; ended children are in it."""
    return int(io.partition("\nwrite_bytes: ")[2].split()[0])


def kib_of(rollup: str, name: str) -> int:
    """One line of smaps_rollup, such as Pss, in KiB; 0 when it is not there."""
    for line in rollup.splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    return 0


def family(roots: Iterable[int]) -> list[int]:
    """These processes and all that descend from them, as far as they live."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := _read(entry / "stat")):
            children.setdefault(Stat.of(stat).parent, []).append(int(entry.name))
    found: list[int] = []
    todo = list(roots)
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def used_by(roots: Iterable[int]) -> Used:
    """All that the families of these roots have used so far."""
    total = Used()
    for pid in family(roots):
        stat, io = _read(Path(f"/proc/{pid}/stat")), _read(Path(f"/proc/{pid}/io"))
        if stat and io:
            total += Used(_cpu_ms(pid, Stat.of(stat)), written_octets(io))
    return total


def _cpu_ms(pid: int, stat: Stat) -> float:
    """Ticks of 10 ms are rounded down for each process, which would spare a peer of many short-lived processes most
    of its figure; so the threads that live are read exactly, and ticks only say what ended.
    """
    exact = run_ms(_read(path) for path in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return max(exact, stat.own_ms) + stat.children_ms


def machine_busy_ms() -> float:
    """What all processors have worked since the machine began (all of /proc/stat but idle and iowait)."""
    values = [int(value) for value in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    return (sum(values[:8]) - values[3] - values[4]) * _TICK_MS


class MemoryPeaks:
    """Watches families from a thread: `with MemoryPeaks(roots) as peaks: …`, then `rss_mib` and `pss_mib`."""

    def __init__(self, roots: Iterable[int]) -> None:
        self._roots = tuple(roots)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.rss_mib = 0.0
        self.pss_mib = 0.0

    def __enter__(self) -> MemoryPeaks:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            rollups = [_read(Path(f"/proc/{pid}/smaps_rollup")) for pid in family(self._roots)]
            self.rss_mib = max(self.rss_mib, sum(kib_of(text, "Rss") for text in rollups) / 1_024)
            self.pss_mib = max(self.pss_mib, sum(kib_of(text, "Pss") for text in rollups) / 1_024)
            if self._over.wait(SAMPLE_SECONDS):
                return


def _read(path: Path) -> str:
    """The text; "" when the process has ended."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
