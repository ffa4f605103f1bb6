"""kill -9 under load: is anything lost, damaged or doubled? `python -m tests.probes.crashload --help`.

Four senders keep each message until they read 250; the server writes down what arrives; the gateway is killed at
random moments and started again, while the server is up, away for a time, and slow or silent after the dot.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.probes.clients import Client, Sent
from tests.probes.world import Arrival, World
from tests.support.waiting import until

CLIENTS = 4
# Between the server's 250 and the gateway's record of it lie a read and a commit: a second on a loaded machine.
RECORD_SECONDS = 1.0
# One kill in six comes while the gateway is still starting.
EARLY = 6
DRAIN_SECONDS = 240.0
SILENCE = 0.0


@dataclass(frozen=True, slots=True)
class Phase:
    """So many kills, while the server obeys the commands one after the other; each life lasts up to `life_seconds`."""

    name: str
    kills: int
    commands: tuple[str, ...]
    pace: float
    life_seconds: float


def phases(kills: int) -> tuple[Phase, ...]:
    """Four parts in ten with the server up, three with it away in turns, three with it slow or silent in turns.

    The latter run faster: there the budget of 45 s and the ten minutes of doubt end within the test.
    """
    up = kills * 4 // 10
    away = kills * 3 // 10
    return (
        Phase("up", up, ("up",), 1.0, 1.2),
        Phase("away", away, ("closed", "closed", "closed", "up", "up"), 10.0, 1.2),
        Phase("slow", kills - up - away, ("slow 2.5", "mixed 2", "silent", "up", "mixed 2.5"), 30.0, 3.0),
    )


@dataclass
class Tally:
    """What came of it. `resent`, `unrecorded` and `unanswered` are the copies that RFC 1047 makes unavoidable.

    `resent`: the sender read no reply and sent again. `unrecorded`: the gateway was killed after the server took the
    message and before it could note the 250. `unanswered`: the server took it and never said so. `doubled`: any
    other copy.
    """

    promised: int = 0
    lost: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    resent: int = 0
    unrecorded: int = 0
    unrecorded_at_one_kill: int = 0
    unanswered: int = 0
    first_greetings: list[float] = field(default_factory=list)

    def line(self) -> str:
        """The one line to read."""
        return (
            f"lost {len(self.lost)}, damaged {len(self.damaged)}, doubled {len(self.doubled)}, "
            f"re-sent {self.resent} (RFC 1047), unrecorded {self.unrecorded} (RFC 1047; at most "
            f"{self.unrecorded_at_one_kill} a kill), unanswered {self.unanswered} (RFC 1047) "
            f"of {self.promised} promised"
        )


def judge(stories: Sequence[Sent], arrivals: Sequence[Arrival], kills: Sequence[float]) -> Tally:
    """Compare what was promised with what arrived."""
    tally = Tally(promised=sum(story.acknowledged_at is not None for story in stories))
    copies: dict[tuple[str, str], list[Arrival]] = defaultdict(list)
    for arrival in arrivals:
        # What attackers sent has no name; a message of ours that lost its name is among the lost.
        if arrival.name and not arrival.is_whole:
            tally.damaged.append(arrival.name)
        for recipient in arrival.recipients:
            copies[arrival.name, recipient].append(arrival)
    at_kill: Counter[float] = Counter()
    for story in stories:
        if story.refusal:
            tally.refused.append(f"{story.letter.name}: {story.refusal}")
        for recipient in story.letter.recipients:
            _count(story, recipient, copies[story.letter.name, recipient], (kills, tally, at_kill))
    tally.unrecorded_at_one_kill = max(at_kill.values(), default=0)
    return tally


def _count(
    story: Sent, recipient: str, copies: list[Arrival], into: tuple[Sequence[float], Tally, Counter[float]]
) -> None:
    """One recipient of one message."""
    kills, tally, at_kill = into
    if story.acknowledged_at is not None and not copies:
        tally.lost.append(f"{story.letter.name} {recipient}")
    extra = len(copies) - 1 if story.acknowledged_at is not None else len(copies)
    resent = min(max(extra, 0), story.unanswered)
    tally.resent += resent
    culprits = [culprit for copy in copies if (culprit := _culprit(copy, kills)) is not None]
    for number in range(max(extra, 0) - resent):
        if number >= len(culprits):
            tally.doubled.append(f"{story.letter.name} {recipient}: {copies} after {story.unanswered} unanswered tries")
        elif culprits[number] == SILENCE:
            tally.unanswered += 1
        else:
            tally.unrecorded += 1
            at_kill[culprits[number]] += 1


def _culprit(copy: Arrival, kills: Sequence[float]) -> float | None:
    """The kill that kept the gateway from noting this delivery, SILENCE where nobody said 250; None: it was noted."""
    if copy.answered is None:
        return SILENCE
    return next((kill for kill in kills if copy.at <= kill <= copy.answered + RECORD_SECONDS), None)


@dataclass
class Crashload:
    """One run. `say` hears of every kill."""

    world: World
    seed: int
    say: Callable[[str], None]
    clients: list[Client] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)

    def run(self, kills: int) -> Tally:
        """Kill so many times, let everything come to its end, and judge."""
        chance = random.Random(self.seed)
        self.clients = [Client(f"c{n}", self.world.port, self.seed * 100 + n) for n in range(CLIENTS)]
        for client in self.clients:
            client.start()
        try:
            for phase in phases(kills):
                self._phase(phase, chance)
            self._drain()
        finally:
            for client in self.clients:
                client.stop.set()
                client.abandon.set()
        stories = [story for client in self.clients for story in client.sent]
        tally = judge(stories, self.world.server.arrivals(), self.kills)
        tally.first_greetings = self.starts
        return tally

    def _phase(self, phase: Phase, chance: random.Random) -> None:
        for number in range(phase.kills):
            command = phase.commands[number * len(phase.commands) // phase.kills]
            self.world.server.obey(command)
            self.world.start(phase.pace)
            if chance.randrange(EARLY):
                began = time.monotonic()
                self.world.await_greeting()
                self.starts.append(time.monotonic() - began)
                life = chance.uniform(0.05, phase.life_seconds)
            else:
                life = chance.uniform(0.0, 1.0)
            _pause(life)
            self.kills.append(self.world.kill())
            acknowledged = sum(story.acknowledged_at is not None for each in self.clients for story in each.sent)
            self.say(f"{phase.name} {command} kill {len(self.kills)} acknowledged {acknowledged}")

    def _drain(self) -> None:
        """The server is well, the gateway stays: every sender gets its 250, and the queue becomes empty."""
        self.world.server.obey("up")
        self.world.start(30.0)
        self.world.await_greeting()
        for client in self.clients:
            client.stop.set()
        for client in self.clients:
            if not client.join(DRAIN_SECONDS):
                raise TimeoutError(f"{client.name} got no 250")
        until(lambda: self.world.waiting_files() == 0, "the queue is empty", DRAIN_SECONDS)


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 when nothing was lost, damaged, doubled or refused."""
    parser = argparse.ArgumentParser(prog="crashload", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="kept afterwards; a temporary one without it")
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="crashload-") as temporary,
        World(options.folder or Path(temporary)) as world,
    ):
        load = Crashload(world, options.seed, lambda text: None if options.quiet else print(text, flush=True))
        tally = load.run(options.kills)
    for each in (*tally.lost, *tally.damaged, *tally.doubled, *tally.refused):
        print(each)
    print(tally.line())
    return int(bool(tally.lost or tally.damaged or tally.doubled or tally.refused))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
