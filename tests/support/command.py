"""The command `poterne` called in this process: what it printed and its exit code."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.cli.main import Surroundings, main
from tests.support.control import FakeGateway


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Printed:
    """What a call left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on stdout."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """Of stdout."""
        return self.out.splitlines()


def poterne(
    *arguments: str,
    stdin: io.StringIO | None = None,
    terminal: bool = False,
    environment: Mapping[str, str] | None = None,
) -> Printed:
    """Call it with pipes, or as on a terminal."""
    stream = Terminal if terminal else io.StringIO
    out, err = stream(), stream()
    around = Surroundings(stdin or io.StringIO(), out, err, environment or {})
    return Printed(main(arguments, around), out.getvalue(), err.getvalue())


def at(gateway: FakeGateway) -> tuple[str, str]:
    """The words that make a verb ask this gateway."""
    return "--socket", str(gateway.path)
