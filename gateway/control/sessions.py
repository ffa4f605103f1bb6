"""Who has the interface open: told in the state, and bounded, for each of them costs memory and a connection.

Knows nothing of sockets; whoever attends a connection says when a session begins and ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.control.workvalues import SessionView

SESSIONS_MAXIMUM: Final = 4
_FULL: Final = (
    "The interface is open {count} times already, and no more is possible: {who}. "
    "When one of them leaves, try again. Meanwhile, in plain lines: poterne status",
    "L'interface est déjà ouverte {count} fois, et pas davantage : {who}. "
    "Quand l'un d'eux quitte, réessayez. En attendant, en lignes simples : poterne status",
)


@dataclass(frozen=True, slots=True, eq=False)
class _Session:
    user: str
    since: datetime


class Sessions:
    """The open ones. Used in one event loop; `now` reads the clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._open: list[_Session] = []

    @property
    def is_full(self) -> bool:
        """True when no other may begin."""
        return len(self._open) >= SESSIONS_MAXIMUM

    @contextmanager
    def open(self, user: str) -> Iterator[None]:
        """One more, while this lasts."""
        session = _Session(user, self._now())
        self._open.append(session)
        try:
            yield
        finally:
            self._open.remove(session)

    def views(self, asker: str) -> tuple[SessionView, ...]:
        """One for each user, who came first in front."""
        users = dict.fromkeys(each.user for each in self._open)
        return tuple(
            SessionView(user, len(times), min(times), user == asker)
            for user in users
            if (times := [each.since for each in self._open if each.user == user])
        )

    def refusal(self, language: str) -> str:
        """Why no other may begin: who is there."""
        who = ", ".join(f"{each.user} ({each.count})" if each.count > 1 else each.user for each in self.views(""))
        return _FULL[language == "fr"].format(count=len(self._open), who=who)
