"""Hours of mail, outages and hostile clients: does anything grow? `python -m tests.probes.soak --minutes 60`.

One gateway, never restarted: honest senders, attackers beside them, the server now up, now away, now slow. Memory,
descriptors, threads, tasks and processes are looked at in quiet moments, which are all alike: everything delivered,
nobody connected. Exit code 1 when something grew by more than 5 %, or a promise was broken.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.probes.clients import Client
from tests.probes.crashload import judge
from tests.probes.hostile import Attacker
from tests.probes.world import World
from tests.support.waiting import until

GROWTH = 0.05
# What a look finds by chance: a kept session more or less, a worker that is just being replaced.
SLACK = {"memory_kib": 0, "descriptors": 3, "threads": 1, "processes": 1, "connections": 0, "tasks": 3}
ROUND_SECONDS = 30.0
SENDERS = 3
ATTACKERS = 3
# A fifth of the rounds do not count: caches fill, the allocator finds its size, every thread is started.
WARM_UP = 0.2


@dataclass(frozen=True, slots=True)
class Look:
    """The gateway and its children in a quiet moment. `connections`, `tasks` and `queue` are what it says itself."""

    memory_kib: int
    descriptors: int
    threads: int
    processes: int
    connections: int
    tasks: int
    queue: int


def look(world: World) -> Look:
    """Look at /proc and ask the control socket."""
    assert world.process is not None
    pid = world.process.pid
    status = world.ask("status")
    tree = [pid, *children(pid)]
    stat = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return Look(
        memory_kib=int(stat["VmRSS"].split()[0]),
        descriptors=len(os.listdir(f"/proc/{pid}/fd")),
        threads=int(stat["Threads"]),
        processes=len(tree),
        connections=status["load"]["connections"],
        tasks=status["load"]["tasks"],
        queue=status["queue"]["entries"],
    )


def children(pid: int) -> list[int]:
    """All processes below this one."""
    found = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [one for child in found for one in (child, *children(child))]


def growth(looks: Sequence[Look]) -> dict[str, tuple[float, float]]:
    """What grew: the median of the first third after the warm-up, and of the last third; by name."""
    settled = looks[int(len(looks) * WARM_UP) :]
    third = max(1, len(settled) // 3)
    grown = {}
    for name, slack in SLACK.items():
        values = [getattr(one, name) for one in settled]
        before, after = statistics.median(values[:third]), statistics.median(values[-third:])
        if after > before * (1 + GROWTH) + slack:
            grown[name] = (before, after)
    return grown


class Soak:
    """One run."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.looks: list[Look] = []
        self._chance = random.Random(seed)
        self._seed = seed
        self.clients: list[Client] = []
        self.attackers = 0

    def run(self, seconds: float) -> None:
        """Rounds of load, each with its own trouble and a quiet moment behind it."""
        self.world.start()
        self.world.await_greeting()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._round()
            self.looks.append(look(self.world))
            print(f"round {len(self.looks)}: {self.looks[-1]}", flush=True)

    def _round(self) -> None:
        number = len(self.looks)
        clients = [Client(f"s{number}-{n}", self.world.port, self._seed + number * 10 + n) for n in range(SENDERS)]
        attackers = [Attacker(self.world.port, self._seed + number * 10 + n) for n in range(ATTACKERS)]
        for each in (*clients, *attackers):
            each.start()
        for command in self._chance.sample(("up", "closed", "slow 0.5", "mixed 1", "up", "closed"), 3):
            self.world.server.obey(command)
            threading.Event().wait(ROUND_SECONDS / 4)
        self.world.server.obey("up")
        threading.Event().wait(ROUND_SECONDS / 4)
        for each in (*clients, *attackers):
            each.stop.set()
        for client in clients:
            if not client.join(120):
                raise TimeoutError(f"{client.name} got no 250")
        for attacker in attackers:
            attacker.join(60)
            self.attackers += attacker.connections
        self.clients += clients
        # In doubt is what the server took and never confirmed; that waits its ten minutes and disturbs no look.
        until(self._is_quiet, "everything is delivered", 180, pause_seconds=1.0)

    def _is_quiet(self) -> bool:
        status = self.world.ask("status")
        doubtful = sum(each["entries"] for each in status["queue"]["waiting"] if each["state"] == "in-doubt")
        return status["load"]["connections"] == 0 and status["queue"]["entries"] == doubtful

    def report(self) -> list[str]:
        """What is wrong, in words; nothing when all is well."""
        self.world.stop()
        # Nobody looks any more, so that the ten minutes of what is in doubt may pass faster.
        self.world.start(30.0)
        self.world.await_greeting()
        until(lambda: self.world.waiting_files() == 0, "what is in doubt has come to its end", 120, pause_seconds=1.0)
        stories = [story for client in self.clients for story in client.sent]
        tally = judge(stories, self.world.server.arrivals(), [])
        print(f"{tally.line()}; {self.attackers} hostile connections")
        broken = [*tally.lost, *tally.damaged, *tally.doubled, *tally.refused]
        grown = [f"{name} grew from {before} to {after}" for name, (before, after) in growth(self.looks).items()]
        return [*broken, *grown]


def main(arguments: Sequence[str]) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="kept afterwards; a temporary one without it")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="soak-") as temporary, World(options.folder or Path(temporary)) as world:
        soak = Soak(world, options.seed)
        soak.run(60 * options.minutes)
        wrong = soak.report()
    for each in wrong:
        print(each)
    print("nothing grew" if not wrong else f"{len(wrong)} things are wrong")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
