"""Thousands of slow clients, and honest mail beside them: `python -m tests.probes.slow`.

    (none)     so many clients of six kinds from 100 addresses; honest mail meanwhile; each is ended by a deadline
    --one      500 from one address against the default limits: 421 for most of them, honest mail untouched
    --idle     the default times, `--scale` times as fast: silent and stalled clients end, sooner in a full house

The last line is the figure. Loopback only; needs two descriptors a client.
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import smtplib
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.probes.slowherd import KINDS, Herd
from tests.probes.world import NO_RATES, World
from tests.support.waiting import until

# A loaded machine may be so late; a deadline that is missed altogether is later by minutes.
SLACK_SECONDS = 20.0
_LETTER = "Subject: honest\r\nFrom: ann@shop.example\r\nTo: anne@office.example\r\n\r\nHello.\r\n"


@dataclass
class Honest:
    """A sender that delivers one message every `pause_seconds`, each on a connection of its own."""

    port: int
    pause_seconds: float = 0.5
    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name="honest", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the message in hand and end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(60)

    @property
    def p95(self) -> float:
        """Of the time from the connect to the reply to the dot, in seconds."""
        ordered = sorted(self.seconds)
        return ordered[int(0.95 * (len(ordered) - 1))] if ordered else float("inf")

    def __str__(self) -> str:
        """For the figure."""
        return f"honest {len(self.seconds)} of {len(self.seconds) + len(self.failures)}, p95 {self.p95:.3f} s"

    def _run(self) -> None:
        while not self._stop.is_set():
            since = time.monotonic()
            try:
                with smtplib.SMTP("127.0.0.1", self.port, local_hostname="mail.shop.example", timeout=30) as peer:
                    peer.sendmail("ann@shop.example", ["anne@office.example"], _LETTER)
                self.seconds.append(time.monotonic() - since)
            except (OSError, smtplib.SMTPException) as error:
                self.failures.append(repr(error))
            self._stop.wait(self.pause_seconds)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found. Lives in seconds, by kind; memory in KiB a slow client, of the gateway's process."""

    held: int
    refused: int
    honest: Honest
    kib_each: float
    lives: dict[str, list[float]]
    still_open: int

    def __str__(self) -> str:
        """One line."""
        ended = sum(len(each) for each in self.lives.values())
        # Of a few, the memory is the noise of everything else.
        memory = f"; {self.kib_each:.1f} KiB each" if self.held >= 100 else ""
        longest = ", ".join(f"{kind} {max(each):.1f} s" for kind, each in self.lives.items())
        return (
            f"slow held {self.held}, refused {self.refused}; {self.honest}{memory}; "
            f"ended by a deadline {ended}, still open {self.still_open}" + (f"; longest: {longest}" if longest else "")
        )


def resident_kib(pid: int) -> int:
    """What the process holds in memory now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError(f"process {pid} has no memory")


def mixed(folder: Path, count: int, seconds: float, kinds: tuple[str, ...] = KINDS) -> Outcome:
    """`count` slow clients, honest mail for `seconds` while all are held, then wait for the deadlines."""
    # Connecting takes a while, and the first must live until the last is there and the honest mail was measured.
    deadline = count / 700 + seconds + 1.5
    changes = {
        "top": f"[limits]\nconnections = {count * 2}\nconnections_per_client = {count}\nidle_commands = 1_000_000\n"
        f"{NO_RATES}",
        "timeouts": "".join(
            f"{name}_seconds = {deadline:.1f}\n" for name in ("command", "data_block", "transaction", "tls_handshake")
        ),
        "listener_tls": "opportunistic",
    }
    return _run(folder, changes, Herd(0, count, kinds=kinds), seconds, deadline)


def one_address(folder: Path, count: int, seconds: float) -> Outcome:
    """All from one address, with the default limits."""
    return _run(folder, {"top": "[limits]\n", "listener_tls": "opportunistic"}, Herd(0, count, 1), seconds, None)


def idle(folder: Path, scale: float, *, is_busy: bool) -> Outcome:
    """Two of each kind in an empty house, or in one of which they fill three quarters."""
    pairs = {"command": (300, 60), "data_block": (180, 60), "transaction": (900, 300)}
    count = 2 * len(KINDS)
    times = "".join(
        f"{name}_seconds = {{ normal = {normal / scale}, overload = {overload / scale} }}\n"
        for name, (normal, overload) in pairs.items()
    )
    limits = f"[limits]\nconnections = {count * 4 // 3 if is_busy else 200}\nconnections_per_client = 200\n{NO_RATES}"
    changes = {"top": limits, "timeouts": times + f"tls_handshake_seconds = {30 / scale}\n"}
    changes["listener_tls"] = "opportunistic"
    # Who says something is bounded by the whole transaction.
    return _run(folder, changes, Herd(0, count, 6), 0.0, (300 if is_busy else 900) / scale)


def _run(folder: Path, changes: dict[str, str], herd: Herd, seconds: float, deadline: float | None) -> Outcome:
    with World(folder, changes) as world:
        world.start()
        world.await_greeting()
        assert world.process is not None
        herd.port = world.port
        honest = Honest(world.port)
        _warm_up(world.port)
        before = resident_kib(world.process.pid)
        herd.start()
        try:
            until(lambda: herd.settled, "every slow client has its place or its refusal", 120, pause_seconds=0.1)
            honest.start()
            time.sleep(seconds)
            held, after = herd.held, resident_kib(world.process.pid)
            honest.stop()
            if deadline is not None:
                with contextlib.suppress(TimeoutError):
                    until(lambda: not herd.held, "all are ended", deadline + SLACK_SECONDS, pause_seconds=0.1)
            refused = sum(1 for each in herd.members if each.refused)
            still = herd.held if deadline is not None else 0
            return Outcome(held, refused, honest, (after - before) / max(held, 1), herd.lives(), still)
        finally:
            herd.stop()


def _warm_up(port: int) -> None:
    """What the first messages load is not the slow clients' memory."""
    warm = Honest(port, pause_seconds=0.0)
    warm.start()
    until(lambda: len(warm.seconds) + len(warm.failures) >= 20, "the gateway is warm", 60)
    warm.stop()


def _more_descriptors() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--kind", choices=KINDS, help="this kind only")
    parser.add_argument("--one", action="store_true")
    parser.add_argument("--idle", action="store_true")
    parser.add_argument("--scale", type=float, default=50.0)
    given = parser.parse_args()
    _more_descriptors()
    with tempfile.TemporaryDirectory(prefix="slow") as folder:
        if given.idle:
            calm = idle(Path(folder) / "calm", given.scale, is_busy=False)
            busy = idle(Path(folder) / "busy", given.scale, is_busy=True)
            print(f"idle, times divided by {given.scale:g}: calm: {calm} | busy: {busy}")
        elif given.one:
            print(f"one address: {one_address(Path(folder), min(given.count, 500), given.seconds)}")
        else:
            kinds = (given.kind,) if given.kind else KINDS
            print(f"mixed: {mixed(Path(folder), given.count, given.seconds, kinds)}")


if __name__ == "__main__":
    main()
