"""What a method of the control socket is given: the desk, the language, who asks; and what a method is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from gateway.control.desk import Desk
from gateway.control.workvalues import SessionView
from gateway.core.access import Access


@dataclass(frozen=True, slots=True)
class Room:
    """What a method needs: the desk, the gateway's language, how long it keeps held mail, who asks and who is there."""

    desk: Desk
    language: str
    keep_days: int
    access: Access
    by: str
    sessions: tuple[SessionView, ...] = ()


Handler = Callable[[Room, Any], Awaitable[object]]
