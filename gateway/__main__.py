"""The command `poterne`."""

from __future__ import annotations

import sys

from gateway.cli.main import main as run


def main() -> None:
    """Run what was typed and exit with its code."""
    sys.exit(run())


if __name__ == "__main__":
    main()
