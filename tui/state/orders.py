"""What came of an order: one sentence for the bottom line, the details when not all was done, the changes of lists."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.control.rulesvalues import ReleasedAndAllowed
from gateway.control.values import Learned, Released, ReleaseView
from tui.format import Line, Tone, joined, line, paragraph
from tui.language import Words
from tui.pending import Order


def outcome(order: Order, told: Sequence[object], words: Words) -> tuple[str, Tone, tuple[str, ...]]:
    """The sentence, its tone, and what went wrong.

    `told` holds Released, Learned, ReleasedAndAllowed, or the text of a failure.
    """
    failures: list[str] = []
    done: list[str] = []
    for each in _released(told):
        if isinstance(each, Released):
            failures += [_not_released(each.code, one) for one in each.recipients if one.result != "delivered"]
            if each.complete:
                done.append(each.code)
        elif isinstance(each, Learned):
            done.append(each.code)
        else:
            failures.append(str(each))
    failures += [f"{each.released.code}: {each.why_not}" for each in _allowing(told) if each.why_not]
    text, tone = _sentence(order, _released(told), done, len(failures), words)
    allowed = [each.allowed.rule.subject for each in _allowing(told) if each.allowed is not None]
    if allowed:
        text = joined((words("Allowed: {names} (u takes it back).", names=", ".join(allowed)), text), " ")
    return text, tone, tuple(failures)


def changes_of(told: Sequence[object]) -> tuple[int, ...]:
    """The changes of the lists, by which they are taken back."""
    return tuple(each.allowed.change for each in _allowing(told) if each.allowed is not None)


def _allowing(told: Sequence[object]) -> list[ReleasedAndAllowed]:
    return [each for each in told if isinstance(each, ReleasedAndAllowed)]


def _released(told: Sequence[object]) -> list[object]:
    return [each.released if isinstance(each, ReleasedAndAllowed) else each for each in told]


def detail_lines(details: Sequence[str], cells: int) -> list[Line]:
    """What went wrong, one a paragraph."""
    return [row for each in details[:6] for row in paragraph(each, cells, "bad", first=line("✗ "))]


def _sentence(order: Order, told: Sequence[object], done: Sequence[str], failed: int, words: Words) -> tuple[str, Tone]:
    if not done:
        return words("Nothing was done: see why."), "bad"
    if order.kind == "release":
        names = ", ".join(each.recipient for one in told if isinstance(one, Released) for each in one.recipients)
        text = (
            words("Released to {names}.", names=names)
            if len(done) == 1
            else words.n("{count} message released.", "{count} messages released.", len(done))
        )
    elif all(isinstance(each, Learned) and not each.changed for each in told):
        text = words("The filter knew that already.")
    else:
        text = words("The filter has learned it.")
    return (text, "ok") if not failed else (joined((text, words("Not everything was done.")), " "), "warn")


def _not_released(code: str, view: ReleaseView) -> str:
    return joined((f"{code} → {view.recipient}: {view.text}", view.hop_reply), " - ")
