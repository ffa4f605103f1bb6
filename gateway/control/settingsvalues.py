"""What is told about the settings: versions, changes, trials, probes, secrets. As `values`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One key with its values as the file writes them, "" where it is not set.

    `risk`: what may go wrong, or "". `text`: what the key is for, or "".
    """

    key: str
    old: str
    new: str
    risk: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class ProblemView:
    """One thing that is wrong with settings: as `config.problems.Problem`, without the file."""

    line: int
    key: str
    message: str
    nearest_known_key: str = ""


@dataclass(frozen=True, slots=True)
class ProbeView:
    """What the gateway saw of itself after the change. `worked_before` is None for what was not there."""

    name: str
    works: bool
    detail: str = ""
    worked_before: bool | None = None


@dataclass(frozen=True, slots=True)
class TrialStatus:
    """Settings on trial since `began`: they revert at `ends` unless kept. `risks` says why they are tried first."""

    version: int
    by: str
    ends: datetime
    seconds_left: int
    risks: tuple[str, ...] = ()
    began: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of settings.

    "kept": they run and are in the file. "trial": they run, and revert unless kept. "reverted": those before run
    again, `why` says why. "invalid": nothing changed, `problems` says why. "unchanged": they run already.
    """

    outcome: Literal["kept", "trial", "reverted", "invalid", "unchanged"]
    version: int = 0
    changes: tuple[ChangeView, ...] = ()
    problems: tuple[ProblemView, ...] = ()
    probes: tuple[ProbeView, ...] = ()
    trial: TrialStatus | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """One version. `state`: trial, kept or reverted. `via` as in `core.settingsversion`. The first `changes` of all."""

    number: int
    time: datetime
    by: str
    via: str
    state: str
    is_running: bool
    changes: tuple[ChangeView, ...]
    change_count: int
    release: str
    ended: str = ""


@dataclass(frozen=True, slots=True)
class VersionDetail:
    """One version with its whole text (octets, so that nothing in it is changed on the way)."""

    summary: VersionSummary
    text: bytes


@dataclass(frozen=True, slots=True)
class SettingsHappened:
    """The settings changed: `change` is trial, kept, reverted, fallback. `ends`: when a trial does."""

    version: int
    change: str
    by: str
    why: str
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class SecretView:
    """A secret by its name, and when it was set. Nobody is told its value."""

    name: str
    changed: datetime


@dataclass(frozen=True, slots=True)
class Secrets:
    """All secrets, by name."""

    items: tuple[SecretView, ...]


@dataclass(frozen=True, slots=True)
class SecretDone:
    """The secret was set or deleted (`change`)."""

    name: str
    change: Literal["set", "deleted"]
