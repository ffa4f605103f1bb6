"""What the control socket needs of the gateway for its settings and secrets. As `desk`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gateway.control.refusal import Refusal
from gateway.control.settingsvalues import SecretView, TrialStatus, Tried, VersionDetail, VersionSummary
from gateway.control.values import Page, Trouble
from gateway.core.page import Cursor


class SettingsDesk(Protocol):
    """The settings as people see and change them. `language` is that of the sentences."""

    def trial(self, language: str) -> TrialStatus | None:
        """The trial that runs now."""
        ...

    def troubles(self, language: str) -> tuple[Trouble, ...]:
        """What is wrong with the settings themselves."""
        ...

    async def show(self, number: int, language: str) -> VersionDetail | None:
        """One version, the running one for 0."""
        ...

    async def history(self, after: Cursor | None, limit: int, language: str) -> Page[VersionSummary]:
        """Versions, newest first."""
        ...

    async def try_text(self, text: str, by: str, seconds: int, language: str) -> Tried | Refusal:
        """Run these settings: for good when nothing in them is risky, else as a trial."""
        ...

    async def edit(self, edits: Sequence[tuple[str, str]], by: str, seconds: int, language: str) -> Tried | Refusal:
        """The same with single keys changed."""
        ...

    async def keep(self, by: str, language: str) -> Tried | Refusal:
        """The trial's settings are for good."""
        ...

    async def undo(self, number: int, by: str, seconds: int, language: str) -> Tried | Refusal | None:
        """End the trial, or go back. None: there is no such version."""
        ...

    async def secrets(self) -> tuple[SecretView, ...]:
        """Names only."""
        ...

    async def set_secret(self, name: str, value: bytes, by: str) -> Refusal | None:
        """Keep it; None when done."""
        ...

    async def delete_secret(self, name: str, by: str) -> bool | Refusal:
        """Remove it. False when there is none."""
        ...
