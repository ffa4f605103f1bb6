"""Settings that run nothing: a fake of `control.settingsdesk.SettingsDesk` that says what a test tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

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
from gateway.control.values import Page, Trouble
from gateway.core.page import Cursor

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TEXT = "# é\n\tx = 1\n"
CHANGES = (ChangeView("hostname", '"a"', '"b"', "other servers may refuse a gateway of this name"),)
TRIAL = TrialStatus(2, "anna", NOON, 290, ("other servers may refuse a gateway of this name",))
ON_TRIAL = Tried("trial", 2, CHANGES, probes=(ProbeView("dns", True, "", True),), trial=TRIAL)
KEPT = Tried("kept", 2, CHANGES)
REVERTED = Tried("reverted", 2, probes=(ProbeView("dns", False, "silent", True),), why="dns does not work any more")
TAKEN_BACK = Tried("reverted", 2, why="anna took it back")
INVALID = Tried(
    "invalid", problems=(ProblemView(3, "hostnam", "unknown key", "hostname"), ProblemView(0, "", "is too long"))
)


def version(number: int = 1, **changes: object) -> VersionSummary:
    """A version."""
    fields: dict[str, object] = {
        "number": number, "time": NOON, "by": "anna", "via": "try", "state": "kept", "is_running": number == 1,
        "changes": CHANGES, "change_count": 1, "release": "0.1.0",
    }  # fmt: skip
    return VersionSummary(**(fields | changes))  # type: ignore[arg-type]  # a test names fields


@dataclass
class FakeSettings:
    """`answers` are given in turn, the last again and again; `asked` holds what was wanted.

    `running` is the trial of the moment; `texts` are those of versions, the one of 0 for all others.
    """

    answers: list[Tried | Refusal] = field(default_factory=lambda: [KEPT])
    versions: tuple[VersionSummary, ...] = (version(2, state="reverted", ended="nobody kept it in time"), version(1))
    names: list[str] = field(default_factory=lambda: ["smart-host"])
    refusal: Refusal | None = None
    asked: list[tuple[object, ...]] = field(default_factory=list)
    running: TrialStatus | None = None
    texts: dict[int, str] = field(default_factory=dict)

    def trial(self, language: str) -> TrialStatus | None:
        return self.running

    def troubles(self, language: str) -> tuple[Trouble, ...]:
        return ()

    async def show(self, number: int, language: str) -> VersionDetail | None:
        found = next((each for each in self.versions if each.number == (number or 1)), None)
        return VersionDetail(found, self.texts.get(number, self.texts.get(0, TEXT)).encode()) if found else None

    async def history(self, after: Cursor | None, limit: int, language: str) -> Page[VersionSummary]:
        rows = [each for each in self.versions if after is None or each.number < int(after.id)]
        more = str(Cursor(0.0, str(rows[limit - 1].number))) if len(rows) > limit else None
        return Page(tuple(rows[:limit]), more)

    async def try_text(self, text: str, by: str, seconds: int, language: str) -> Tried | Refusal:
        return self._answer("try", text, by, seconds)

    async def edit(self, edits: Sequence[tuple[str, str]], by: str, seconds: int, language: str) -> Tried | Refusal:
        return self._answer("edit", tuple(edits), by, seconds)

    async def keep(self, by: str, language: str) -> Tried | Refusal:
        return self._answer("keep", by)

    async def undo(self, number: int, by: str, seconds: int, language: str) -> Tried | Refusal | None:
        return None if number == 99 else self._answer("undo", number, by, seconds)

    async def secrets(self) -> tuple[SecretView, ...]:
        return tuple(SecretView(each, NOON) for each in self.names)

    async def set_secret(self, name: str, value: bytes, by: str) -> Refusal | None:
        self.asked.append(("set", name, value, by))
        return self.refusal

    async def delete_secret(self, name: str, by: str) -> bool | Refusal:
        self.asked.append(("delete", name, by))
        return self.refusal or name in self.names

    def _answer(self, *what: object) -> Tried | Refusal:
        self.asked.append(what)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
