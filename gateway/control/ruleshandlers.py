"""One function for each method about the allow and block lists. As `handlers`; the right is settled before."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import Final

from gateway.control import protocol, rulesviews, views
from gateway.control.desk import Refusal
from gateway.control.params import OneMessage, place
from gateway.control.protocol import Failure
from gateway.control.room import Handler, Room
from gateway.control.rulesdesk import CantList, Trial
from gateway.control.rulesparams import (
    DraftRule,
    OneRule,
    ReplayRules,
    RuleChanges,
    RuleQuery,
    SenderRule,
    UndoRule,
)
from gateway.control.rulesvalues import Cures, ReleasedAndAllowed, Replayed, RuleChanged, RuleChangeView, RuleView
from gateway.control.ruleswords import cant_words, cure_words
from gateway.control.values import Page, Released
from gateway.core.cures import Cure, cures
from gateway.core.followup import whole
from gateway.core.listentry import Kind, ListChange, ListDraft, Subject, SubjectError, parse_recipient, parse_subject
from gateway.core.outcome import Result
from gateway.core.record import MessageRecord
from gateway.core.replay import folded


async def list_rules(room: Room, params: RuleQuery) -> Page[RuleView]:
    """A page of the lists."""
    desk, language = room.desk.rules, params.language or room.language
    page = desk.list(place(params.cursor), params.limit, params.text, params.kind or None)
    items = tuple(rulesviews.rule(each, desk.now(), language) for each in page.items)
    return Page(items, str(page.next) if page.next else None)


async def show(room: Room, params: OneRule) -> RuleView | Failure:
    """One entry."""
    entry = room.desk.rules.get(params.id)
    return (
        rulesviews.rule(entry, room.desk.rules.now(), params.language or room.language) if entry else _no_rule(params)
    )


async def allow(room: Room, params: DraftRule) -> RuleChanged | Failure:
    """An entry of the allow list."""
    return await _add(room, "allow", params)


async def block(room: Room, params: DraftRule) -> RuleChanged | Failure:
    """An entry of the block list."""
    return await _add(room, "block", params)


async def remove(room: Room, params: OneRule) -> RuleChanged | Failure:
    """Take an entry out."""
    change = await room.desk.rules.remove(params.id, room.by)
    return _no_rule(params) if change is None else _changed(room, change, params.language or room.language)


async def undo(room: Room, params: UndoRule) -> RuleChanged | Failure:
    """Take a change back."""
    return _changed(room, await room.desk.rules.undo(params.change, room.by), params.language or room.language)


async def changes(room: Room, params: RuleChanges) -> Page[RuleChangeView]:
    """A page of the journal."""
    desk, language = room.desk.rules, params.language or room.language
    page = await desk.changes(place(params.cursor), params.limit)
    items = tuple(rulesviews.change_line(each, desk.now(), language) for each in page.items)
    return Page(items, str(page.next) if page.next else None)


async def replay(room: Room, params: ReplayRules) -> Replayed | Failure:
    """Try something on the past."""
    desk, language = room.desk.rules, params.language or room.language
    if params.id and desk.get(params.id) is None:
        return _no_rule(OneRule(params.id))
    draft = _draft(room, params.kind, params.draft, language) if params.draft is not None and params.kind else None
    if isinstance(draft, Failure):
        return draft
    limits = params.thresholds
    trial = Trial(
        draft,
        params.id,
        limits.policy if limits else "",
        (limits.mark_at, limits.quarantine_at, limits.reject_at) if limits else None,
    )
    outcomes = await desk.replay(trial, params.days, place(params.cursor), params.limit)
    return rulesviews.replayed(outcomes, params.days, language)


async def list_cures(room: Room, params: OneMessage) -> Cures | Failure:
    """What can be done about a message's sender, and whether it would help."""
    record = whole(await room.desk.message(params.code))
    if record is None:
        return _no_message(params.code)
    found = _cures(room, record)
    rules: dict[tuple[str, str], int] = {
        (each.draft.kind, str(each.draft.subject)): each.id
        for cure in found
        for each in room.desk.rules.list(None, 20, cure.subject.value, cure.kind).items
        if not each.draft.recipient
    }
    return rulesviews.cures(record, found, rules, params.language or room.language)


async def allow_sender(room: Room, params: SenderRule) -> RuleChanged | Failure:
    """Allow a message's sender, unless that would not help; then the answer says what does."""
    return await _add_sender(room, "allow", params)


async def block_sender(room: Room, params: SenderRule) -> RuleChanged | Failure:
    """Block a message's sender."""
    return await _add_sender(room, "block", params)


async def release_and_allow(room: Room, params: SenderRule) -> ReleasedAndAllowed | Failure:
    """Hand a held message on and allow its sender. Where the allow would not help, it is released all the same."""
    language = params.language or room.language
    outcomes = await room.desk.release(params.code, (), room.by)
    if outcomes is None:
        return Failure(protocol.NOT_FOUND, f"No message with the code {params.code} is in quarantine.")
    if isinstance(outcomes, Refusal):
        return Failure(protocol.REFUSED, outcomes.text)
    released = Released(
        params.code,
        all(each.result is Result.DELIVERED for each in outcomes),
        tuple(views.release(each, language) for each in outcomes),
    )
    allowed = await _add_sender(room, "allow", params)
    if isinstance(allowed, Failure):
        return ReleasedAndAllowed(released, None, allowed.message)
    return ReleasedAndAllowed(released, allowed)


HANDLERS: Final[MappingProxyType[str, Handler]] = MappingProxyType(
    {
        protocol.RULES_LIST.name: list_rules,
        protocol.RULES_SHOW.name: show,
        protocol.RULES_ALLOW.name: allow,
        protocol.RULES_BLOCK.name: block,
        protocol.RULES_REMOVE.name: remove,
        protocol.RULES_UNDO.name: undo,
        protocol.RULES_CHANGES.name: changes,
        protocol.RULES_REPLAY.name: replay,
        protocol.RULES_CURES.name: list_cures,
        protocol.RULES_ALLOW_SENDER.name: allow_sender,
        protocol.RULES_BLOCK_SENDER.name: block_sender,
        protocol.QUARANTINE_RELEASE_AND_ALLOW.name: release_and_allow,
    }
)


async def _add(room: Room, kind: Kind, params: DraftRule) -> RuleChanged | Failure:
    language = params.language or room.language
    draft = _draft(room, kind, params, language)
    return draft if isinstance(draft, Failure) else await _made(room, draft, language)


async def _add_sender(room: Room, kind: Kind, params: SenderRule) -> RuleChanged | Failure:
    language = params.language or room.language
    record = whole(await room.desk.message(params.code))
    if record is None:
        return _no_message(params.code)
    cure = next((each for each in _cures(room, record) if (each.kind, each.scope) == (kind, params.scope)), None)
    if cure is None:
        return Failure(protocol.REFUSED, cant_words("no-scope", language, text=params.code, scope=params.scope))
    if not cure.helps:
        return Failure(protocol.REFUSED, cure_words(cure, record.proven_by, language))
    subject = Subject(cure.subject.kind, cure.subject.value, params.subdomains and cure.scope == "domain")
    recipients = [folded(each.recipient) for each in record.dispositions] if params.for_recipients else [""]
    expires = _expires(room, params.days)
    reason = params.reason or params.code
    made: list[RuleChanged | Failure] = []
    for recipient in dict.fromkeys(recipients):
        made.append(await _made(room, ListDraft(kind, subject, recipient, expires, reason), language))
    # For several recipients there are several entries; the first stands for them.
    return next((each for each in made if isinstance(each, Failure)), made[0])


async def _made(room: Room, draft: ListDraft, language: str) -> RuleChanged | Failure:
    return _changed(room, await room.desk.rules.add(draft, room.by), language)


def _changed(room: Room, change: ListChange | CantList, language: str) -> RuleChanged | Failure:
    if isinstance(change, CantList):
        code = protocol.NOT_FOUND if change.why == "no-change" else protocol.REFUSED
        return Failure(code, cant_words(change.why, language, change.entry))
    return rulesviews.changed(change, _warning(room, change), room.desk.rules.now(), language)


def _warning(room: Room, change: ListChange) -> str:
    """What to mind with an entry that holds now."""
    if change.after is None:
        return ""
    draft = change.after.draft
    if draft.subject.kind == "network":
        return "network" if draft.kind == "allow" else ""
    if not room.desk.rules.is_ours(draft.subject.value.rpartition("@")[2]):
        return ""
    return "own-domain" if draft.kind == "allow" else "own-domain-block"


def _draft(room: Room, kind: Kind, params: DraftRule, language: str) -> ListDraft | Failure:
    try:
        subject = parse_subject(params.subject, subdomains=params.subdomains)
        expires = params.expires.timestamp() if params.expires else _expires(room, params.days)
        draft = ListDraft(kind, subject, parse_recipient(params.recipient), expires, params.reason.strip())
    except SubjectError as error:
        return Failure(protocol.BAD_PARAMS, cant_words(error.key, language, text=error.text))
    if draft.expires is not None and draft.expires <= room.desk.rules.now():
        return Failure(protocol.BAD_PARAMS, cant_words("past", language))
    return draft


def _expires(room: Room, days: int) -> float | None:
    return room.desk.rules.now() + timedelta(days=days).total_seconds() if days else None


def _cures(room: Room, record: MessageRecord) -> tuple[Cure, ...]:
    first = folded(record.dispositions[0].recipient) if record.dispositions else ""
    return cures(record, room.desk.rules.policy_of(first), room.desk.rules.entries)


def _no_rule(params: OneRule) -> Failure:
    return Failure(protocol.NOT_FOUND, f"There is no entry {params.id} in the lists. See: poterne rules list")


def _no_message(code: str) -> Failure:
    return Failure(protocol.NOT_FOUND, f"No message has the code {code}. It may be older than history keeps.")
