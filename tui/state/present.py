"""Who else has the interface open, in one line."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.control.workvalues import SessionView
from tui.format import clock, joined
from tui.language import Words


def also_here(sessions: Sequence[SessionView], words: Words) -> str:
    """`Also here: claire since 09:12.`; "" when nobody is. One's own user is told of from the second time on."""
    names = [_name(each, words) for each in sessions if not each.is_you or each.count > 1]
    return words("Also here: {who}.", who=joined(names)) if names else ""


def _name(session: SessionView, words: Words) -> str:
    others = session.count - session.is_you
    since = words("since {time}", time=clock(session.since, words))
    if session.is_you:
        return words.n("you, {count} time elsewhere", "you, {count} times elsewhere", others)
    return joined((session.user, f"({others})" if others > 1 else "", since), " ")
