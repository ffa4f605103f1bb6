"""A person's address taken out of what is remembered about a message, while the message itself stays counted."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace

from gateway.core.record import MessageRecord

FORGOTTEN = "forgotten"
# What may stand in a local part or a domain (RFC 5321 §4.1.2): `ann@x` is not found in `joann@x` or `ann@x.org`.
# `=` and quotes may stand there too, but `mailfrom=ann@x` and `prvs=1234=ann@x` shall be found.
_BEFORE = r"(?<![\w.!#$%&*+?^~-])"
_AFTER = r"(?![\w-]|\.\w)"


def forget(record: MessageRecord, address: str) -> MessageRecord:
    """The record without `address`, in any letter case; the same record when it does not mention it.

    Subject, From and Message-ID go too: they are about the person as well.
    """
    pattern = re.compile(_BEFORE + re.escape(address) + _AFTER, re.IGNORECASE)
    cleaned = _without(record, pattern)
    if cleaned == record or not isinstance(cleaned, MessageRecord):
        return record
    return replace(cleaned, subject="", from_field="", message_id="")


def _without(value: object, pattern: re.Pattern[str]) -> object:
    """The same value with every match in its texts replaced."""
    if isinstance(value, str):
        return pattern.sub(FORGOTTEN, value)
    if isinstance(value, tuple):
        return tuple(_without(each, pattern) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _without(getattr(value, each.name), pattern) for each in fields(value)})
    return value
