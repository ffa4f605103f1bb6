"""Words each event for the journal: a line or more, with the fields one searches by. Never a subject or a body.

Knows events, not where lines go; foreign text in them is still raw.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from gateway.core.event import (
    BypassChanged,
    DependencyChanged,
    Event,
    Fault,
    LaneChanged,
    MessageFollowed,
    MessageHandled,
    QuarantineChanged,
    QueueChanged,
    SettingsChanged,
)
from gateway.core.record import Disposition, MessageRecord


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a level of `logging`, a sentence, and fields by lower-case names; empty values are left out."""

    level: int
    message: str
    fields: tuple[tuple[str, str], ...] = ()


def lines_of(event: Event) -> list[Line]:
    """The event in words: one line for each recipient of a message, one for everything else."""
    match event:
        case MessageHandled(record=record):
            return _record_lines(record)
        case MessageFollowed(record=record):
            return [_disposition_line(record.code, one, (("code", record.code),)) for one in record.dispositions]
        case LaneChanged() | DependencyChanged():
            return [_state_line(event)]
        case QueueChanged(code=code, lane=lane, state="on-hold", cause=cause):
            return [Line(logging.WARNING, f"{code} is on hold: {cause}", (("code", code), ("lane", lane)))]
        case QuarantineChanged(code=code, change=change):
            return [Line(logging.INFO, f"{code} in quarantine: {change}", (("code", code), ("change", change)))]
        case BypassChanged(is_on=is_on, by=by):
            words = "on: mail is relayed unfiltered" if is_on else "off: mail is filtered again"
            return [Line(logging.WARNING, f"the bypass is {words}", (("by", by),))]
        case SettingsChanged():
            return [_settings_line(event)]
        case Fault(where=where, text=text):
            return [Line(logging.ERROR, f"fault in {where}: {text}", (("where", where),))]
    return []


def _state_line(event: LaneChanged | DependencyChanged) -> Line:
    """A part came or went. A stranger's dead server is nothing that the admin could mend."""
    kind, name = ("lane", event.lane) if isinstance(event, LaneChanged) else ("dependency", event.name)
    level = logging.INFO if event.state == "up" or name.startswith("mx:") else logging.WARNING
    return Line(level, f"{name} is {event.state}", ((kind, name), ("state", event.state), ("cause", event.cause)))


def _settings_line(event: SettingsChanged) -> Line:
    level = logging.INFO if event.change == "kept" else logging.WARNING
    message = f"settings, version {event.version}: {event.change}"
    return Line(level, message, (("version", str(event.version)), ("by", event.by), ("cause", event.why)))


def _record_lines(record: MessageRecord) -> list[Line]:
    shared = (
        ("code", record.code),
        ("client", record.client_ip),
        ("client_name", record.client_name),
        ("helo", record.helo),
        ("listener", record.listener),
        ("from", f"<{record.reverse_path}>"),
        ("reply", record.reply),
    )
    if record.kind != "message" or not record.dispositions:
        recipients = ",".join(one.recipient for one in record.dispositions)
        return [Line(logging.INFO, f"{record.code} {record.kind}", (*shared, ("to", recipients)))]
    about = (("message_id", record.message_id), ("size", str(record.size_octets)), ("score", _score(record.score)))
    return [_disposition_line(record.code, one, (*shared, *about)) for one in record.dispositions]


def _disposition_line(code: str, one: Disposition, shared: tuple[tuple[str, str], ...]) -> Line:
    # In doubt and spooled are the states that a person may have to look after.
    level = logging.WARNING if one.state == "in-doubt" else logging.INFO
    fields = (
        ("to", one.recipient),
        ("action", one.action),
        ("state", one.state),
        ("flags", ",".join(one.flags)),
        ("reasons", ",".join(reason.name for reason in one.reasons)),
        ("hop", one.hop),
        ("hop_reply", one.hop_reply),
    )
    return Line(level, f"{code} {one.state}: {one.recipient}", (*shared, *fields))


def _score(score: float | None) -> str:
    return "" if score is None else f"{score:.1f}"
