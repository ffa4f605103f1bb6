"""The long run: `make fuzz ARGS="--minutes 10"`. Every target in turn, on each processor, until the time is over.

Prints what was found, the slowest input of each target and, last, one figure. An input that failed is written into the
folder of `--keep`, so that it can become a case.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from tests.fuzz import test_content, test_dns, test_inside, test_message, test_recipients, test_smtp
from tests.fuzz.engine import Target, mutants

TARGETS: tuple[Target, ...] = tuple(
    target
    for module in (test_smtp, test_message, test_content, test_dns, test_inside, test_recipients)
    for target in module.TARGETS
)
# Reliability: no input may hold its reader for longer.
HANG_SECONDS = 1.0
# An input that never ends is cut off here, and is a finding.
CUT_SECONDS = 20
ROUND = 400


@dataclass
class Tally:
    """What became of one target's inputs; `slowest` is CPU time, which other programs do not lengthen."""

    inputs: int = 0
    slowest_seconds: float = 0.0
    failures: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Put together what two processes did."""
        self.inputs += other.inputs
        self.slowest_seconds = max(self.slowest_seconds, other.slowest_seconds)
        self.failures = {**other.failures, **self.failures}


class Hung(Exception):
    """The input was cut off."""


def _cut(number: int, frame: FrameType | None) -> None:
    raise Hung


def _work(job: tuple[int, float, str]) -> dict[str, Tally]:
    """One process: rounds of every target until the time is over."""
    seed, end, only = job
    signal.signal(signal.SIGALRM, _cut)
    targets = [target for target in TARGETS if only in target.name]
    streams = {target.name: mutants(target, random.Random(f"{seed} {target.name}")) for target in targets}
    tallies = {target.name: Tally() for target in targets}
    while time.monotonic() < end:
        for target in targets:
            for _ in range(max(1, int(ROUND * target.share))):
                _try(target, next(streams[target.name]), tallies[target.name])
    return tallies


def _try(target: Target, octets: bytes, tally: Tally) -> None:
    before = time.process_time()
    signal.alarm(CUT_SECONDS)
    try:
        target.run(octets)
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} in {Path(frame.filename).name}:{frame.lineno}: {str(error)[:100]}"
        tally.failures.setdefault(where.partition(": ")[0], (octets, "".join(traceback.format_exception(error))))
    finally:
        signal.alarm(0)
    taken = time.process_time() - before
    tally.inputs += 1
    if taken > HANG_SECONDS:
        tally.failures.setdefault("hang", (octets, f"{taken:.1f} s of CPU"))
    tally.slowest_seconds = max(tally.slowest_seconds, taken)


def _arguments() -> Any:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000_000))
    parser.add_argument("--target", default="", help="only those with this in their name")
    parser.add_argument("--keep", type=Path, default=None, help="folder for inputs that failed")
    return parser.parse_args()


def main() -> int:
    """Fuzz, print, and fail when anything was found."""
    asked = _arguments()
    end = time.monotonic() + asked.minutes * 60
    total = {target.name: Tally() for target in TARGETS if asked.target in target.name}
    with multiprocessing.get_context("fork").Pool(asked.jobs) as pool:
        for tallies in pool.map(_work, [(asked.seed + job, end, asked.target) for job in range(asked.jobs)]):
            for name, tally in tallies.items():
                total[name].add(tally)
    for name, tally in total.items():
        print(f"{name:32} {tally.inputs:>9,} inputs, slowest {tally.slowest_seconds * 1000:>7,.1f} ms")
        for where, (octets, trace) in tally.failures.items():
            print(f"  FOUND {where}\n{trace}\n  {octets[:300]!r}", file=sys.stderr)
            if asked.keep is not None:
                asked.keep.mkdir(parents=True, exist_ok=True)
                (asked.keep / f"{name.replace(' ', '-').replace('/', '-')}-{abs(hash(where)) % 10_000}").write_bytes(
                    octets
                )
    failures = sum(len(tally.failures) for tally in total.values())
    slowest = max(tally.slowest_seconds for tally in total.values())
    inputs = sum(tally.inputs for tally in total.values())
    print(f"seed {asked.seed}, {asked.minutes:g} minutes, {asked.jobs} processes")
    print(f"{inputs:,} inputs to {len(total)} parsers: {failures} findings, slowest {slowest:.2f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
