"""The gateway in a small world: `python -m tests.support.smallworld PORT ADDRESSES CONFIG`, else as `poterne serve`.

Mail servers of all domains listen on PORT; ADDRESSES, separated by commas, are this gateway's own.
"""

from __future__ import annotations

import sys
from pathlib import Path

from gateway.app.run import run
from gateway.delivery.mx import Reach


def main(port: str, addresses: str, config: str) -> int:
    """The gateway's exit code."""
    ours = set(addresses.split(","))
    return run(Path(config), reach=Reach(ours.__contains__, lambda names: None, int(port)))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
