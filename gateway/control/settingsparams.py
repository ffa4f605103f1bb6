"""What clients may ask with about settings and secrets; frozen values that check themselves. As `params`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from gateway.control.params import Language, check_page

TRIAL_MINIMUM_SECONDS: Final = 10
TRIAL_MAXIMUM_SECONDS: Final = 86_400
EDITS_MAXIMUM: Final = 200
_SECRET_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class TrySettings:
    """Run these settings (`text`, a whole file). `for_seconds`: how long a trial lasts; 0: as its risks ask for."""

    text: str
    for_seconds: int = 0
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse a trial that nobody could use."""
        _check_seconds(self.for_seconds)


@dataclass(frozen=True, slots=True)
class EditSettings:
    """Change single keys of the kept settings: (key, value) as TOML writes both, value "" to take the key out."""

    edits: tuple[tuple[str, str], ...]
    for_seconds: int = 0
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse what is no edit."""
        _check_seconds(self.for_seconds)
        if not 1 <= len(self.edits) <= EDITS_MAXIMUM:
            raise ValueError(f"there must be 1 to {EDITS_MAXIMUM} edits")


@dataclass(frozen=True, slots=True)
class UndoSettings:
    """End the trial, or go back to the version before, or to `version`."""

    version: int = 0
    for_seconds: int = 0
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse a trial that nobody could use."""
        _check_seconds(self.for_seconds)


@dataclass(frozen=True, slots=True)
class OneVersion:
    """One version; 0 for the one that runs."""

    version: int = 0
    language: Language = ""


@dataclass(frozen=True, slots=True)
class VersionQuery:
    """Versions, newest first. Raises ValueError as MessageQuery."""

    limit: int = 50
    cursor: str = ""
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse a page that is none."""
        check_page(self.limit, self.cursor, is_numbered=True)


@dataclass(frozen=True, slots=True)
class OneSecret:
    """A secret by its name."""

    name: str

    def __post_init__(self) -> None:
        """Refuse what could be a path."""
        _check_name(self.name)


@dataclass(frozen=True, slots=True)
class SetSecret:
    """A secret's new value (base64 on the wire)."""

    name: str
    value: bytes

    def __post_init__(self) -> None:
        """Refuse what could be a path, and no value."""
        _check_name(self.name)
        if not 0 < len(self.value) <= 65_536:
            raise ValueError("a secret has 1 to 65536 octets")

    def __repr__(self) -> str:
        """Never the value."""
        return f"SetSecret({self.name!r}, …)"


def _check_seconds(seconds: int) -> None:
    if seconds and not TRIAL_MINIMUM_SECONDS <= seconds <= TRIAL_MAXIMUM_SECONDS:
        raise ValueError(f"a trial lasts {TRIAL_MINIMUM_SECONDS} seconds to one day")


def _check_name(name: str) -> None:
    if not _SECRET_NAME.fullmatch(name):
        raise ValueError("a secret's name has 1 to 64 of a-z, 0-9, dot, hyphen and underscore, no dot in front")
