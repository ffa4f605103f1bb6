"""With which settings a start begins: those of the file, or the last that ran when the file can't be used (D11).

Reads the file and the versions; changes nothing. A trial never survives a restart.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from gateway.config.load import FILE_MAXIMUM_OCTETS, load, parse
from gateway.config.problems import SettingsError
from gateway.config.schema import Settings
from gateway.core.settingsversion import Version, VersionState
from gateway.store import versions

DATABASE = "queue.sqlite3"
_UNFINISHED = (VersionState.TRIAL, VersionState.KEEPING)
_STATE_DIRECTORY = re.compile(r"^[ \t]*state_directory[ \t]*=[ \t]*(\"[^\"\n]*\"|'[^'\n]*')", re.MULTILINE)

Alarm = Literal["", "invalid", "not-applied"]


@dataclass(frozen=True, slots=True)
class Kept:
    """Settings that ran and were kept."""

    version: Version
    settings: Settings


@dataclass(frozen=True, slots=True)
class Start:
    """What to run. `version` is its version, None when it is to become one, which came `via` this.

    `before` are the last kept settings (this version itself, when it is one). `unfinished` are versions whose end
    is still to be noted. `restores_file`: the file holds what was never kept. `alarm` with `cause`: the file could
    not be used, and the last that ran does instead.
    """

    settings: Settings
    text: str
    version: Version | None = None
    via: str = ""
    before: Kept | None = None
    unfinished: tuple[Version, ...] = ()
    restores_file: bool = False
    alarm: Alarm = ""
    cause: str = ""

    def instead(self, cause: str) -> Start | None:
        """The last kept settings, when these can't run here; None when there are no others."""
        if self.before is None or self.version is not None:
            return None
        return _of(self.before, self.unfinished, alarm="not-applied", cause=cause)


def begin(path: Path, release: str) -> Start:
    """Decide. Raises SettingsError when neither the file nor any version can be used."""
    octets = _read(path)
    try:
        settings = parse(octets, str(path)) if octets is not None else _unreadable(path)
    except SettingsError as error:
        return _fallen_back(octets, error, release)
    text = (octets or b"").decode("utf-8")
    known = versions.recent(Path(settings.state_directory) / DATABASE)
    unfinished = tuple(each for each in known if each.state in _UNFINISHED)
    kept = _last_kept(known, settings.state_directory, path)
    if kept is None:
        return Start(settings, text, via="first start", unfinished=unfinished)
    if text == kept.version.text:
        return _of(kept, unfinished)
    if any(each.text == text and each.state is VersionState.TRIAL for each in unfinished):
        return _of(kept, unfinished, restores_file=True)
    if kept.version.state is VersionState.KEEPING and text == _text_before(known, kept.version):
        return _of(kept, unfinished, restores_file=True)
    return Start(settings, text, via="edited by hand", before=kept, unfinished=unfinished)


def _of(kept: Kept, unfinished: tuple[Version, ...], **more: object) -> Start:
    start = Start(kept.settings, kept.version.text, kept.version, kept.version.via, kept, unfinished)
    return replace(start, **more)  # type: ignore[arg-type]  # the callers name fields


def _fallen_back(octets: bytes | None, error: SettingsError, release: str) -> Start:
    """The last version that this release applied, else the last that it understands."""
    folder = _state_directory(octets or b"")
    known = versions.recent(Path(folder) / DATABASE)
    unfinished = tuple(each for each in known if each.state in _UNFINISHED)
    ours_first = sorted(known, key=lambda each: each.release != release)
    kept = _last_kept(ours_first, folder, Path(folder))
    if kept is None:
        raise error
    return _of(kept, unfinished, alarm="invalid", cause=str(error))


def _last_kept(known: Sequence[Version], state_directory: str, path: Path) -> Kept | None:
    """The first of these that was kept and is still valid here."""
    for each in known:
        if each.state not in (VersionState.KEPT, VersionState.KEEPING):
            continue
        try:
            settings = parse(each.text.encode("utf-8"), str(path))
        except SettingsError:
            continue
        if settings.state_directory == state_directory:
            return Kept(each, settings)
    return None


def _text_before(known: Sequence[Version], version: Version) -> str | None:
    older = (each for each in known if each.number < version.number and each.state is VersionState.KEPT)
    return next((each.text for each in older), None)


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(FILE_MAXIMUM_OCTETS + 1)
    except OSError:
        return None


def _unreadable(path: Path) -> Settings:
    """Raises SettingsError: the loader has the words for it."""
    return load(path)


def _state_directory(octets: bytes) -> str:
    """Where the state lies, as far as a broken file says it."""
    text = octets.decode("utf-8", "replace")
    try:
        found = tomllib.loads(text).get("state_directory")
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        match = _STATE_DIRECTORY.search(text)
        found = match[1][1:-1] if match else None
    return found if isinstance(found, str) and found else Settings("", "").state_directory
