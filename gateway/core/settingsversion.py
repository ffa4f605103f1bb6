"""A version of the settings as a value: who applied it, when, how, what changed, and its whole text.

Knows neither what settings mean nor where versions are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class VersionState(Enum):
    """TRIAL reverts by itself; KEEPING: somebody kept it and the file is being written; KEPT; REVERTED."""

    TRIAL = "trial"
    KEEPING = "keeping"
    KEPT = "kept"
    REVERTED = "reverted"


@dataclass(frozen=True, slots=True)
class Change:
    """One key with its values as the settings file writes them; "" where it is not set."""

    key: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Version:
    """`via`: "first start", "edited by hand", "try", "edit" or "undo". `time`: seconds since the epoch, UTC.

    `release` is the release of the gateway that applied it. `ended` says why a trial ended, "" unless reverted.
    """

    number: int
    time: float
    by: str
    via: str
    release: str
    state: VersionState
    changes: tuple[Change, ...]
    text: str
    ended: str = ""
