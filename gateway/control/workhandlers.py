"""One function for each method about the work in hand: the queue, dead letters, the bypass, the test, what to forget.

As `handlers`; the caller's right to the method is settled before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import MappingProxyType
from typing import Any, Final

from gateway.control import protocol, workviews
from gateway.control.params import Asked, place
from gateway.control.protocol import Failure
from gateway.control.refusal import Refusal
from gateway.control.room import Handler, Room
from gateway.control.values import Page
from gateway.control.workparams import BypassFor, ForgetAddress, OneEntry, OneLane, ProbeBackend, QueueQuery, RunTest
from gateway.control.workvalues import (
    BackendProbed,
    BypassStatus,
    ChainTest,
    Changes,
    Damaged,
    Entries,
    EntryChange,
    EntryView,
    Forgotten,
    Lanes,
    Rebuilt,
    Woken,
)
from gateway.control.workwords import done_words
from gateway.core.queued import QueueEntry, QueueState

DAMAGED_SHOWN = 200
# One entry: whether it was done, and the key of the words that say so.
_Act = Callable[[Room, QueueEntry], Awaitable[tuple[bool, str]]]


async def list_queue(room: Room, params: QueueQuery) -> Page[EntryView]:
    """A page of what waits."""
    return await _page(room, params, dead=False)


async def list_dead(room: Room, params: QueueQuery) -> Page[EntryView]:
    """A page of dead letters."""
    return await _page(room, params, dead=True)


async def lanes(room: Room, params: Asked) -> Lanes:
    """What waits, by lane and cause, in words."""
    work = room.desk.work
    return Lanes(workviews.waiting(await work.causes(), work.hop_of, params.language or room.language))


async def show(room: Room, params: OneEntry) -> Entries | Failure:
    """One entry, or all of a message."""
    found = await room.desk.work.find(params.name)
    language = params.language or room.language
    return Entries(tuple(workviews.entry_view(each, language) for each in found)) if found else _none(params.name)


async def retry(room: Room, params: OneEntry) -> Changes | Failure:
    """Try now; also what is on hold or dead."""

    async def act(room: Room, entry: QueueEntry) -> tuple[bool, str]:
        if entry.state is QueueState.IN_DOUBT:
            return False, "retry-in-doubt"
        return (True, "retry") if await room.desk.work.retry(entry, room.by) else (False, "retry-gone")

    return await _each(room, params, act)


async def retry_lane(room: Room, params: OneLane) -> Woken:
    """Try all that waits in a lane now."""
    return Woken(params.lane, await room.desk.work.retry_lane(params.lane, room.by))


async def hold(room: Room, params: OneEntry) -> Changes | Failure:
    """Keep it, don't try it."""

    async def act(room: Room, entry: QueueEntry) -> tuple[bool, str]:
        return (True, "hold") if await room.desk.work.hold(entry, room.by) else (False, "hold-not")

    return await _each(room, params, act)


async def drop(room: Room, params: OneEntry) -> Changes | Failure:
    """Make it a dead letter; nobody is told."""

    async def act(room: Room, entry: QueueEntry) -> tuple[bool, str]:
        if entry.state is QueueState.DEAD:
            return False, "drop-dead"
        return (True, "drop") if await room.desk.work.drop(entry, room.by) else (False, "drop-busy")

    return await _each(room, params, act)


async def delete(room: Room, params: OneEntry) -> Changes | Failure:
    """Remove dead letters for good; of a message only those entries that are dead."""

    async def act(room: Room, entry: QueueEntry) -> tuple[bool, str]:
        return (True, "delete") if await room.desk.work.delete(entry, room.by) else (False, "delete-not")

    return await _each(room, params, act)


async def damaged(room: Room, params: Asked) -> Damaged:
    """What was set aside."""
    found = await room.desk.work.damaged()
    return Damaged(found[:DAMAGED_SHOWN], len(found))


async def rebuild(room: Room, params: Asked) -> Rebuilt:
    """Rows anew from files."""
    return await room.desk.work.rebuild(room.by)


async def forget(room: Room, params: ForgetAddress) -> Forgotten:
    """An address is taken out of the history."""
    return await room.desk.work.forget(params.address, room.by)


async def bypass(room: Room, params: Asked) -> BypassStatus:
    """Whether mail is relayed unfiltered."""
    return room.desk.work.bypass()


async def bypass_on(room: Room, params: BypassFor) -> BypassStatus:
    """Relay unfiltered from now on."""
    return room.desk.work.set_bypass(params.seconds, room.by)


async def bypass_off(room: Room, params: Asked) -> BypassStatus:
    """Filter again."""
    return room.desk.work.set_bypass(0, room.by)


async def test(room: Room, params: RunTest) -> ChainTest:
    """One message through the whole chain."""
    return await room.desk.work.test(params.recipient, params.language or room.language, params.variant)


async def probe(room: Room, params: ProbeBackend) -> BackendProbed | Failure:
    """One server, without a message."""
    found = await room.desk.work.probe(params, params.language or room.language)
    if found is None:
        return Failure(protocol.NOT_FOUND, f"No server is named {params.name} in the settings.")
    return Failure(protocol.REFUSED, found.text) if isinstance(found, Refusal) else found


HANDLERS: Final[MappingProxyType[str, Handler]] = MappingProxyType(
    {
        protocol.QUEUE_LIST.name: list_queue,
        protocol.QUEUE_LANES.name: lanes,
        protocol.QUEUE_SHOW.name: show,
        protocol.QUEUE_RETRY.name: retry,
        protocol.QUEUE_RETRY_LANE.name: retry_lane,
        protocol.QUEUE_HOLD.name: hold,
        protocol.QUEUE_DROP.name: drop,
        protocol.QUEUE_REBUILD.name: rebuild,
        protocol.QUEUE_DAMAGED.name: damaged,
        protocol.DEAD_LIST.name: list_dead,
        protocol.DEAD_DELETE.name: delete,
        protocol.HISTORY_FORGET.name: forget,
        protocol.BYPASS_STATUS.name: bypass,
        protocol.BYPASS_ON.name: bypass_on,
        protocol.BYPASS_OFF.name: bypass_off,
        protocol.TEST_RUN.name: test,
        protocol.BACKEND_PROBE.name: probe,
    }
)


async def _page(room: Room, params: QueueQuery, *, dead: bool) -> Page[EntryView]:
    page = await room.desk.work.entries(place(params.cursor), params.limit, dead=dead)
    language = params.language or room.language
    items = tuple(workviews.row(each, language) for each in page.items)
    return Page(items, str(page.next) if page.next else None)


async def _each(room: Room, params: OneEntry, act: _Act) -> Changes | Failure:
    """Act on every entry that the name means; what can't be done for one does not keep it from the others."""
    found = await room.desk.work.find(params.name)
    if not found:
        return _none(params.name)
    changes: list[Any] = []
    for entry in found:
        done, key = await act(room, entry)
        text = done_words(key, params.language or room.language, entry.state.value)
        changes.append(EntryChange(entry.id, entry.code, done, text))
    return Changes(all(each.done for each in changes), tuple(changes))


def _none(name: str) -> Failure:
    return Failure(protocol.NOT_FOUND, f"Nothing in the queue is named {name}. Delivered mail: poterne messages show")
