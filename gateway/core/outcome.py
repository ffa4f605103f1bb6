"""What a next hop made of a message, for each recipient.

The words of D1: a refusal about the recipient or the content is the sender's business, a sick hop is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gateway.core.envelope import Recipient
from gateway.core.reply import Reply


class Result(Enum):
    """How it ended for one recipient."""

    DELIVERED = "delivered"
    REFUSED_RECIPIENT = "refused-recipient"  # permanent and about this address: RCPT 5.1.x, 5.2.1 …
    REFUSED_CONTENT = "refused-content"  # permanent and about the message: 5.3.4, 5.6.x, 5.7.x after the dot
    DEFERRED = "deferred"  # the hop answered 4yz
    HOP_AWAY = "hop-away"  # no connection, or it broke before our final dot
    HOP_SICK = "hop-sick"  # it answered what a healthy hop never says to us (D1): treated as away, alarm
    IN_DOUBT = "in-doubt"  # our final dot went out and no answer came: it may have the message


class Stage(Enum):
    """Where in the dialogue it ended."""

    CONNECT = "connect"
    GREETING = "greeting"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    CONTENT = "content"
    DOT = "dot"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of the story for one recipient at one next hop.

    `reply` is the hop's last answer, None when there was none: for the admin, never passed on raw.
    `hop` is "host:port" or a socket path; `detail` names the cause in words when no reply does.
    """

    recipient: Recipient
    result: Result
    stage: Stage
    hop: str = ""
    reply: Reply | None = None
    detail: str = ""

    @property
    def is_final(self) -> bool:
        """True when trying again makes no sense."""
        return self.result in (Result.DELIVERED, Result.REFUSED_RECIPIENT, Result.REFUSED_CONTENT)
