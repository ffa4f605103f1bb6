"""Room on the disk for the messages that were begun: asked at MAIL, so that no message is taken in vain.

Knows no disk: it is told how much is usable. Publishes when there is none any more, and when there is again.
"""

from __future__ import annotations

from collections.abc import Callable

from gateway.core.event import DependencyChanged, Publish
from gateway.core.space import needed


class Room:
    """`usable` gives the octets that new mail may use now; `memory_octets` bounds what is in the making (D15)."""

    def __init__(self, usable: Callable[[], int], memory_octets: int, publish: Publish) -> None:
        self._usable = usable
        self._memory_octets = memory_octets
        self._publish = publish
        self._begun_octets = 0
        self._is_short = False

    def begin(self, size_octets: int) -> Place | None:
        """A place for a message of at most this size; None when the disk could not keep it with all the others."""
        usable = self._usable()
        wanted = needed(self._begun_octets + size_octets, self._memory_octets)
        self._tell(wanted > usable, f"{usable} octets are left for new mail, {wanted} are needed")
        return Place(self, size_octets) if wanted <= usable else None

    def _tell(self, is_short: bool, cause: str) -> None:
        if is_short != self._is_short:
            self._is_short = is_short
            self._publish(DependencyChanged("disk", "down" if is_short else "up", cause if is_short else ""))


class Place:
    """What one transaction keeps; give it back once, when nobody works on the message any more."""

    def __init__(self, room: Room, size_octets: int) -> None:
        self._room = room
        self._size_octets = size_octets
        room._begun_octets += size_octets

    def leave(self) -> None:
        """Give it back; a second call does nothing."""
        self._room._begun_octets -= self._size_octets
        self._size_octets = 0
