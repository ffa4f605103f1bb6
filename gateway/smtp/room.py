"""Room on the disk for the messages that were begun: asked at MAIL, so that no message is taken in vain.

Knows no disk: it is told how much is usable. Publishes when there is none any more, and when there is again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from gateway.core.event import DependencyChanged, Publish
from gateway.core.space import needed

# The kernel is asked, no device.
LOOK_SECONDS: Final = 2.0
# While nobody sends: a disk that can't keep as much is full.
ORDINARY_OCTETS: Final = 1_048_576


class Room:
    """`usable` gives the octets that new mail may use now; `memory_octets` bounds what is in the making (D15).

    `cause` says what is missing, "" while there is room.
    """

    def __init__(self, usable: Callable[[], int], memory_octets: int, publish: Publish) -> None:
        self._usable = usable
        self._memory_octets = memory_octets
        self._publish = publish
        self._begun_octets = 0
        self._refused_octets = 0
        self.cause = ""

    def begin(self, size_octets: int) -> Place | None:
        """A place for a message of at most this size; None when the disk could not keep it with all the others."""
        if self._is_room_for(size_octets):
            return Place(self, size_octets)
        self._refused_octets = size_octets
        return None

    async def watch(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """See every few seconds whether there is room, with mail or without, until cancelled."""
        while True:
            if self._is_room_for(max(self._refused_octets, ORDINARY_OCTETS)):
                self._refused_octets = 0
            await sleep(LOOK_SECONDS)

    def _is_room_for(self, size_octets: int) -> bool:
        usable = self._usable()
        wanted = needed(self._begun_octets + size_octets, self._memory_octets)
        cause = "" if wanted <= usable else f"{max(usable, 0)} octets are left for new mail, {wanted} are needed"
        if bool(cause) is not bool(self.cause):
            self._publish(DependencyChanged("disk", "down" if cause else "up", cause))
        self.cause = cause
        return not cause


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
