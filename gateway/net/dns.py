"""DNS as every check sees it: an answer, nothing there, or a failure that says so.

This file holds the protocol and its values; `resolver` asks real servers. No check knows a DNS library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class TemporaryFailure(Exception):
    """No usable answer (time-out, SERVFAIL, refused, unreachable): never the same as "no record"."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a look-up found. `values` is empty for NODATA and NXDOMAIN; `exists` is False only for NXDOMAIN.

    Values are text: TXT strings joined as latin-1, addresses in their usual form, MX as
    "PREFERENCE NAME", names without the trailing dot.
    """

    values: tuple[str, ...]
    exists: bool = True


class Resolver(Protocol):
    """Asynchronous look-ups on the configured servers only; no search list, no /etc/hosts."""

    async def lookup(self, name: str, kind: str) -> Answer:
        """Ask for `kind` (TXT, A, AAAA, MX, PTR, CNAME) at `name` (A-labels). Raises TemporaryFailure."""
        ...
