"""Settings on trial in lines: the countdown that every screen shows, the window that decides, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from gateway.control.settingsvalues import ProbeView, SettingsHappened, TrialStatus
from tui.format import Line, Piece, Tone, bar, clock, line, paragraph
from tui.language import Words, mark
from tui.state.settingsview import probe_lines

_TITLE_CELLS: Final = 8
_WINDOW_CELLS: Final = 30
_RISKS_MAXIMUM: Final = 2
_PROBES_MAXIMUM: Final = 4
# A trial whose beginning nobody told, from an older gateway.
_USUAL_SECONDS: Final = 300.0
_WHYS: Final = {"nobody kept it in time": mark("nobody kept them in time")}


def seconds_left(trial: TrialStatus, now: datetime) -> float:
    """Until they revert."""
    return max(0.0, (trial.ends - now).total_seconds())


def share_left(trial: TrialStatus, now: datetime) -> float:
    """Of its whole time, from 1 to 0."""
    whole = (trial.ends - trial.began).total_seconds() if trial.began else _USUAL_SECONDS
    return min(1.0, seconds_left(trial, now) / whole) if whole > 0 else 0.0


def countdown(seconds: float, words: Words) -> str:
    """`14 min 32 s`, `9 s`."""
    whole = int(seconds)
    if whole < 60:
        return words("{count} s", count=whole)
    return words("{minutes} min {seconds} s", minutes=whole // 60, seconds=f"{whole % 60:02}")


def in_title(trial: TrialStatus, now: datetime, words: Words) -> list[Piece | str]:
    """What the first line of every screen says of it."""
    left = countdown(seconds_left(trial, now), words)
    return [
        "  ",
        Piece(words("Trial {left}", left=left), "strong"),
        f" {bar(share_left(trial, now), _TITLE_CELLS)} ",
        words("F8 decides"),
    ]


def window(trial: TrialStatus, probes: Sequence[ProbeView], now: datetime, cells: int, words: Words) -> list[Line]:
    """What runs, what may go wrong, what was seen, and how long it lasts."""
    by = words("Version {number} of the settings, by {by}, runs ON TRIAL.", number=trial.version, by=trial.by)
    rows = paragraph(by, cells, "strong")
    for each in trial.risks[:_RISKS_MAXIMUM]:
        rows += paragraph(f"{each[:1].upper()}{each[1:]}.", cells, "warn", first=line(Piece("⚠ ", "warn")))
    if probes:
        # What fails first, each in one line: the choices below must stay in sight.
        ordered = sorted(probes, key=lambda probe: probe.works)[:_PROBES_MAXIMUM]
        rows += [(), *(probe_lines([each], cells, words)[0] for each in ordered)]
    left = countdown(seconds_left(trial, now), words)
    return [
        *rows,
        (),
        *paragraph(
            words("Unless you keep them, the settings of before come back at {time}.", time=clock(trial.ends, words)),
            cells,
        ),
        line(Piece(bar(share_left(trial, now), _WINDOW_CELLS), "info"), f"  {left}"),
        (),
        *paragraph(
            words("See that mail flows; if this connection breaks, nobody keeps them and they come back."),
            cells,
            "muted",
        ),
    ]


def happened(event: SettingsHappened, words: Words) -> tuple[str, Tone]:
    """What is said when a trial begins or ends."""
    number = event.version
    if event.change == "trial":
        return words("Version {number} of the settings is on trial: F8 keeps it or goes back.", number=number), "warn"
    if event.change == "kept":
        return words("Version {number} of the settings is kept.", number=number), "ok"
    if event.change == "reverted":
        why = words("{by} took them back", by=event.by) if event.by else words(_WHYS.get(event.why, "")) or event.why
        return words("The settings of before run again: {why}.", why=why.rstrip(".")), "warn"
    return words("The settings file can't be used; the last good settings run: {why}", why=event.why), "bad"
