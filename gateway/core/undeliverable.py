"""Which of our own addresses a notice says do not exist (RFC 3464 §2.3). Pure, linear, and wrong only to silence.

A server that takes everything and sends notices afterwards tells so, and only so, whom it does not know.
"""

from __future__ import annotations

import re
from typing import Final

# The report stands behind a few lines for people; what follows it is the returned message.
_LOOKED_AT_OCTETS: Final = 262_144
_RECIPIENTS_MAXIMUM: Final = 100
_BLOCK = re.compile(rb"\r\n[ \t]*\r\n")
_FINAL = re.compile(
    rb"^final-recipient:[ \t]*rfc822[ \t]*;[ \t]*<?([^\s<>;]{1,254}@[^\s<>;]{1,255}?)>?[ \t]*$", re.I | re.M
)
_STATUS = re.compile(rb"^status:[ \t]*(\d)\.(\d{1,3})\.(\d{1,3})\b", re.I | re.M)
_FAILED = re.compile(rb"^action:[ \t]*failed\b", re.I | re.M)
_REPLY = re.compile(r"\A5\d\d[ -](5\.\d{1,3}\.\d{1,3})\b")
# RFC 3463 §3.2: no such mailbox, it has moved; 5.1.10 is Exchange's own (and RFC 7505's) "not found". The others speak
# of the domain, of syntax or of the sender, and may be gone tomorrow.
_NOT_THERE: Final = frozenset({"5.1.1", "5.1.6", "5.1.10"})


def says_unknown(hop_reply: str) -> bool:
    """True when this reply of a next hop says that the mailbox does not exist."""
    found = _REPLY.match(hop_reply)
    return found is not None and found[1] in _NOT_THERE


def undeliverable(octets: bytes | memoryview) -> tuple[str, ...]:
    """The addresses, as written, that this message reports as not existing; none when it is no such report."""
    head = bytes(octets[:_LOOKED_AT_OCTETS])
    if b"message/delivery-status" not in head.lower():
        return ()
    found: list[str] = []
    for block in _BLOCK.split(head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")):
        plain = block.replace(b"\r", b"")
        recipient, status = _FINAL.search(plain), _STATUS.search(plain)
        if recipient is None or status is None or _FAILED.search(plain) is None:
            continue
        if b".".join(status.groups()).decode("ascii") in _NOT_THERE and len(found) < _RECIPIENTS_MAXIMUM:
            found.append(recipient[1].decode("utf-8", "replace"))
    return tuple(found)
