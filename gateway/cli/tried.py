"""Says what became of settings that were tried: what changed, what may go wrong, what was probed, what to do next."""

from __future__ import annotations

from gateway.cli.call import DONE, NOT_DONE, USAGE, Call
from gateway.cli.output import Column, Output, counted
from gateway.control.settingsvalues import ChangeView, ProbeView, ProblemView, TrialStatus, Tried


def tell(call: Call, done: Tried, source: str) -> int:
    """Print it; the exit code: 0 run or kept, 1 taken back by itself, 2 not valid. `source` names what was tried."""
    if call.out.as_json:
        call.out.json(done)
    else:
        _TELL[done.outcome](call.out, done, source)
    return {"invalid": USAGE, "reverted": NOT_DONE}.get(done.outcome, DONE)


def tell_problems(out: Output, done: Tried, source: str) -> None:
    """Every error with its line."""
    for each in done.problems:
        out.say(_problem(each, source))
    out.say(f"{counted(len(done.problems), 'error')}. Nothing was changed.")


def trial_words(trial: TrialStatus) -> str:
    """What to do about a trial, and how long there is to do it."""
    return f"Keep it with: poterne config keep; it reverts in {left_words(trial.seconds_left)}."


def left_words(seconds: int) -> str:
    """A time that runs out: "4 min 50 s"."""
    hours, rest = divmod(seconds, 3_600)
    minutes, seconds = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def _unchanged(out: Output, done: Tried, source: str) -> None:
    out.line(f"These settings run already, as version {done.version}. Nothing was changed.")


def _kept(out: Output, done: Tried, source: str) -> None:
    _changes(out, done.changes)
    _probes(out, done.probes)
    out.line(out.styled(f"Version {done.version} runs, and is kept.", "good"))


def _trial(out: Output, done: Tried, source: str) -> None:
    _changes(out, done.changes)
    _probes(out, done.probes)
    out.line(out.styled(f"Version {done.version} runs on trial.", "bold"))
    if done.trial is not None:
        for risk in done.trial.risks:
            out.paragraph(f"Tried first, because {risk}.")
        out.line(trial_words(done.trial))
    out.line("Take it back at once with: poterne config undo")


def _reverted(out: Output, done: Tried, source: str) -> None:
    _probes(out, done.probes)
    out.paragraph(f"Version {done.version} does not run any more: {done.why}. The settings before run again.")


def _changes(out: Output, changes: tuple[ChangeView, ...]) -> None:
    if changes:
        columns = (Column("KEY"), Column("WAS", shrinks=True), Column("IS", shrinks=True))
        out.table(columns, [(each.key, each.old or "(not set)", each.new or "(not set)") for each in changes])
        out.line()


def _probes(out: Output, probes: tuple[ProbeView, ...]) -> None:
    if probes:
        columns = (Column("PROBE"), Column("NOW"), Column("BEFORE"), Column("", shrinks=True))
        out.table(columns, [(each.name, _word(each.works), _word(each.worked_before), each.detail) for each in probes])
        out.line()


def _word(works: bool | None) -> str:
    return "-" if works is None else "works" if works else "fails"


def _problem(each: ProblemView, source: str) -> str:
    place = f"{source}:{each.line}" if each.line else source
    key = f"{each.key}: " if each.key else ""
    nearest = f'; did you mean "{each.nearest_known_key}"?' if each.nearest_known_key else ""
    return f"{place}: {key}{each.message}{nearest}"


_TELL = {
    "invalid": tell_problems,
    "unchanged": _unchanged,
    "kept": _kept,
    "trial": _trial,
    "reverted": _reverted,
}
