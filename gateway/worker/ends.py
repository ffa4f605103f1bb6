"""The two ends of a large file, when nothing in its middle says more about what it is: pictures, films, stored zips.

Knows no encoding; what the ends tell is `kinds`' business.
"""

from __future__ import annotations

from typing import Final

from gateway.worker.base64file import Base64File
from gateway.worker.kinds import HEAD_OCTETS, TAIL_OCTETS, told_by_ends

_STEP_OCTETS: Final = 196_608


def both_ends(file: Base64File, extension: str, *, is_opened: bool = False) -> bytes | None:
    """Head and tail of the file; None for one that must be decoded whole, because they do not tell all.

    `extension` is the one by which programs choose what opens it; `is_opened`: what it may contain as a zip is looked
    at too.
    """
    head = file.part(0, HEAD_OCTETS)
    tail = file.part(file.size_octets - TAIL_OCTETS, TAIL_OCTETS)
    unwanted = told_by_ends(head, tail, extension, is_opened=is_opened)
    if unwanted is None or (unwanted and _holds(file, unwanted)):
        return None
    return head + tail


def _holds(file: Base64File, unwanted: bytes) -> bool:
    """True when these octets stand somewhere in the file."""
    overlap = len(unwanted) - 1
    steps = range(0, file.size_octets, _STEP_OCTETS)
    return any(unwanted in file.part(at, _STEP_OCTETS + overlap) for at in steps)
