"""What the control socket needs of the gateway, and nothing else: the composition root implements it.

Knows values of the core only. Expected outcomes are values: nothing for "no such message", `Refusal`
for what can't be done; an exception is a fault.
"""

from __future__ import annotations

from typing import Protocol

from gateway.control.healthdesk import HealthDesk
from gateway.control.recipientsdesk import RecipientsDesk
from gateway.control.refusal import Refusal as Refusal
from gateway.control.rulesdesk import RulesDesk
from gateway.control.settingsdesk import SettingsDesk
from gateway.control.values import Status
from gateway.control.workdesk import WorkDesk
from gateway.core.held import HeldMessage
from gateway.core.outcome import Outcome
from gateway.core.page import Cursor, Page
from gateway.core.record import MessageRecord
from gateway.core.statistics import Counted


class Desk(Protocol):
    """The gateway as people see it. `by` is the user's name, for the journal."""

    @property
    def settings(self) -> SettingsDesk:
        """The settings, their versions and trials; the secrets."""
        ...

    @property
    def work(self) -> WorkDesk:
        """The queue, the bypass, the test."""
        ...

    @property
    def rules(self) -> RulesDesk:
        """The allow and block lists."""
        ...

    @property
    def recipients(self) -> RecipientsDesk:
        """Who exists."""
        ...

    @property
    def health(self) -> HealthDesk:
        """Certificates, DNS, guides."""
        ...

    async def status(self) -> Status:
        """The parts' states; `mail_flows` and `troubles` are added by `health.assess`, what waits by `workviews`."""
        ...

    async def messages(self, after: Cursor | None, limit: int, search: str) -> Page[MessageRecord]:
        """Rows of history, newest first, from behind `after`."""
        ...

    async def message(self, code: str) -> tuple[MessageRecord, ...]:
        """All rows of this code, newest first."""
        ...

    async def statistics(self, recent_hours: int, hours: int) -> Counted:
        """What was counted in the last hours, and in the `recent_hours` of them."""
        ...

    async def held(self, after: Cursor | None, limit: int, search: str) -> Page[HeldMessage]:
        """Held messages, newest first, from behind `after`."""
        ...

    async def held_message(self, code: str) -> HeldMessage | None:
        """One held message."""
        ...

    async def held_octets(self, code: str) -> bytes:
        """What it says: all of it, or at least the header and 64 KiB; b"" when it is gone."""
        ...

    async def release(self, code: str, recipients: tuple[str, ...], by: str) -> tuple[Outcome, ...] | Refusal | None:
        """Deliver to all who lack it, or to those named; one outcome each. Refused when nobody is left to get it."""
        ...

    async def delete(self, code: str, by: str) -> bool:
        """Remove it for good. False when there is none."""
        ...

    async def learn(self, code: str, learn_as: str, by: str) -> bool | Refusal | None:
        """Teach the scanner "spam" or "ham". False when it knew it already, None when there is no such message."""
        ...

    def viewed(self, code: str, by: str) -> None:
        """Write to the journal that somebody read the text of this message."""
        ...
