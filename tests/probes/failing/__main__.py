"""Every dependency fails in turn: `python -m tests.probes.failing [NAME...]`; a line for each fault, one figure last.

Loopback only; each probe is bounded. Exit code 1 when something was not as it should be.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Final

from tests.probes.failing import bomb, clock, days, disk, hop, resolver, scanner
from tests.probes.failing.faults import Outcome

PROBES: Final[MappingProxyType[str, Callable[[], Iterator[Outcome]]]] = MappingProxyType(
    {
        "scanner": scanner.run,
        "bomb": bomb.run,
        "resolver": resolver.run,
        "hop": hop.run,
        "disk": disk.run,
        "clock": clock.run,
        "backscatter": days.backscatter,
        "days": days.run,
    }
)


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="failing", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*PROBES, []], metavar="NAME", help=", ".join(PROBES))
    wanted = parser.parse_args().names or list(PROBES)
    outcomes = []
    for name in wanted:
        for outcome in PROBES[name]():
            outcomes.append(outcome)
            sys.stdout.write(outcome.line() + "\n")
            sys.stdout.flush()
    bad = sum(bool(each.failures) for each in outcomes)
    sys.stdout.write(f"faults that were not met as they should be: {bad} of {len(outcomes)}\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
