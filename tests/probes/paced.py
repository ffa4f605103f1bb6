"""The whole gateway in a faster time: `python -m tests.probes.paced PACE EPOCH CONFIG`, else as `poterne serve`."""

from __future__ import annotations

import sys
from pathlib import Path

from gateway.app.run import run
from tests.support.pacedtime import PacedClock, PacedLoop


def main(pace: str, epoch: str, config: str) -> int:
    """The gateway's exit code."""
    speed = float(pace)
    path = Path(config)
    return run(path, clock=PacedClock(speed, float(epoch)), loop_factory=lambda: PacedLoop(speed))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
