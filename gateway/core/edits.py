"""Which incoming fields must not go on, and what is put on top: the edits of one message.

Knows names only, no delivery. Everything that stays, stays octet for octet (backends.md §4.2).
"""

from __future__ import annotations

import re
from typing import Final

from gateway.core.message import Edits, Field, Message

_OUR_PREFIX: Final = "x-poterne-"
# Exchange trusts these when they come from a server it trusts; from outside they are forged.
_FORGED_PREFIXES: Final = ("x-ms-exchange-organization-", "x-ms-exchange-forest-", _OUR_PREFIX)
_SPAM_PREFIX: Final = "x-spam-"
# Of all names that may have to go: most fields need no closer look.
_FIRST_LETTERS: Final = b"xXaA"
_SIGNED_NAMES = re.compile(rb"(?:\A|;)[ \t\r\n]*h[ \t\r\n]*=([^;]*)")


def edits_for(message: Message, hostname: str, prepend: tuple[bytes, ...]) -> Edits:
    """Remove hostile incoming fields, add `prepend` on top."""
    remove = frozenset(
        index
        for index, each in enumerate(message.fields)
        if each.name[:1] in _FIRST_LETTERS and _is_hostile(each, hostname, message)
    )
    return Edits(remove, prepend)


def without_our_fields(message: Message) -> Edits:
    """What leaves the office says nothing of how it was judged, nor the word by which our marks are known."""
    return Edits(frozenset(index for index, each in enumerate(message.fields) if each.key.startswith(_OUR_PREFIX)))


def _is_hostile(each: Field, hostname: str, message: Message) -> bool:
    key = each.key
    if key.startswith(_FORGED_PREFIXES):
        return True
    if key.startswith(_SPAM_PREFIX):
        # Removing a signed field would break the signature it is part of.
        return key not in _signed_names(message)
    return key == "authentication-results" and _claims_our_name(each.value, hostname)


def _claims_our_name(value: bytes, hostname: str) -> bool:
    """RFC 8601 §5: the authserv-id, behind any comments, is ours in any case; in doubt it is."""
    text = _without_comments(value.decode("latin-1")).strip().lower()
    authserv_id = re.split(r"[;\s]", text.lstrip('"'), maxsplit=1)[0].rstrip('".')
    return authserv_id in (hostname.lower(), "")


def _without_comments(text: str) -> str:
    """Drop RFC 5322 comments, nested ones too, in one pass."""
    out: list[str] = []
    depth = 0
    escaped = False
    for character in text[:4_096]:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
        elif not depth:
            out.append(character)
    return "".join(out)


def _signed_names(message: Message) -> frozenset[str]:
    """The names in every h= of DKIM-Signature and ARC-Message-Signature."""
    names: set[str] = set()
    for each in (*message.named("dkim-signature"), *message.named("arc-message-signature")):
        for match in _SIGNED_NAMES.finditer(each.value):
            names.update(name.strip().lower() for name in match[1].decode("latin-1").split(":"))
    return frozenset(names)
