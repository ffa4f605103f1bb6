"""What a script asks of the one who owns the connection, and what it is told in return.

A script is a generator: it yields a Step, is sent an Answer, and returns its result. It never sees
a socket, a clock or an octet of input; `conversation` turns octets into Answers.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from gateway.core.outcome import Stage
from gateway.core.reply import Reply


@dataclass(frozen=True, slots=True)
class Ending:
    """How it ended for one recipient, before anybody judges it.

    `reply` is the hop's (or ours, when `is_ours`: then nothing was asked), None when none came;
    `failure` says in words what broke, "" when nothing did.
    """

    stage: Stage
    reply: Reply | None = None
    failure: str = ""
    is_ours: bool = False

    @property
    def is_positive(self) -> bool:
        """True when the hop answered 2yz. RFC 5321 §4.2.1: the first digit decides."""
        return not self.failure and self.reply is not None and 200 <= self.reply.code < 300


@dataclass(frozen=True, slots=True)
class Say:
    """Write `octets` (may be none), then read `replies` replies (at least one).

    At stage DOT `meanwhile` holds, per recipient, what is true until the replies come.
    """

    stage: Stage
    octets: bytes
    replies: int = 1
    meanwhile: tuple[Ending, ...] = ()


@dataclass(frozen=True, slots=True)
class StartTls:
    """Shake hands now; everything received before is void (RFC 3207 §4.2)."""

    stage: Stage = Stage.STARTTLS


@dataclass(frozen=True, slots=True)
class SendContent:
    """Write the message, dot-stuffed, and `ending` in one go with its last part. A reply that comes before ends it.

    It is carried out when the system has taken all of it: until then `ending` was not said.
    """

    ending: bytes = b""
    stage: Stage = Stage.CONTENT


Step: TypeAlias = Say | StartTls | SendContent


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a step: the replies that came, and in words what broke ("" when nothing did).

    `was_said` is False when it broke before our octets went out; `is_unsafe` says that the content
    itself must not be sent (D3).
    """

    replies: tuple[Reply, ...] = ()
    failure: str = ""
    was_said: bool = True
    is_unsafe: bool = False


Result_ = TypeVar("Result_")
Script: TypeAlias = Generator[Step, Answer, Result_]
