"""The gateway with a part of its checks left out, to measure the rest: `python -m tests.bench.variant WHICH CONFIG`.

WHICH: `all`, `noauth` (no SPF, DKIM, ARC, DMARC of ours), `nochecks` (those, no look at attachments and no scan).
"""

from __future__ import annotations

import cProfile
import sys
import time
from dataclasses import replace
from pathlib import Path

from gateway.app import evidence
from gateway.app.run import run
from gateway.pipeline.judge import Checks, Judge

_AUTHENTICATION = frozenset({"spf", "dkim", "arc", "dmarc"})


class LessJudge(Judge):
    """A judge that forgets some of its checks."""

    def __init__(self, checks: Checks, *rest: object) -> None:
        which = sys.argv[1]
        first = tuple(check for check in checks.first if which == "all" or check.name not in _AUTHENTICATION)
        fewer = replace(checks, first=first)
        super().__init__(replace(fewer, first=(), scan=None) if which == "nochecks" else fewer, *rest)  # type: ignore[arg-type] # handed on


def main(config: str, profile: str = "") -> int:
    """The gateway's exit code."""
    evidence.Judge = LessJudge  # type: ignore[misc] # this is what the file is for
    if not profile:
        return run(Path(config))
    profiler = cProfile.Profile(time.process_time)
    try:
        return profiler.runcall(run, Path(config))
    finally:
        profiler.dump_stats(profile)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[2:]))
