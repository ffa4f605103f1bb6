"""`poterne stats`: the mail of the last days in numbers: verdicts, who wrote, who was written to."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.cli.call import DONE, Call
from gateway.cli.connect import checked, connect
from gateway.cli.output import Column, counted
from gateway.control import protocol
from gateway.control.statsvalues import NameView, Stats, StatsQuery

_SHOWN = 10
_VERDICTS = (
    ("accept", "delivered"),
    ("mark", "delivered, marked as spam"),
    ("quarantine", "held in quarantine"),
    ("reject", "refused"),
    ("refused", "refused before their content came"),
    ("defer", "put off"),
)


def stats(call: Call) -> int:
    """What came, and the ten who wrote and were written to most unusually."""
    with connect(call) as client:
        told = client.call(protocol.STATS, checked(lambda: StatsQuery(call.options.days)))
    if call.out.as_json:
        call.out.json(told)
        return DONE
    span = counted(told.days, "day")
    hours = [each for each in told.hours if each.time >= told.since]
    if not hours:
        call.out.line(f"No mail came in the last {span}. First figures stand here an hour after the first message.")
        return DONE
    call.out.line(call.out.styled(f"Mail of the last {span}", "bold"))
    for name, words in _VERDICTS:
        number = sum(getattr(each, name) for each in hours)
        if number:
            call.out.line(f"{number:>8}  {words}")
    _names(call, "Who wrote, the most unusual first", told.senders)
    _names(call, "Who was written to, the most unusual first", told.recipients)
    _delay(call, told)
    return DONE


def _names(call: Call, title: str, names: Sequence[NameView]) -> None:
    call.out.line()
    call.out.line(call.out.styled(title, "bold"))
    ordered = sorted(names, key=lambda each: -each.unusual)[:_SHOWN]
    call.out.table(
        (Column("NOW"), Column("USUAL"), Column("OURS"), Column("NAME", shrinks=True)),
        [(str(each.messages), f"{each.usual:.1f}", "yes" if each.is_ours else "", each.name) for each in ordered],
    )


def _delay(call: Call, told: Stats) -> None:
    if told.delays:
        last = told.delays[-1]
        call.out.line()
        call.out.line(
            f"In the last hour with mail, half had their answer within {last.half_seconds:g} s, "
            f"nineteen of twenty within {last.most_seconds:g} s."
        )
