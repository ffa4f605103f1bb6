"""Is a held message wanted? A guess for the order of a list, made of what is known of it; it releases nothing.

Pure. Who looks through a quarantine looks for the few that were held by mistake: those come first.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal

from gateway.core.case import Policy

Likely = Literal["wanted", "unsure", "spam", "virus"]
LIKELY: Final[tuple[Likely, ...]] = ("wanted", "unsure", "spam", "virus")
_KNOWN: Final = frozenset({"known-correspondent", "allowed", "allowed-client"})
_BLOCKED: Final = frozenset({"blocked-from", "blocked-reverse-path", "blocked-client", "virus-suspect"})
_CARRIED: Final = ("attachment", "virus-", "unscannable")


def likely(reasons: Collection[str], score: float | None, proven_by: str, policy: Policy) -> Likely:
    """By the names of its reasons, its points and what proves its sender ("" for nothing).

    virus: one was found in it. spam: on the block list, or in the upper half between held and refused. wanted: the
    office knows or allows its proven sender, or that sender is proven and the points are in the lowest third. Held for
    what it carries, it is never more than unsure: a proven account may be a stolen one.
    """
    names, points = frozenset(reasons), policy.quarantine_at if score is None else score
    room = policy.reject_at - policy.quarantine_at
    if "virus" in names:
        return "virus"
    if names & _BLOCKED:
        return "spam"
    carries = any(each.startswith(_CARRIED) for each in names)
    if not carries and proven_by and names & _KNOWN and points < policy.reject_at:
        return "wanted"
    if points >= policy.quarantine_at + room / 2:
        return "spam"
    return "wanted" if not carries and proven_by and points < policy.quarantine_at + room / 3 else "unsure"
