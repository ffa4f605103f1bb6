"""Settings are tried, kept or taken back: every version is written down first, the file last (DESIGN D11).

Knows how to run settings only as `Runs`, and what works only as probes. One change at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

from gateway.app.changeover import NotApplied
from gateway.app.probes import Probe, broken
from gateway.app.start import Kept
from gateway.config.changes import changes
from gateway.config.risk import Risk, risks, trial_seconds
from gateway.config.schema import Settings
from gateway.core.event import Fault, Publish, SettingsChanged
from gateway.core.settingsversion import Change, Version, VersionState
from gateway.net.clock import Clock
from gateway.store.errors import StoreError
from gateway.store.versions import Versions
from gateway.system.textfile import replace_text

# When the settings before can't run any more either, they are tried again and again.
RETRY_SECONDS = 30.0


class Runs(Protocol):
    """Runs settings (`changeover.Changeover`)."""

    async def to(self, settings: Settings, *, may_return: bool = False) -> None:
        """Raises NotApplied."""
        ...

    def settle(self) -> None:
        """What ran before will not come back."""
        ...


class CantChange(Exception):
    """It can't be done now, and nothing changed; the text says why."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Settings that somebody wants to run, and how they came. `seconds` of trial; 0: as the risks ask for."""

    settings: Settings
    text: str
    by: str
    via: str
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class OnTrial:
    """A version that reverts at `ends` unless it is kept."""

    version: Version
    settings: Settings
    risks: tuple[Risk, ...]
    ends: datetime


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a wish; `probes` before and after."""

    outcome: Literal["kept", "trial", "reverted", "unchanged"]
    version: Version
    risks: tuple[Risk, ...] = ()
    before: tuple[Probe, ...] = ()
    after: tuple[Probe, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Means:
    """What a keeper works with. `look` probes the gateway of the moment; `tasks` owns the countdown."""

    runs: Runs
    look: Callable[[], Awaitable[tuple[Probe, ...]]]
    versions: Versions
    file: Path
    release: str
    clock: Clock
    publish: Publish
    tasks: asyncio.TaskGroup


class Keeper:
    """`kept` are the settings that a restart would run; `trial` those that run now instead, if any."""

    def __init__(self, kept: Kept, means: Means) -> None:
        self.kept = kept
        self.trial: OnTrial | None = None
        self._means = means
        self._one_at_a_time = asyncio.Lock()
        self._countdown: asyncio.Task[None] | None = None

    def compared(self, settings: Settings) -> tuple[Change, ...]:
        """What these would change."""
        return changes(self.kept.settings, settings)

    async def wish(self, wish: Wish) -> Result:
        """Run it: for good when nothing in it is risky and no trial is asked for. Raises CantChange, StoreError."""
        async with self._one_at_a_time:
            if self.trial is not None:
                raise CantChange(_busy(self.trial))
            if wish.text == self.kept.version.text:
                return Result("unchanged", self.kept.version)
            changed = self.compared(wish.settings)
            _check_fixed(changed)
            return await self._try(wish, changed)

    async def keep(self, by: str) -> Result:
        """The trial is for good. Raises CantChange, StoreError."""
        async with self._one_at_a_time:
            if self.trial is None:
                raise CantChange("Nothing is on trial: the settings that run are kept.")
            trial = self.trial
            await self._keep(Kept(trial.version, trial.settings), by)
            return Result("kept", self.kept.version, trial.risks)

    async def revert(self, by: str) -> Result:
        """End the trial now. Raises CantChange, StoreError."""
        async with self._one_at_a_time:
            if self.trial is None:
                raise CantChange("Nothing is on trial.")
            trial, why = self.trial, f"{by} took it back"
            try:
                await self._revert(trial.version, why, by)
            except NotApplied as error:
                raise CantChange(f"The settings before can't run any more: {error}.") from error
            return Result("reverted", replace(trial.version, state=VersionState.REVERTED), trial.risks, why=why)

    # --- steps, each under the lock -----------------------------------------------------------------------

    async def _try(self, wish: Wish, changed: tuple[Change, ...]) -> Result:
        found, means = risks(changed), self._means
        now = means.clock.now()
        version = await means.versions.add(
            Version(0, now.timestamp(), wish.by, wish.via, means.release, VersionState.TRIAL, changed, wish.text)
        )
        before = await means.look()
        try:
            await means.runs.to(wish.settings, may_return=True)
        except BaseException as error:
            await self._note_end(version, f"could not run: {error}")
            means.runs.settle()
            if isinstance(error, NotApplied):
                raise CantChange(f"These settings can't run here: {error}. Nothing changed.") from error
            raise
        after = await means.look()
        if failed := broken(before, after):
            why = "; ".join(f"{each.name} does not work any more: {each.detail}" for each in failed)
            await self._revert(version, why, wish.by)
            return Result("reverted", replace(version, state=VersionState.REVERTED), found, before, after, why)
        if found or wish.seconds:
            self._begin_trial(OnTrial(version, wish.settings, found, _end(means.clock.now(), wish, found)))
            return Result("trial", version, found, before, after)
        await self._keep_at_once(Kept(version, wish.settings), wish.by)
        return Result("kept", self.kept.version, found, before, after)

    def _begin_trial(self, trial: OnTrial) -> None:
        means = self._means
        self.trial = trial
        seconds = (trial.ends - means.clock.now()).total_seconds()
        self._countdown = means.tasks.create_task(self._count_down(trial, seconds), name="settings trial")
        version = trial.version
        means.publish(SettingsChanged(version.number, "trial", version.by, "", trial.ends.timestamp()))

    async def _count_down(self, trial: OnTrial, seconds: float) -> None:
        """Revert at the end, whatever it takes; cancelled when somebody decides before."""
        await self._means.clock.sleep(seconds)
        while True:
            async with self._one_at_a_time:
                if self.trial is not trial:
                    return
                self._countdown = None
                try:
                    await self._revert(trial.version, "nobody kept it in time", "")
                except (NotApplied, StoreError) as error:
                    self._means.publish(
                        Fault("settings", f"version {trial.version.number} can't be taken back: {error}")
                    )
                else:
                    return
            await self._means.clock.sleep(RETRY_SECONDS)

    async def _keep_at_once(self, kept: Kept, by: str) -> None:
        try:
            await self._keep(kept, by)
        except CantChange as error:
            await self._revert(kept.version, str(error), by)
            raise CantChange(f"{error} The settings before run again.") from error

    async def _keep(self, kept: Kept, by: str) -> None:
        """The intent first, then the file, then the fact: a crash between any two is finished at the start."""
        means, number = self._means, kept.version.number
        await self._save_hand_edit(kept)
        await means.versions.set_state(number, VersionState.KEEPING)
        try:
            await asyncio.to_thread(replace_text, means.file, kept.version.text)
        except OSError as error:
            await means.versions.set_state(number, VersionState.TRIAL)
            raise CantChange(f"{means.file} can't be written: {error.strerror}.") from error
        await means.versions.set_state(number, VersionState.KEPT)
        self.kept = Kept(replace(kept.version, state=VersionState.KEPT), kept.settings)
        self._end_trial()
        means.publish(SettingsChanged(number, "kept", by, ""))

    async def _revert(self, version: Version, why: str, by: str) -> None:
        """Run the kept settings again. Raises NotApplied; then the trial goes on."""
        await self._means.runs.to(self.kept.settings)
        self._end_trial()
        await self._restore_file(version)
        await self._note_end(version, why)
        self._means.publish(SettingsChanged(version.number, "reverted", by, why))

    def _end_trial(self) -> None:
        self.trial = None
        if self._countdown is not None:
            self._countdown.cancel()
            self._countdown = None
        self._means.runs.settle()

    async def _note_end(self, version: Version, why: str) -> None:
        await self._means.versions.set_state(version.number, VersionState.REVERTED, why)

    # --- the file --------------------------------------------------------------------------------------------

    async def _save_hand_edit(self, kept: Kept) -> None:
        """What somebody wrote into the file meanwhile is about to be replaced: a version keeps it."""
        text = await asyncio.to_thread(_text_of, self._means.file)
        if text is None or text in (kept.version.text, self.kept.version.text):
            return
        means = self._means
        now, ended = means.clock.now().timestamp(), f"replaced in the file by version {kept.version.number}"
        hand = Version(0, now, "", "edited by hand", means.release, VersionState.REVERTED, (), text, ended)
        await means.versions.add(hand)

    async def _restore_file(self, version: Version) -> None:
        """Who edited the file and then tried it: a restart must not run what was not kept."""
        if await asyncio.to_thread(_text_of, self._means.file) != version.text:
            return
        try:
            await asyncio.to_thread(replace_text, self._means.file, self.kept.version.text)
        except OSError as error:
            self._means.publish(Fault("settings", f"{self._means.file} can't be written: {error.strerror}"))


def _text_of(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _end(now: datetime, wish: Wish, found: Sequence[Risk]) -> datetime:
    return now + timedelta(seconds=wish.seconds or trial_seconds(found))


def _busy(trial: OnTrial) -> str:
    return f"Version {trial.version.number} is on trial: keep it or take it back first (config keep, config undo)."


def _check_fixed(changed: Sequence[Change]) -> None:
    """Raises CantChange for what holds for the life of the process."""
    fixed = [each.key for each in changed if each.key in ("state_directory", "runtime_directory")]
    if fixed:
        raise CantChange(f"{' and '.join(fixed)} can't change while the gateway runs: edit the file and restart it.")
