"""The wall clock leaps while mail flows and waits: nothing is early, late, lost or expired, and it is told.

The daemon is the real one; Debian's libfaketime stands between it and the kernel's time of day, and leaves the
monotonic clock alone. An own clock in its place would only prove what asks that clock.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.probes.failing.faults import ANSWERED_SECONDS, TOLD_SECONDS, Fault, Outcome, measure
from tests.probes.failing.stage import Stage, stage
from tests.support.waiting import until

DAY = 86_400
LEAPS = {"+1 day": DAY, "-1 day": -DAY, "+10 years": 3_652 * DAY, "-10 years": -3_652 * DAY}
LIBRARIES = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib/arm-linux-gnueabihf")


def library() -> Path | None:
    """Debian's package faketime, where it is installed."""
    found = (Path(each) / "faketime" / "libfaketimeMT.so.1" for each in LIBRARIES)
    return next((each for each in found if each.exists()), None)


def environment(offset: Path, preload: Path) -> dict[str, str]:
    """What makes a program take its time of day from a file."""
    offset.write_text("+0")
    return {
        "LD_PRELOAD": str(preload),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


def leap(offset: Path, seconds: int) -> None:
    """The file's next reader lives then."""
    other = offset.with_suffix(".new")
    other.write_text(f"{seconds:+d}")
    other.replace(offset)


@contextmanager
def leaping_stage() -> Iterator[tuple[Stage, Path]]:
    """A gateway that takes its time of day from the file."""
    preload = library()
    if preload is None:
        raise SystemExit("the package faketime is not installed")
    with stage(starts=False) as made:
        offset = made.folder / "offset"
        made.environment = environment(offset, preload)
        made.start()
        yield made, offset


def run() -> Iterator[Outcome]:
    """Each leap and its end, with a message waiting for a server that is away, and a stream of mail."""
    for name in LEAPS:
        with leaping_stage() as (made, offset):
            yield leapt(made, offset, name)


def leapt(made: Stage, offset: Path, name: str, told_within_seconds: float = TOLD_SECONDS) -> Outcome:
    """One: what waits for the server is still there in the leap, and is delivered in it when the server is back."""
    made.memory_at_rest()
    made.hop.messages.clear()
    well = made.hop.profile
    made.hop.profile = replace(well, greeting="421 4.3.2 Busy")
    waiting = made.send()

    def meanwhile(at: Stage) -> None:
        at.hop.profile = well
        until(lambda: not at.ask("queue", "list")["items"], "all that waited is delivered within the leap", 90, 0.5)

    stream = Stream(made)
    fault = Fault(
        f"clock leaps by {name}",
        lambda at: leap(offset, LEAPS[name]),
        lambda at: leap(offset, 0),
        "clock",
        words="time of day is in doubt",
        recovered_reasons="unscanned",
        meanwhile=meanwhile,
        told_within_seconds=told_within_seconds,
    )
    outcome = measure(made, fault)
    taken = stream.end() + 1
    outcome.failures += stream.failures
    # The two that were measured are among those that arrived.
    arrived = {each.octets.partition(b"Message-ID: ")[2].partition(b"\r")[0] for each in made.hop.messages}
    if waiting.code != 250 or len(arrived) != taken + 2 or len(made.hop.messages) != taken + 2:
        outcome.failures.append(f"{taken + 2} were taken, {len(arrived)} arrived, {len(made.hop.messages)} copies")
    return outcome


class Stream:
    """A sender that goes on whatever happens; every message has its 250 in time."""

    def __init__(self, made: Stage) -> None:
        self._made = made
        self._stop = threading.Event()
        self.failures: list[str] = []
        self._taken = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> int:
        """How many were taken."""
        self._stop.set()
        self._thread.join(60)
        return self._taken

    def _run(self) -> None:
        while not self._stop.is_set():
            sent = self._made.send()
            self._taken += sent.code == 250
            if sent.code != 250 or sent.seconds > ANSWERED_SECONDS:
                self.failures.append(f"in the stream: {sent.code} after {sent.seconds:.1f} s")
            self._stop.wait(0.2)
