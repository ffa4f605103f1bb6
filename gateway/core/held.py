"""A message in quarantine as it is listed: who, when, why. Its octets lie in a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HeldKind = Literal["held", "rejected-copy"]


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """One item of the quarantine. Text of the message is foreign and raw: whoever shows it makes it safe.

    `held_at` is seconds since the epoch, UTC. `kind` is "held" (we promised to keep it) or
    "rejected-copy" (the sender was refused; kept as a favour). `reasons` are names as in the verdict,
    by weight. `released_to` are the recipients who got it after all.
    """

    code: str
    held_at: float
    kind: HeldKind
    reverse_path: str
    recipients: tuple[str, ...]
    subject: str
    from_field: str
    reasons: tuple[str, ...]
    score: float | None
    size_octets: int
    released_to: tuple[str, ...] = ()
    client_ip: str = ""

    @property
    def is_released(self) -> bool:
        """True when every recipient got it."""
        return set(self.recipients) <= set(self.released_to)

    @property
    def searched_text(self) -> str:
        """What a search looks at, not folded."""
        return "\n".join(
            (self.code, self.client_ip, self.reverse_path, self.from_field, self.subject, *self.recipients)
        )
