"""The two safe cures for a message that fared wrong: allow its sender, or block it; and whether that would help.

Pure: looks at what history knows of the message, and says by keys what `control` puts in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Literal

from gateway.core.case import Policy
from gateway.core.facts import Facts, Listed
from gateway.core.listentry import Kind, ListDraft, ListEntry, Subject
from gateway.core.record import Disposition, MessageRecord
from gateway.core.replay import fare, folded
from gateway.core.sender import Sender, recorded_sender
from gateway.core.verdict import Action

Scope = Literal["address", "domain", "network"]


@dataclass(frozen=True, slots=True)
class Cure:
    """An entry that could be made of a message. `why` is the key of the sentence that says what it would do or not do.

    proven: its points will not count. client: nor whom it speaks for. unproven: nothing proves the author, so it would
    not count. listed: the block list names it more precisely (`for_reason` is that entry's number). carried: it is held
    for what it carries or how it is built, which no allow excuses (`for_reason` names that). passed: it passed anyway.
    blocked, blocked-unproven: it will be refused; the latter also where somebody only uses the name.
    """

    kind: Kind
    scope: Scope
    subject: Subject
    helps: bool
    why: Literal["proven", "client", "unproven", "listed", "carried", "passed", "blocked", "blocked-unproven"]
    for_reason: str = ""


def cures(record: MessageRecord, policy: Policy, entries: Sequence[ListEntry] = ()) -> tuple[Cure, ...]:
    """Every entry that this message's sender could get, those that help first; none for what has no sender.

    `entries` are those that there are: a block may stand in the way of an allow.
    """
    blocks_there = [each for each in entries if each.draft.kind == "block"]
    sender = recorded_sender(record)
    subjects = _subjects(sender)
    worst = max(record.dispositions, key=_severity, default=None)
    if record.kind == "message" and worst is not None:
        allows = [
            _allow(scope, Facts((*blocks_there, _entry(subject, record))), subject, record, worst, policy)
            for scope, subject in subjects.items()
        ]
    else:
        # It was refused before it was judged: what would have become of it, nobody knows.
        allows = [_before_content(scope, subject) for scope, subject in subjects.items() if scope == "network"]
    why: Literal["blocked", "blocked-unproven"] = "blocked" if sender.proven_by else "blocked-unproven"
    blocks = [
        Cure("block", scope, subject, helps=True, why="blocked" if scope == "network" else why)
        for scope, subject in subjects.items()
    ]
    return (*sorted(allows, key=lambda cure: not cure.helps), *blocks)


def _subjects(sender: Sender) -> dict[Scope, Subject]:
    """By scope: of a sender with one author; else of the reverse-path, and always of the client."""
    found: dict[Scope, Subject] = {}
    address = sender.address or ("" if sender.domains else sender.reverse_path)
    domain = sender.domains[0] if len(sender.domains) == 1 else address.rpartition("@")[2]
    if address:
        found["address"] = Subject("address", address)
    if "." in domain:
        found["domain"] = Subject("domain", domain)
    if sender.ip is not None:
        found["network"] = Subject("network", str(ip_network(str(sender.ip))))
    return found


def _entry(subject: Subject, record: MessageRecord) -> ListEntry:
    return ListEntry(0, ListDraft("allow", subject), "", record.time)


def _allow(
    scope: Scope, facts: Facts, subject: Subject, record: MessageRecord, worst: Disposition, policy: Policy
) -> Cure:
    sender = recorded_sender(record)
    listed = facts.about(sender, folded(worst.recipient), record.time)
    if listed.is_blocked and listed.match is not None:
        return Cure("allow", scope, subject, helps=False, why="listed", for_reason=str(listed.match.entry.id))
    if not listed.is_allowed:
        return Cure("allow", scope, subject, helps=False, why="unproven")
    names = [each.name for each in worst.reasons]
    if worst.action in (Action.ACCEPT.value, ""):
        return Cure("allow", scope, subject, helps=True, why="passed")
    if fare(names, record.score or 0.0, policy, listed) is not Action.ACCEPT:
        return Cure("allow", scope, subject, helps=False, why="carried", for_reason=_inexcusable(names, policy, listed))
    return Cure("allow", scope, subject, helps=True, why="client" if listed.allows_client else "proven")


def _before_content(scope: Scope, subject: Subject) -> Cure:
    return Cure("allow", scope, subject, helps=True, why="client")


def _inexcusable(names: list[str], policy: Policy, listed: Listed) -> str:
    """The first reason that asks for more than to accept it all the same."""
    return next((name for name in names if fare([name], 0.0, policy, listed) is not Action.ACCEPT), "")


def _severity(disposition: Disposition) -> int:
    try:
        return Action(disposition.action).severity
    except ValueError:
        return -1
