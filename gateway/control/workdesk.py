"""What the control socket needs of the gateway for the work in hand: the queue, the bypass, the test, what to forget.

As `desk`: expected outcomes are values, `by` is the user's name for the journal.
"""

from __future__ import annotations

from typing import Protocol

from gateway.control.refusal import Refusal
from gateway.control.workparams import ProbeBackend
from gateway.control.workvalues import BackendProbed, BypassStatus, ChainTest, DamagedView, Forgotten, Rebuilt
from gateway.core.page import Cursor, Page
from gateway.core.queued import LaneCause, QueueEntry


class WorkDesk(Protocol):
    """The work in hand as people see it and act on it."""

    async def entries(self, after: Cursor | None, limit: int, *, dead: bool) -> Page[QueueEntry]:
        """What waits, or the dead letters; newest first, from behind `after`."""
        ...

    async def find(self, name: str) -> tuple[QueueEntry, ...]:
        """The entry of this id, or all of the message of this code, dead ones too."""
        ...

    async def causes(self) -> tuple[LaneCause, ...]:
        """What waits, by lane, state and cause; `next_attempt` is when it will really be tried."""
        ...

    async def damaged(self) -> tuple[DamagedView, ...]:
        """The files that were set aside."""
        ...

    def hop_of(self, lane: str) -> str:
        """The lane's next hop as people know it: the host of its backend."""
        ...

    async def retry(self, entry: QueueEntry, by: str) -> QueueEntry | None:
        """Try as soon as possible; None when its file is gone. What is in doubt stays so."""
        ...

    async def retry_lane(self, lane: str, by: str) -> int:
        """Try everything that waits there as soon as possible, doubts excepted; how many that are."""
        ...

    async def hold(self, entry: QueueEntry, by: str) -> QueueEntry | None:
        """Keep it, don't try it; None when its state forbids it."""
        ...

    async def drop(self, entry: QueueEntry, by: str) -> QueueEntry | None:
        """Make it a dead letter, without a notice to anybody; None while it is being tried."""
        ...

    async def delete(self, entry: QueueEntry, by: str) -> bool:
        """Remove a dead letter for good; False when it is none."""
        ...

    async def rebuild(self, by: str) -> Rebuilt:
        """Make the rows of queue and quarantine anew from the files, orphaned ones too."""
        ...

    async def forget(self, address: str, by: str) -> Forgotten:
        """Take an address out of the history."""
        ...

    def bypass(self) -> BypassStatus:
        """Whether mail is relayed unfiltered."""
        ...

    def set_bypass(self, seconds: float, by: str) -> BypassStatus:
        """Relay unfiltered for so long; filter again at once for 0."""
        ...

    async def probe(self, wanted: ProbeBackend, language: str) -> BackendProbed | Refusal | None:
        """Try a server without a message. None: no server of that name; refused: a host that can't be one."""
        ...

    async def test(self, recipient: str, language: str, variant: str = "") -> ChainTest:
        """Send one message through the chain and say what became of it at each step; `variant`: eicar or gtube."""
        ...
