"""Settings and secrets as the control socket sees them: texts in, what became of them out, in words.

Decides nothing: `trials` does. A secret's value is written and never read here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from gateway.app.start import Start
from gateway.app.trials import CantChange, Keeper, OnTrial, Result, Wish
from gateway.config.edit import Edit, EditError, edited
from gateway.config.load import parse
from gateway.config.problems import SettingsError
from gateway.config.risk import Risk, risks
from gateway.config.schema import Settings
from gateway.control.keywords import change_words
from gateway.control.refusal import Refusal
from gateway.control.settingsvalues import (
    ChangeView,
    ProbeView,
    ProblemView,
    SecretView,
    TrialStatus,
    Tried,
    VersionDetail,
    VersionSummary,
)
from gateway.control.settingswords import alarm_words, risk_words
from gateway.control.values import Page, Trouble
from gateway.core.page import Cursor
from gateway.core.settingsversion import Change, Version
from gateway.core.text import safe
from gateway.net.clock import Clock
from gateway.store.errors import StoreError
from gateway.store.versions import Versions
from gateway.system.credentials import SecretError, Secrets

# In a list a version shows its first changes; all of them when it is shown alone, up to a bound.
CHANGES_IN_ROW = 5
CHANGES_MAXIMUM = 500
VALUE_CHARACTERS = 200
VALUE_IN_ROW_CHARACTERS = 80
PROBLEMS_MAXIMUM = 500

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """`control.settingsdesk.SettingsDesk` of the running gateway. `start` tells how it began."""

    keeper: Keeper
    versions: Versions
    secret_store: Secrets
    start: Start
    clock: Clock

    def trial(self, language: str) -> TrialStatus | None:
        """The trial that runs now."""
        return self._trial(self.keeper.trial, language) if self.keeper.trial else None

    def troubles(self, language: str) -> tuple[Trouble, ...]:
        """Until other settings are kept, a file that could not be used is an alarm."""
        start = self.start
        if not start.alarm or start.version is None or self.keeper.kept.version.number != start.version.number:
            return ()
        return (Trouble(*alarm_words(start.alarm, language, start.version.number, safe(start.cause, 500))),)

    async def show(self, number: int, language: str) -> VersionDetail | None:
        """One version, the running one for 0."""
        found = await self.versions.get(number) if number else self._running()
        return VersionDetail(self._summary(found, language, CHANGES_MAXIMUM), found.text.encode()) if found else None

    async def history(self, after: Cursor | None, limit: int, language: str) -> Page[VersionSummary]:
        """Versions, newest first."""
        page = await self.versions.list(after, limit)
        rows = tuple(self._summary(each, language, CHANGES_IN_ROW) for each in page.items)
        return Page(rows, str(page.next) if page.next else None)

    async def try_text(self, text: str, by: str, seconds: int, language: str) -> Tried | Refusal:
        """Run these settings."""
        return await self._wish(text, by, "try", seconds, language)

    async def edit(self, edits: Sequence[tuple[str, str]], by: str, seconds: int, language: str) -> Tried | Refusal:
        """The kept settings with single keys changed."""
        try:
            text = edited(self.keeper.kept.version.text, [Edit(key, value) for key, value in edits])
        except EditError as error:
            return Refusal(f"{str(error)[0].upper()}{str(error)[1:]}.")
        return await self._wish(text, by, "edit", seconds, language)

    async def keep(self, by: str, language: str) -> Tried | Refusal:
        """The trial's settings are for good."""
        try:
            return self._told(await self.keeper.keep(by), language)
        except (CantChange, StoreError) as error:
            return Refusal(_sentence(error))

    async def undo(self, number: int, by: str, seconds: int, language: str) -> Tried | Refusal | None:
        """End the trial; without one, go back to the version before, or to this one."""
        if self.keeper.trial is not None and not number:
            try:
                return self._told(await self.keeper.revert(by), language)
            except (CantChange, StoreError) as error:
                return Refusal(_sentence(error))
        kept = self.keeper.kept.version
        wanted = await self.versions.get(number) if number else await self.versions.kept_before(kept.number)
        return await self._wish(wanted.text, by, "undo", seconds, language) if wanted else None

    async def secrets(self) -> tuple[SecretView, ...]:
        """Names, and when each was set."""
        found = await asyncio.to_thread(self.secret_store.names)
        return tuple(SecretView(name, datetime.fromtimestamp(changed, UTC)) for name, changed in found)

    async def set_secret(self, name: str, value: bytes, by: str) -> Refusal | None:
        """Keep it."""
        try:
            await asyncio.to_thread(self.secret_store.write, name, value)
        except SecretError as error:
            return Refusal(_sentence(error))
        logger.info("%s set the secret %s", by, name)
        return None

    async def delete_secret(self, name: str, by: str) -> bool | Refusal:
        """Remove it."""
        try:
            gone = await asyncio.to_thread(self.secret_store.delete, name)
        except SecretError as error:
            return Refusal(_sentence(error))
        if gone:
            logger.info("%s deleted the secret %s", by, name)
        return gone

    # --- words ------------------------------------------------------------------------------------------------

    async def _wish(self, text: str, by: str, via: str, seconds: int, language: str) -> Tried | Refusal:
        try:
            settings = await asyncio.to_thread(_parsed, text)
        except SettingsError as error:
            problems = tuple(
                ProblemView(each.line, each.key, each.message, each.nearest_known_key)
                for each in error.problems[:PROBLEMS_MAXIMUM]
            )
            return Tried("invalid", problems=problems)
        try:
            result = await self.keeper.wish(Wish(settings, text, by, via, seconds))
        except (CantChange, StoreError) as error:
            return Refusal(_sentence(error))
        return self._told(result, language)

    def _told(self, result: Result, language: str) -> Tried:
        worked = {each.name: each.works for each in result.before}
        return Tried(
            outcome=result.outcome,
            version=result.version.number,
            changes=_changes(result.version.changes, result.risks, language, CHANGES_MAXIMUM),
            probes=tuple(
                ProbeView(each.name, each.works, safe(each.detail, 300), worked.get(each.name)) for each in result.after
            ),
            trial=self.trial(language) if result.outcome == "trial" else None,
            why=result.why,
        )

    def _trial(self, trial: OnTrial, language: str) -> TrialStatus:
        left = (trial.ends - self.clock.now()).total_seconds()
        reasons = dict.fromkeys(risk_words(each.reason, language) for each in trial.risks if each.reason)
        began = datetime.fromtimestamp(trial.version.time, UTC)
        version = trial.version
        return TrialStatus(version.number, version.by, trial.ends, max(0, round(left)), tuple(reasons), began)

    def _running(self) -> Version:
        return self.keeper.trial.version if self.keeper.trial else self.keeper.kept.version

    def _summary(self, version: Version, language: str, most: int) -> VersionSummary:
        return VersionSummary(
            number=version.number,
            time=datetime.fromtimestamp(version.time, UTC),
            by=version.by,
            via=version.via,
            state="kept" if version.state.value == "keeping" else version.state.value,
            is_running=version.number == self._running().number,
            changes=_changes(version.changes, risks(version.changes), language, most),
            change_count=len(version.changes),
            release=version.release,
            ended=version.ended,
        )


def _changes(changed: Sequence[Change], found: Sequence[Risk], language: str, most: int) -> tuple[ChangeView, ...]:
    length = VALUE_IN_ROW_CHARACTERS if most == CHANGES_IN_ROW else VALUE_CHARACTERS
    reasons = {each.key: risk_words(each.reason, language) for each in found if each.reason}
    return tuple(
        ChangeView(
            safe(each.key, VALUE_CHARACTERS),
            safe(each.old, length),
            safe(each.new, length),
            reasons.get(each.key, ""),
            change_words(each.key, language),
        )
        for each in islice(changed, most)
    )


def _parsed(text: str) -> Settings:
    return parse(text.encode("utf-8", "surrogatepass"), "settings")


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[0].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")
