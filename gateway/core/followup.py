"""What became of a message after its first row of history, as a row of its own; and all rows of a code as one message.

Values in, values out. A follow-up says only what is new: where it went and what the next hop said; why, and whose
message it is, stands in the first row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from gateway.core.outcome import Outcome, Result
from gateway.core.record import Disposition, MessageRecord

KIND: Final = "follow-up"
_STATES: Final = {
    Result.DELIVERED: "delivered",
    Result.REFUSED_RECIPIENT: "refused",
    Result.REFUSED_CONTENT: "refused",
    Result.IN_DOUBT: "in-doubt",
}


def news(outcomes: Iterable[Outcome], *, was_in_doubt: bool) -> tuple[Disposition, ...]:
    """What a try from the spool changed. Another try in vain is no news: it would fill the history for days."""
    told = []
    for outcome in outcomes:
        state = _STATES.get(outcome.result, "spooled")
        if outcome.is_final or (state == "in-doubt") is not was_in_doubt:
            told.append(_disposition(outcome, state))
    return tuple(told)


def released(outcomes: Iterable[Outcome]) -> tuple[Disposition, ...]:
    """Who got a held message after all; for the others it is held as before."""
    got = (outcome for outcome in outcomes if outcome.result is Result.DELIVERED)
    return tuple(replace(_disposition(outcome, "delivered"), flags=("released",)) for outcome in got)


def moved(recipients: Iterable[str], state: str, cause: str = "") -> tuple[Disposition, ...]:
    """What a person or the schedule decided for these recipients; `cause` in words."""
    return tuple(Disposition(recipient, "", state, hop_reply=cause) for recipient in recipients)


def follow_up(code: str, time: float, dispositions: tuple[Disposition, ...]) -> MessageRecord:
    """The row. `time` is seconds since the epoch, UTC."""
    return MessageRecord(
        code=code,
        time=time,
        kind=KIND,
        client_ip="",
        client_name="",
        helo="",
        listener="",
        reverse_path="",
        dispositions=dispositions,
        reply="",
    )


def whole(records: Sequence[MessageRecord]) -> MessageRecord | None:
    """All rows of one code (newest first) as one: the arrival with its evidence, the last word for each recipient."""
    if not records:
        return None
    # A clock that was set back can make a follow-up look older than what it follows.
    arrival = next((record for record in reversed(records) if record.kind != KIND), records[-1])
    later = [record for record in reversed(records) if record is not arrival]
    last = {each.recipient: each for each in arrival.dispositions}
    for record in later:
        for each in record.dispositions:
            before = last.get(each.recipient)
            # Who was addressed anew on the way (a postmaster) has no earlier word; what is spooled was accepted.
            last[each.recipient] = _after(before or replace(each, action="accept"), each)
    return replace(arrival, dispositions=tuple(last.values()))


def _after(before: Disposition, now: Disposition) -> Disposition:
    """The later word, with what only the earlier one knew."""
    return replace(
        now,
        action=now.action or before.action,
        reasons=now.reasons or before.reasons,
        would_change=now.would_change or (before.would_change if not now.action else None),
        flags=tuple(sorted({*before.flags, *now.flags})),
    )


def _disposition(outcome: Outcome, state: str) -> Disposition:
    said = str(outcome.reply) if outcome.reply else outcome.detail
    return Disposition(str(outcome.recipient), "", state, outcome.hop, said)
