"""Asks the worker what the attachments are (D10); a message that plainly has none is answered at once.

Of a large message the header is looked at, and its body for uuencoded files; every doubt goes to the worker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Protocol

from gateway.checks.base import Glancing
from gateway.checks.plaintext import text_parts
from gateway.core.envelope import Transaction
from gateway.core.finding import AttachmentFinding, Finding
from gateway.core.message import Message

# Within what all checks have (D1); a worker that needs longer is hung.
TIMEOUT_SECONDS: Final = 15.0

# Longer bodies are searched by the worker, not in the event loop.
BODY_MAXIMUM_OCTETS: Final = 1_048_576

_PLAIN_TYPE: Final = re.compile(
    rb'text/(?:plain|html)\s*(?:;\s*(?:charset|format|delsp|reply-type)\s*=\s*(?:"[\w.:+-]*"|[\w.:+-]+)\s*)*;?\s*',
    re.IGNORECASE,
)
_PLAIN_ENCODINGS: Final = frozenset({b"", b"7bit", b"8bit"})
_UUENCODE: Final = re.compile(rb"^begin", re.MULTILINE)


class AttachmentWorker(Protocol):
    """What inspects a message: `worker.host.WorkerPool`."""

    async def inspect(
        self, pieces: Iterable[memoryview], size_octets: int, timeout_seconds: float
    ) -> AttachmentFinding:
        """The finding; "unscannable" instead of any failure."""
        ...


class AttachmentCheck(Glancing):
    """What the attachments are, by name and by content, inside archives too."""

    name = "attachments"

    def __init__(self, worker: AttachmentWorker, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._worker = worker
        self._timeout_seconds = timeout_seconds

    async def check(self, transaction: Transaction) -> Finding:
        """The AttachmentFinding about this message."""
        if (known := self.glance(transaction)) is not None:
            return known
        message = transaction.message
        return await self._worker.inspect([message.octets], message.size_octets, self._timeout_seconds)

    def glance(self, transaction: Transaction) -> Finding | None:
        """Nothing, for a message that is text to every reader; None for one that the worker must see."""
        message = transaction.message
        parts = text_parts(message) or int(has_no_attachments(message))
        return AttachmentFinding((), "clean", parts=parts) if parts else None


def has_no_attachments(message: Message) -> bool:
    """True when the message is one plain text or HTML to every reader; False whenever that is not certain."""
    header = message.header.lower()
    if b"content-disposition" in header or header.count(b"content-type") > 1:
        return False
    if (
        header.count(b"content-transfer-encoding") > 1
        or _first(message, "content-transfer-encoding") not in _PLAIN_ENCODINGS
    ):
        return False
    # A malformed or disguised field of that name is no plain message.
    if b"content-type" in header and _PLAIN_TYPE.fullmatch(_content_type(message)) is None:
        return False
    return len(message.body) <= BODY_MAXIMUM_OCTETS and _UUENCODE.search(message.body) is None


def _content_type(message: Message) -> bytes:
    return _first(message, "content-type")


def _first(message: Message, key: str) -> bytes:
    fields = message.named(key)
    return fields[0].value.lower() if fields else b""
