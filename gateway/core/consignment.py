"""What is handed to delivery: one message, its edits and some of its recipients, for one lane.

A lane (D21) is a name: `backend:NAME`, `mx:DOMAIN`, `smart_host:NAME` or `internal:HANDLER`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.core.envelope import Envelope, Recipient
from gateway.core.lines import has_bare
from gateway.core.message import Edits, Message
from gateway.core.origin import Origin


@dataclass(frozen=True, slots=True)
class Consignment:
    """`envelope.recipients` are those of this lane only. `code` names the message everywhere.

    `origin` says who may be told when it can't be delivered.
    """

    code: str
    lane: str
    envelope: Envelope
    message: Message
    edits: Edits
    origin: Origin = field(default_factory=Origin)

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """Who gets it by this lane."""
        return self.envelope.recipients

    @property
    def is_honest(self) -> bool:
        """True when no CR or LF stands alone in what goes out, nor a NUL: the message was seen, our fields are here."""
        return self.message.is_honest and not any(has_bare(each) or b"\0" in each for each in self.edits.prepend)

    def octets(self) -> Iterator[bytes | memoryview]:
        """The message as it goes out, in pieces; CRLF lines, not dot-stuffed."""
        return self.message.edited(self.edits)
