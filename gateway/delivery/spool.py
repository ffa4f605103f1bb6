"""Spooled mail finds its way: lane by lane, oldest first, one probe while a next hop is away (D1, D21).

Knows the queue and a way to try; what a refusal after our 250 means for the sender is decided by whoever
is told of it. Times of the queue are wall clock, all waiting is on the monotonic clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from gateway.core.consignment import Consignment
from gateway.core.event import Fault, MessageFollowed, Publish, QueueChanged
from gateway.core.followup import follow_up, moved, news
from gateway.core.outcome import Outcome, Result
from gateway.core.queued import QueueEntry, QueueState
from gateway.core.record import Disposition
from gateway.core.schedule import delay_after, is_over
from gateway.delivery.base import Attempted, Delivery
from gateway.net.clock import Clock
from gateway.store.errors import StoreError
from gateway.store.queue import Queue
from gateway.store.queue_desk import QueueDesk

# Between two looks at what is due; a lane that comes up again wakes the runner at once.
LOOK_SECONDS = 5.0
# A server that has just come back gets this many messages at once (backends.md §8 row 1).
AT_ONCE = 2
# No sender waits for a spooled message: RFC 5321 §4.5.3.2 gives the commands before our final dot 5 minutes.
TRY_SECONDS = 300.0

# A healthy server has answered by then, so that only slow ones cost a commit. Noting every try before its dot would
# not make fewer doubles: what the hop took and a crash kept us from noting is sent again in either case, only later.
SLOW_SECONDS = 5.0

_TROUBLE = (Result.HOP_AWAY, Result.HOP_SICK)

Undeliverable = Callable[[QueueEntry, Consignment, Sequence[Outcome]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class SpoolParts:
    """What the runner works with. `undeliverable` takes over what a next hop refused for good, before it is settled."""

    queue: Queue
    desk: QueueDesk
    delivery: Delivery
    undeliverable: Undeliverable
    clock: Clock
    publish: Publish


class SpoolRunner:
    """Tries what is due. `tasks` owns all its work; a stop leaves every entry as it stands on disk."""

    def __init__(self, parts: SpoolParts, tasks: asyncio.TaskGroup) -> None:
        self._parts = parts
        self._tasks = tasks
        self._busy: set[str] = set()
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, float] = {}
        self._revived: set[str] = set()
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._idle = asyncio.Event()
        self._idle.set()

    async def run(self) -> None:
        """Look after every lane until cancelled."""
        while True:
            try:
                await self._look()
            except StoreError as error:
                self._parts.publish(Fault("spool", str(error)))
            await self._rest()

    async def stop(self) -> None:
        """Begin nothing new, and wait for what is under way; the caller sets the limit."""
        self._is_stopping = True
        await self._idle.wait()

    def lane_is_up(self, lane: str) -> None:
        """A next hop was seen alive: nothing that waits for it need wait for its turn."""
        if self._failures.pop(lane, 0):
            self._not_before.pop(lane, None)
            self._revived.add(lane)
            self._wake.set()

    def hasten(self, lane: str) -> None:
        """A person wants to see it tried: the lane's own pause is over."""
        self._not_before.pop(lane, None)
        self._wake.set()

    def pause_seconds(self, lane: str) -> float:
        """How long nothing of this lane will be tried, since its next hop failed; 0 when it need not wait."""
        return max(0.0, self._not_before.get(lane, 0.0) - self._parts.clock.monotonic())

    def watch(self, entry: QueueEntry, attempt: Attempted) -> None:
        """The try that left this entry in doubt is still open: its answer settles the entry."""
        self._tasks.create_task(self._await_late(entry, attempt), name=f"late {entry.code}")

    async def _rest(self) -> None:
        """Until the next look is due or somebody wakes us."""
        self._wake.clear()
        sleep = asyncio.ensure_future(self._parts.clock.sleep(LOOK_SECONDS))  # noqa: TID251 - owned by this function
        wake = asyncio.ensure_future(self._wake.wait())  # noqa: TID251 - owned by this function
        try:
            await asyncio.wait({sleep, wake}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            wake.cancel()

    async def _look(self) -> None:
        while self._revived:
            lane = self._revived.pop()
            try:
                await self._parts.desk.make_due(lane)
            except StoreError:
                self._revived.add(lane)
                raise
        now = self._parts.clock.monotonic()
        for load in await self._parts.desk.loads():
            waiting = load.state in (QueueState.QUEUED, QueueState.IN_DOUBT)
            if waiting and load.lane not in self._busy and now >= self._not_before.get(load.lane, 0.0):
                if self._is_stopping:
                    return
                self._busy.add(load.lane)
                self._idle.clear()
                self._tasks.create_task(self._serve(load.lane), name=f"spool {load.lane}")

    async def _serve(self, lane: str) -> None:
        """Everything that is due on one lane, until nothing is left or the next hop fails."""
        try:
            while not self._is_stopping and await self._round(lane):
                pass
        except* StoreError as errors:
            # The tries of a round fail side by side, so they come as a group.
            self._parts.publish(Fault(f"spool {lane}", "; ".join(map(str, errors.exceptions))))
        finally:
            self._busy.discard(lane)
            if not self._busy:
                self._idle.set()

    async def _round(self, lane: str) -> bool:
        """A few entries side by side, one only while the lane is in trouble. False: enough for now."""
        entries = await self._parts.queue.claim(lane, 1 if lane in self._failures else AT_ONCE)
        async with asyncio.TaskGroup() as group:
            tried = [group.create_task(self._try(entry)) for entry in entries]
        healthy = [task.result() for task in tried]
        if not healthy:
            return False
        if all(healthy):
            self._failures.pop(lane, None)
            return True
        self._failures[lane] = self._failures.get(lane, 0) + 1
        self._not_before[lane] = self._parts.clock.monotonic() + delay_after(self._failures[lane])
        return False

    async def _try(self, entry: QueueEntry) -> bool:
        """One entry, once. True when the next hop did its work, whatever it said of the message."""
        settled = False
        try:
            if self._parts.clock.is_synchronised() and is_over(entry.since, self._parts.clock.now().timestamp()):
                await self._give_up(entry)
                return True
            consignment = await self._parts.queue.open(entry.id)
            if consignment is None:
                return True
            attempt = await self._attempted(entry, consignment)
            if any(outcome.result is Result.IN_DOUBT for outcome in attempt.outcomes):
                # Before the long wait: a stop in it must not make the next start send the message again at once.
                await self._doubt(entry)
            outcomes = await attempt.late()
            await self._settle(entry, outcomes)
            settled = True
            return not any(outcome.result in _TROUBLE for outcome in outcomes)
        finally:
            if not settled:
                self._parts.queue.release(entry.id)

    async def _attempted(self, entry: QueueEntry, consignment: Consignment) -> Attempted:
        """What is known of the try in time. One that takes long is in doubt on disk while it lasts (D1)."""
        async with asyncio.TaskGroup() as group:
            slow = group.create_task(self._doubt_if_slow(entry))
            attempt = await self._parts.delivery.attempt(consignment, self._parts.clock.monotonic() + TRY_SECONDS)
            slow.cancel()
        return attempt

    async def _doubt_if_slow(self, entry: QueueEntry) -> None:
        await self._parts.clock.sleep(SLOW_SECONDS)
        await self._doubt(entry)

    async def _doubt(self, entry: QueueEntry) -> None:
        """The hop may have it. Where even that can't be written, the wait holds as long as we live."""
        try:
            await self._parts.queue.doubt(entry.id)
        except StoreError as error:
            self._parts.publish(Fault(f"spool {entry.lane}", f"{entry.code}: {error}"))

    async def _await_late(self, entry: QueueEntry, attempt: Attempted) -> None:
        try:
            await self._settle(entry, await attempt.late())
        except StoreError as error:
            self._parts.publish(Fault(f"spool {entry.lane}", f"{entry.code}: {error}"))

    async def _settle(self, entry: QueueEntry, outcomes: Sequence[Outcome]) -> None:
        """Note what happened; what was refused is taken over by somebody first, so that a crash loses nothing."""
        refused = [outcome for outcome in outcomes if outcome.is_final and outcome.result is not Result.DELIVERED]
        if refused:
            consignment = await self._parts.queue.open(entry.id)
            if consignment is not None:
                await self._parts.undeliverable(entry, consignment, refused)
        now = self._parts.clock.now().timestamp()
        cause = next((_cause(outcome) for outcome in outcomes if not outcome.is_final), "")
        after = await self._parts.queue.settle(entry.id, outcomes, now + delay_after(entry.attempts + 1), cause)
        if after is not None:
            state = "refused" if refused else "delivered" if after.state is QueueState.DONE else after.state.value
            self._parts.publish(QueueChanged(entry.code, entry.lane, state, cause))
            self._follow(entry, news(outcomes, was_in_doubt=entry.state is QueueState.IN_DOUBT))

    async def _give_up(self, entry: QueueEntry) -> None:
        self._parts.queue.release(entry.id)
        await self._parts.desk.drop(entry.id, f"not delivered within five days; last: {entry.cause}")
        self._parts.publish(QueueChanged(entry.code, entry.lane, QueueState.DEAD.value, entry.cause))
        self._follow(entry, moved((each.address for each in entry.open_recipients), "dead", entry.cause))

    def _follow(self, entry: QueueEntry, dispositions: tuple[Disposition, ...]) -> None:
        """Let the history say what became of the message."""
        if dispositions:
            now = self._parts.clock.now().timestamp()
            self._parts.publish(MessageFollowed(follow_up(entry.code, now, dispositions)))


def _cause(outcome: Outcome) -> str:
    return f"{outcome.hop}: {outcome.reply or outcome.detail or outcome.result.value}".removeprefix(": ")
