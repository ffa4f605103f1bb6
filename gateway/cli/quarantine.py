"""`poterne quarantine`: list and show held messages, release, delete, teach the scanner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from gateway.cli.asking import agreed
from gateway.cli.call import DONE, NOT_DONE, Call, UsageError
from gateway.cli.connect import checked, connect
from gateway.cli.explained import print_reasons
from gateway.cli.listing import print_list
from gateway.cli.messages import recipients
from gateway.cli.output import Column, age, points, size, span, until
from gateway.control import protocol
from gateway.control.client import DeniedError
from gateway.control.params import HeldQuery, LearnHeld, OneMessage, ReleaseHeld, ShowHeld
from gateway.control.rulesparams import SenderRule
from gateway.control.rulesvalues import ReleasedAndAllowed
from gateway.control.values import Deleted, HeldDetail, HeldSummary, Released

COLUMNS = (
    Column("CODE"),
    Column("SINCE"),
    Column("SCORE"),
    Column("FROM", shrinks=True),
    Column("TO", shrinks=True),
    Column("SUBJECT", shrinks=True),
    Column("WHY", shrinks=True),
)
EMPTY = "The quarantine is empty. What was refused outright is under: poterne messages list --action reject"
NO_MATCH = "No held message matches."
_Result = TypeVar("_Result")


def list_held(call: Call) -> int:
    """Newest first."""
    search = call.options.search or ""
    return print_list(
        call,
        protocol.QUARANTINE_LIST,
        lambda limit, cursor: HeldQuery(limit, cursor, search),
        _table,
        NO_MATCH if search else EMPTY,
    )


def show(call: Call) -> int:
    """One held message."""
    with connect(call) as client:
        held = client.call(protocol.QUARANTINE_SHOW, checked(lambda: ShowHeld(call.options.code, call.options.text)))
    if call.out.as_json:
        call.out.json(held)
    else:
        _print(call, held)
    return DONE


def release(call: Call) -> int:
    """Each code in turn; exit code 1 when any recipient did not get it."""
    if call.options.allow:
        return _release_and_allow(call)
    with connect(call) as client:
        chosen = tuple(call.options.to)
        return _each(
            call,
            lambda code: client.call(protocol.QUARANTINE_RELEASE, checked(lambda: ReleaseHeld(code, chosen))),
            lambda released: _say_released(call, released),
        )


def delete(call: Call) -> int:
    """Each code in turn, after asking once."""
    codes: list[str] = call.options.codes
    what = codes[0] if len(codes) == 1 else f"{len(codes)} messages"
    if not agreed(call, f"Delete {what} for good? Nobody will get it.", "Deleting can't be undone."):
        call.out.say("Nothing was deleted.")
        return NOT_DONE
    with connect(call) as client:
        return _each(
            call,
            lambda code: client.call(protocol.QUARANTINE_DELETE, checked(lambda: OneMessage(code))),
            lambda deleted: _say_deleted(call, deleted),
        )


def learn(call: Call) -> int:
    """Teach the scanner."""
    kind = call.options.learn_as
    with connect(call) as client:
        learned = client.call(protocol.QUARANTINE_LEARN, checked(lambda: LearnHeld(call.options.code, kind)))
    if call.out.as_json:
        call.out.json(learned)
    elif learned.changed:
        call.out.line(f"The scanner has learned {learned.code} as {kind}.")
    else:
        call.out.line(f"The scanner knew {learned.code} as {kind} already.")
    return DONE


def _release_and_allow(call: Call) -> int:
    """Each code in turn; an allow that would not help is no failure, and says what would."""
    if call.options.to:
        raise UsageError("--allow is for all recipients: it does not go with --to.")
    with connect(call) as client:
        return _each(
            call,
            lambda code: client.call(protocol.QUARANTINE_RELEASE_AND_ALLOW, checked(lambda: SenderRule(code))),
            lambda done: _say_both(call, done),
        )


def _say_both(call: Call, done: ReleasedAndAllowed) -> bool:
    if call.out.as_json:
        call.out.json(done)
        return done.released.complete
    _say_released(call, done.released)
    if done.allowed is None:
        call.out.paragraph(done.why_not)
        return done.released.complete
    call.out.paragraph(f"{done.allowed.text} (entry {done.allowed.rule.id})")
    call.out.say(f"To take it back: poterne rules undo {done.allowed.change}")
    return done.released.complete


def _each(call: Call, act: Callable[[str], _Result], tell: Callable[[_Result], bool]) -> int:
    """Act on every code, also after one that can't be done. The worst exit code of all."""
    worst = DONE
    for code in call.options.codes:
        try:
            done = tell(act(code))
        except DeniedError as error:
            call.out.say(str(error))
            done = False
        worst = worst if done else NOT_DONE
    return worst


def _say_released(call: Call, released: Released) -> bool:
    if call.out.as_json:
        call.out.json(released)
        return released.complete
    for each in released.recipients:
        reply = f" ({each.hop_reply})" if each.hop_reply else ""
        call.out.paragraph(f"{released.code} to {each.recipient}: {each.text}{reply}")
    return released.complete


def _say_deleted(call: Call, deleted: Deleted) -> bool:
    if call.out.as_json:
        call.out.json(deleted)
    else:
        call.out.line(f"{deleted.code} is deleted.")
    return True


def _table(call: Call, held: Sequence[HeldSummary]) -> None:
    now = call.now()
    rows = [
        (
            each.code,
            age(each.time, now),
            points(each.score),
            each.reverse_path or "<>",
            recipients(each.recipients, each.recipient_count),
            each.subject,
            _standing(each) + each.reason,
        )
        for each in held
    ]
    call.out.table(COLUMNS, rows)


def _standing(held: HeldSummary) -> str:
    """What the admin must know before the reason: who has it already, and whether its sender knows."""
    if held.released_to:
        return "released: " if len(held.released_to) >= held.recipient_count else "released to some: "
    return "copy of refused mail: " if held.is_copy else ""


def _print(call: Call, held: HeldDetail) -> None:
    about, out, now = held.summary, call.out, call.now()
    kept = "copy of a message whose sender was refused" if about.is_copy else "held"
    facts = (
        ("code", about.code),
        ("kept", f"{kept}, for {span(about.time, now) or 'a moment'}, goes {until(about.expires, now)}"),
        ("reverse-path", about.reverse_path or "<>"),
        ("recipients", recipients(about.recipients, about.recipient_count)),
        ("released to", ", ".join(about.released_to)),
        ("size", size(about.size_octets)),
        ("score", points(about.score)),
    )
    out.table((Column(""), Column("", shrinks=True)), [fact for fact in facts if fact[1]])
    print_reasons(out, held.reasons)
    out.line()
    for name, value in held.headers:
        out.paragraph(f"{name}: {value}")
    if held.text is not None:
        out.line()
        for line in held.text or ("(It has no plain text.)",):
            out.line(line)
