"""Spooled mail finds its way: lane by lane, oldest first, one probe while a next hop is away (D1, D21).

Knows the queue and a way to try; what a refusal after our 250 means for the sender is decided by whoever
is told of it. Times of the queue are wall clock, all waiting is on the monotonic clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from gateway.core.consignment import Consignment
from gateway.core.event import Fault, MessageFollowed, Publish, QueueChanged
from gateway.core.followup import follow_up, moved, news
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.queued import LaneLoad, QueueEntry, QueueState
from gateway.core.record import Disposition
from gateway.core.schedule import delay_after, is_over, lifetime
from gateway.delivery.aftercare import Aftercare, DelayWatch
from gateway.delivery.base import Attempted, Delivery
from gateway.net.clock import Clock
from gateway.store.errors import StoreError
from gateway.store.queue import LONGEST_WAIT_SECONDS, Queue
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

OVER = "not delivered in all the time that it was tried"

_TROUBLE = (Result.HOP_AWAY, Result.HOP_SICK)

# So many lanes to strangers at once: more would only wait for the line or the card.
OUTSIDE_LANES = 20


@dataclass(frozen=True, slots=True)
class SpoolParts:
    """What the runner works with."""

    queue: Queue
    desk: QueueDesk
    delivery: Delivery
    aftercare: Aftercare
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
        self._delays = DelayWatch(parts.queue, parts.aftercare, parts.clock)
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
                await self._delays.look()
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

    def nudge(self) -> None:
        """Something new waits that nobody has tried yet."""
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
        loads = await self._parts.desk.loads()
        self._forget_others({load.lane for load in loads})
        for load in sorted(loads, key=lambda load: load.next_attempt):
            waiting = load.state in (QueueState.QUEUED, QueueState.IN_DOUBT)
            if waiting and load.lane not in self._busy and now >= self._not_before.get(load.lane, 0.0):
                if self._is_stopping:
                    return
                if self._may_serve(load):
                    self._busy.add(load.lane)
                    self._idle.clear()
                    self._tasks.create_task(self._serve(load.lane), name=f"spool {load.lane}")

    def _may_serve(self, load: LaneLoad) -> bool:
        """Lanes to strangers may be many: not all at once, and none before its time."""
        if not load.lane.startswith("mx:"):
            return True
        ahead = load.next_attempt - self._parts.clock.now().timestamp()
        is_early = load.state is QueueState.QUEUED and 0 < ahead <= LONGEST_WAIT_SECONDS
        return not is_early and sum(lane.startswith("mx:") for lane in self._busy) < OUTSIDE_LANES

    def _forget_others(self, lanes: Collection[str]) -> None:
        """A stranger's lane that has nothing left is not remembered."""
        for known in (self._failures, self._not_before):
            for lane in [each for each in known if each not in lanes and each not in self._busy]:
                del known[lane]

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
            # One opens its file after the other, so that the oldest is the first to go.
            in_order = asyncio.Lock()
            tried = [group.create_task(self._try(entry, in_order)) for entry in entries]
        healthy = [task.result() for task in tried]
        if not healthy:
            return False
        if all(healthy):
            self._failures.pop(lane, None)
            return True
        self._failures[lane] = self._failures.get(lane, 0) + 1
        self._not_before[lane] = self._parts.clock.monotonic() + delay_after(self._failures[lane], lane)
        return False

    async def _try(self, entry: QueueEntry, in_order: asyncio.Lock) -> bool:
        """One entry, once. True when the next hop did its work, whatever it said of the message."""
        settled = False
        try:
            async with in_order:
                consignment = await self._parts.queue.open(entry.id)
            if consignment is None:
                await self._tell_if_dead(entry)
                return True
            if self._is_over(entry):
                await self._give_up(entry, consignment)
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
            if consignment is not None and self._parts.aftercare.must_wait(consignment, refused):
                outcomes, refused = [_put_off(outcome) for outcome in outcomes], []
            elif consignment is not None:
                await self._parts.aftercare.refused(consignment, refused)
        now = self._parts.clock.now().timestamp()
        cause = next((_cause(outcome) for outcome in outcomes if not outcome.is_final), "")
        is_trouble = any(outcome.result in _TROUBLE for outcome in outcomes)
        wait = delay_after(entry.attempts + 1, entry.lane, is_trouble=is_trouble)
        after = await self._parts.queue.settle(entry.id, outcomes, now + wait, cause)
        if after is not None:
            state = "refused" if refused else "delivered" if after.state is QueueState.DONE else after.state.value
            self._parts.publish(QueueChanged(entry.code, entry.lane, state, cause))
            self._follow(entry, news(outcomes, was_in_doubt=entry.state is QueueState.IN_DOUBT))

    def _is_over(self, entry: QueueEntry) -> bool:
        clock = self._parts.clock
        lasting = lifetime(entry.lane, is_notice=not entry.reverse_path)
        return clock.is_synchronised() and is_over(entry.since, clock.now().timestamp(), lasting)

    async def _give_up(self, entry: QueueEntry, consignment: Consignment) -> None:
        """Its time is over: the sender is told, or the message is kept as a dead letter."""
        if await self._parts.aftercare.expired(consignment):
            over = [
                Outcome(each, Result.REFUSED_CONTENT, Stage.CONNECT, detail=OVER) for each in consignment.recipients
            ]
            await self._parts.queue.settle(entry.id, over, 0.0)
            self._parts.publish(QueueChanged(entry.code, entry.lane, "refused", entry.cause))
            self._follow(entry, news(over, was_in_doubt=False))
            return
        self._parts.queue.release(entry.id)
        await self._parts.desk.drop(entry.id, f"{OVER}; last: {entry.cause}")
        self._parts.publish(QueueChanged(entry.code, entry.lane, QueueState.DEAD.value, entry.cause))
        self._follow(entry, moved((each.address for each in entry.open_recipients), "dead", entry.cause))

    async def _tell_if_dead(self, entry: QueueEntry) -> None:
        """What could not be opened has a damaged file, or none; or a person was quicker, who told of it already."""
        for now in await self._parts.desk.find(entry.id):
            if now.id == entry.id and now.state is QueueState.DEAD and entry.state is not QueueState.DEAD:
                self._parts.publish(QueueChanged(now.code, now.lane, now.state.value, now.cause))
                self._follow(now, moved((each.address for each in now.open_recipients), "dead", now.cause))

    def _follow(self, entry: QueueEntry, dispositions: tuple[Disposition, ...]) -> None:
        """Let the history say what became of the message."""
        if dispositions:
            now = self._parts.clock.now().timestamp()
            self._parts.publish(MessageFollowed(follow_up(entry.code, now, dispositions)))


def _put_off(outcome: Outcome) -> Outcome:
    """A refusal that can't be told before the time of day is known: it is tried again then (D17)."""
    if not outcome.is_final or outcome.result is Result.DELIVERED:
        return outcome
    return replace(outcome, result=Result.DEFERRED, detail="refused; the sender is told once the clock is set")


def _cause(outcome: Outcome) -> str:
    what = outcome.reply or outcome.detail.removeprefix(f"{outcome.hop}: ") or outcome.result.value
    return f"{outcome.hop}: {what}".removeprefix(": ")
