"""Messages that were taken and whose 250 may never have been read: when the same comes again, it has the same answer.

Pure memory (DESIGN D16, RFC 1047). It does not know what a connection is; whoever does says `forget` as soon as the
client has shown that it read the reply.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from gateway.core.reply import Reply

# A sender that read no reply comes again within minutes, at the latest with its next round after some hours.
KEEP_SECONDS: Final = 86_400.0
# A client that is there reads its 250 and goes on, or leaves, within moments. Until then the same message on another
# connection is not taken for a repetition: programs that test a server send one message many times side by side.
QUIET_SECONDS: Final = 10.0
# Half a kilobyte each, so 5 MB at the most. Only what nobody was heard to read stays, a handful a day in an office;
# the oldest goes first, and then a message is taken twice, as it would be without this memory.
MAXIMUM: Final = 10_000


@dataclass(frozen=True, slots=True)
class Sign:
    """By what a message is recognised: the paths as received, and the SHA-256 of the received octets."""

    reverse_path: str
    forward_paths: tuple[str, ...]
    digest: bytes


@dataclass(frozen=True, slots=True)
class _Answer:
    """`counts_from`: since then it is likely that nobody will read the reply."""

    reply: Reply
    at: float
    counts_from: float


class Repeats:
    """Positive replies by sign. Times are monotonic seconds."""

    def __init__(self, maximum: int = MAXIMUM) -> None:
        self._maximum = maximum
        self._answers: dict[Sign, _Answer] = {}

    def __len__(self) -> int:
        """How many replies nobody was heard to read."""
        return len(self._answers)

    def note(self, sign: Sign, reply: Reply, now: float, *, is_gone: bool) -> None:
        """This positive reply is on its way; `is_gone`: to a client that has left already."""
        self._answers.pop(sign, None)
        self._answers[sign] = _Answer(reply, now, now if is_gone else now + QUIET_SECONDS)
        self._expire(now)
        while len(self._answers) > self._maximum:
            del self._answers[next(iter(self._answers))]

    def recall(self, sign: Sign, now: float) -> Reply | None:
        """The reply that the same message had, when nobody was heard to read it; None for a message to be taken."""
        self._expire(now)
        answer = self._answers.get(sign)
        return answer.reply if answer and now >= answer.counts_from else None

    def gone(self, sign: Sign, now: float) -> None:
        """The connection broke before the client was heard again."""
        answer = self._answers.get(sign)
        if answer:
            self._answers[sign] = replace(answer, counts_from=min(now, answer.counts_from))

    def forget(self, sign: Sign) -> None:
        """The reply was read: the same message again is meant."""
        self._answers.pop(sign, None)

    def _expire(self, now: float) -> None:
        """The dictionary is in the order of time, so the old stand in front."""
        while self._answers and now - next(iter(self._answers.values())).at > KEEP_SECONDS:
            del self._answers[next(iter(self._answers))]
