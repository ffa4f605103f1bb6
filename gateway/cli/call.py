"""One call of the command: its options, where to print, what the surroundings are; and the errors every verb may raise.

Knows no verb.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from gateway.cli.output import Output

# DESIGN §5.
DONE, NOT_DONE, USAGE, AWAY = 0, 1, 2, 3


class UsageError(Exception):
    """What was typed, or the settings, can't be used; the text says why and what to do. Exit code 2."""


@dataclass(frozen=True, slots=True)
class Call:
    """`now` reads the clock; `stdin` answers questions and feeds batches; `environment` is the process's."""

    options: argparse.Namespace
    out: Output
    stdin: TextIO
    environment: Mapping[str, str]
    now: Callable[[], datetime]

    @property
    def config(self) -> Path | None:
        """What --config says."""
        return Path(self.options.config) if self.options.config else None
