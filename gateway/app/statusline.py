"""The one line that `systemctl status` shows: where mail is taken, and what is not as it should be.

Knows events and the notifier. No cause is in it: causes hold foreign text, and the journal has them.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.core.event import BypassChanged, DependencyChanged, Event, LaneChanged
from gateway.system.notify import Notifier


class StatusLine:
    """A listener of the bus; silent until mail is taken."""

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier
        self._state = ""
        self._troubles: dict[str, str] = {}

    def hear(self, event: Event) -> None:
        """Note what is away or back, and tell systemd when the line changes."""
        match event:
            case LaneChanged(lane=name) if name.startswith("mx:"):
                return  # a stranger's server is no part of the office
            case LaneChanged(lane=name, state=state) | DependencyChanged(name=name, state=state):
                if state == "up":
                    self._troubles.pop(name, None)
                else:
                    self._troubles[name] = state
                self._tell()
            case BypassChanged(is_on=True):
                self._troubles["the bypass"] = "on: mail is not filtered"
                self._tell()
            case BypassChanged():
                self._troubles.pop("the bypass", None)
                self._tell()
            case _:
                return

    def serving(self, addresses: Sequence[str]) -> None:
        """Every door is open."""
        self._state = f"takes mail on {', '.join(addresses)}" if addresses else "takes no mail: there is no listener"
        self._tell()

    def stopping(self, sessions: int) -> None:
        """The stop began; so many clients are still connected."""
        self._state = f"stops: {sessions} connections may end what they began"
        self._tell()

    def _tell(self) -> None:
        if self._state:
            troubles = "".join(f"; {name} is {state}" for name, state in sorted(self._troubles.items()))
            self._notifier.status(self._state + troubles)
