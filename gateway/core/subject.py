"""Header text for people: encoded words decoded (RFC 2047), and a Subject masked for history.

For display only; nothing decoded here ever reaches an envelope or a decision.
"""

from __future__ import annotations

from gateway.core import encodedwords
from gateway.core.message import Message

# One header line of RFC 5322 §2.1.1 is enough to recognise a message by.
DECODED_MAXIMUM_OCTETS = 998


def field_text(message: Message, key: str) -> str:
    """The first field of this name as text, "" when there is none. Foreign and raw: show it through `text.safe`."""
    fields = message.named(key)
    return decoded(fields[0].value) if fields else ""


def decoded(value: bytes) -> str:
    """Encoded words decoded where they are well formed; raw 8-bit text read as UTF-8, else Latin-1."""
    return encodedwords.decoded_words(encodedwords.decoded(value[:DECODED_MAXIMUM_OCTETS]))


def masked(subject: str, how: str) -> str:
    """`full`: as it is; `masked`: the first character of each word; `none`: nothing."""
    if how == "full":
        return subject
    if how == "none":
        return ""
    return " ".join(word[0] + "·" * min(len(word) - 1, 12) for word in subject.split())
