"""One function for each method of the control socket: asks the desk, returns the method's result or a Failure.

Knows the gateway only as a `Desk`, and nothing of sockets or of who may ask: the caller's right to
the method is settled before; only what depends on the params is settled here.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from gateway.control import (
    formhandlers,
    healthhandlers,
    protocol,
    recipientshandlers,
    ruleshandlers,
    settingshandlers,
    statshandlers,
    views,
    workhandlers,
    workviews,
)
from gateway.control.desk import Refusal
from gateway.control.health import assess
from gateway.control.params import (
    Asked,
    HeldQuery,
    LearnHeld,
    MessageQuery,
    OneMessage,
    ReleaseHeld,
    ShowHeld,
    place,
)
from gateway.control.preview import preview
from gateway.control.protocol import Failure
from gateway.control.room import Handler, Room
from gateway.control.values import (
    Deleted,
    Explanation,
    HeldDetail,
    HeldSummary,
    Learned,
    Limits,
    MessageDetail,
    MessageSummary,
    Page,
    Released,
    Status,
)
from gateway.core.access import Right, may
from gateway.core.case import Policy
from gateway.core.followup import whole
from gateway.core.held import HeldMessage
from gateway.core.outcome import Result
from gateway.core.page import Cursor
from gateway.core.record import MessageRecord
from gateway.core.replay import folded


async def status(room: Room, params: Asked) -> Status:
    """The state of the gateway, in words and numbers."""
    language, work = params.language or room.language, room.desk.work
    state = await room.desk.status()
    waiting = workviews.waiting(await work.causes(), work.hop_of, language)
    trial = room.desk.settings.trial(language) or state.trial
    queue = replace(state.queue, waiting=waiting)
    return assess(replace(state, queue=queue, trial=trial, sessions=room.sessions), language)


async def list_messages(room: Room, params: MessageQuery) -> Page[MessageSummary]:
    """A page of history."""
    language = params.language or room.language
    # Behind (until, "") lie exactly the rows that are older.
    newest = Cursor(params.until.timestamp(), "") if params.until else None
    page = await room.desk.messages(place(params.cursor) or newest, params.limit, params.text)
    since = params.since.timestamp() if params.since else float("-inf")
    rows = [each for each in page.items if each.time >= since]
    shown = (views.summary(each, language) for each in rows)
    following = page.next if len(rows) == len(page.items) else None
    fitting = (each for each in shown if params.action in ("", each.action) and params.state in ("", each.state))
    return Page(tuple(fitting), str(following) if following else None)


async def show_message(room: Room, params: OneMessage) -> MessageDetail | Failure:
    """All about one message."""
    record = whole(await room.desk.message(params.code))
    if record is None:
        return _no_message(params.code)
    return replace(views.detail(record, params.language or room.language), limits=_limits(room, record))


async def explain_message(room: Room, params: OneMessage) -> Explanation | Failure:
    """Why one message fared as it did."""
    record = whole(await room.desk.message(params.code))
    if record is None:
        return _no_message(params.code)
    return replace(views.explanation(record, params.language or room.language), limits=_limits(room, record))


async def list_held(room: Room, params: HeldQuery) -> Page[HeldSummary]:
    """A page of the quarantine."""
    page = await room.desk.held(place(params.cursor), params.limit, params.text)
    items = [await _held_summary(room, each, params.language or room.language) for each in page.items]
    return Page(tuple(items), str(page.next) if page.next else None)


async def show_held(room: Room, params: ShowHeld) -> HeldDetail | Failure:
    """One held message; its text only to those who may read it, and then the journal says so."""
    if params.text and not may(room.access, Right.BODY):
        return Failure(protocol.REFUSED, "The text of a message is for administrators only.")
    held = await room.desk.held_message(params.code)
    if held is None:
        return _not_held(params.code)
    language = params.language or room.language
    record = whole(await room.desk.message(params.code))
    # Hostile octets may cost the parser some time, which the mail need not wait for.
    shown = await asyncio.to_thread(preview, await room.desk.held_octets(params.code))
    if params.text:
        room.desk.viewed(params.code, room.by)
    return HeldDetail(
        summary=views.held_summary(held, record, room.keep_days, language, _policy(room, held)),
        reasons=views.reasons(views.held_reasons(held, record), 20, language),
        headers=shown.headers,
        text=shown.text if params.text else None,
        would_change=views.held_would_change(record, language),
        evidence=views.evidence(record),
        client_ip=held.client_ip,
        limits=views.limits(_policy(room, held)),
    )


async def release_held(room: Room, params: ReleaseHeld) -> Released | Failure:
    """Hand a held message on; what happened for each recipient is the result, also when nobody got it."""
    outcomes = await room.desk.release(params.code, params.recipients, room.by)
    if outcomes is None:
        return _not_held(params.code)
    if isinstance(outcomes, Refusal):
        return Failure(protocol.REFUSED, outcomes.text)
    language = params.language or room.language
    complete = all(each.result is Result.DELIVERED for each in outcomes)
    return Released(params.code, complete, tuple(views.release(each, language) for each in outcomes))


async def delete_held(room: Room, params: OneMessage) -> Deleted | Failure:
    """Remove a held message for good."""
    gone = await room.desk.delete(params.code, room.by)
    return Deleted(params.code) if gone else _not_held(params.code)


async def learn_held(room: Room, params: LearnHeld) -> Learned | Failure:
    """Teach the scanner."""
    changed = await room.desk.learn(params.code, params.learn_as, room.by)
    if changed is None:
        return _not_held(params.code)
    if isinstance(changed, Refusal):
        return Failure(protocol.REFUSED, changed.text)
    return Learned(params.code, params.learn_as, changed)


HANDLERS: Final[MappingProxyType[str, Handler]] = MappingProxyType(
    {
        protocol.STATUS.name: status,
        protocol.MESSAGES_LIST.name: list_messages,
        protocol.MESSAGES_SHOW.name: show_message,
        protocol.MESSAGES_EXPLAIN.name: explain_message,
        protocol.QUARANTINE_LIST.name: list_held,
        protocol.QUARANTINE_SHOW.name: show_held,
        protocol.QUARANTINE_RELEASE.name: release_held,
        protocol.QUARANTINE_DELETE.name: delete_held,
        protocol.QUARANTINE_LEARN.name: learn_held,
        **workhandlers.HANDLERS,
        **settingshandlers.HANDLERS,
        **recipientshandlers.HANDLERS,
        **ruleshandlers.HANDLERS,
        **formhandlers.HANDLERS,
        **healthhandlers.HANDLERS,
        **statshandlers.HANDLERS,
    }
)


async def _held_summary(room: Room, held: HeldMessage, language: str) -> HeldSummary:
    record = whole(await room.desk.message(held.code))
    return views.held_summary(held, record, room.keep_days, language, _policy(room, held))


def _policy(room: Room, held: HeldMessage) -> Policy:
    """That of the first recipient."""
    return room.desk.rules.policy_of(folded(held.recipients[0]) if held.recipients else "")


def _limits(room: Room, record: MessageRecord) -> Limits:
    first = record.dispositions[0].recipient if record.dispositions else ""
    return views.limits(room.desk.rules.policy_of(folded(first)))


def _no_message(code: str) -> Failure:
    return Failure(protocol.NOT_FOUND, f"No message has the code {code}. It may be older than history keeps.")


def _not_held(code: str) -> Failure:
    return Failure(protocol.NOT_FOUND, f"No message with the code {code} is in quarantine.")
