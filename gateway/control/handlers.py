"""One function for each method of the control socket: asks the desk, returns the method's result or a Failure.

Knows the gateway only as a `Desk`, and nothing of sockets or of who may ask: the caller's right to
the method is settled before; only what depends on the params is settled here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from gateway.control import protocol, views
from gateway.control.desk import Desk, Refusal
from gateway.control.health import assess
from gateway.control.params import (
    Asked,
    HeldQuery,
    LearnHeld,
    MessageQuery,
    OneMessage,
    ReleaseHeld,
    ShowHeld,
)
from gateway.control.preview import preview
from gateway.control.protocol import Failure
from gateway.control.values import (
    Deleted,
    Explanation,
    HeldDetail,
    HeldSummary,
    Learned,
    MessageDetail,
    MessageSummary,
    Page,
    Released,
    Status,
)
from gateway.core.access import Access, Right, may
from gateway.core.outcome import Result


@dataclass(frozen=True, slots=True)
class Room:
    """What a method needs: the desk, the gateway's language, and who asks."""

    desk: Desk
    language: str
    access: Access
    by: str


Handler = Callable[[Room, Any], Awaitable[object]]


async def status(room: Room, params: Asked) -> Status:
    """The state of the gateway, in words and numbers."""
    return assess(await room.desk.status(), params.language or room.language)


async def list_messages(room: Room, params: MessageQuery) -> Page[MessageSummary]:
    """A page of history."""
    language = params.language or room.language
    page = await room.desk.messages(params)
    return Page(tuple(views.summary(each, language) for each in page.items), page.next)


async def show_message(room: Room, params: OneMessage) -> MessageDetail | Failure:
    """All about one message."""
    record = await room.desk.message(params.code)
    return views.detail(record, params.language or room.language) if record else _no_message(params.code)


async def explain_message(room: Room, params: OneMessage) -> Explanation | Failure:
    """Why one message fared as it did."""
    record = await room.desk.message(params.code)
    return views.explanation(record, params.language or room.language) if record else _no_message(params.code)


async def list_held(room: Room, params: HeldQuery) -> Page[HeldSummary]:
    """A page of the quarantine."""
    language = params.language or room.language
    page = await room.desk.held(params)
    return Page(tuple(views.held_summary(each, language) for each in page.items), page.next)


async def show_held(room: Room, params: ShowHeld) -> HeldDetail | Failure:
    """One held message; its text only to those who may read it, and then the journal says so."""
    if params.text and not may(room.access, Right.BODY):
        return Failure(protocol.REFUSED, "The text of a message is for administrators only.")
    found = await room.desk.held_message(params.code)
    if found is None:
        return _not_held(params.code)
    language = params.language or room.language
    shown = preview(found.octets)
    if params.text:
        room.desk.viewed(params.code, room.by)
    return HeldDetail(
        summary=views.held_summary(found.held, language),
        reasons=views.reasons(found.held.reasons, 20, language),
        headers=shown.headers,
        text=shown.text if params.text else None,
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
    }
)


def _no_message(code: str) -> Failure:
    return Failure(protocol.NOT_FOUND, f"No message has the code {code}. It may be older than history keeps.")


def _not_held(code: str) -> Failure:
    return Failure(protocol.NOT_FOUND, f"No message with the code {code} is in quarantine.")
