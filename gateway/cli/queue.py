"""`poterne queue` and `poterne dead`: what waits and why, what was given up, and what a person does about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gateway.cli.asking import agreed
from gateway.cli.call import DONE, NOT_DONE, Call
from gateway.cli.connect import checked, connect
from gateway.cli.listing import pages, say_more
from gateway.cli.messages import recipients
from gateway.cli.moments import clock_words
from gateway.cli.output import Column, Output, age, counted, size
from gateway.cli.waiting import waiting_line
from gateway.control import protocol
from gateway.control.client import DeniedError
from gateway.control.params import Asked
from gateway.control.protocol import Method
from gateway.control.values import Page
from gateway.control.workparams import OneEntry, OneLane, QueueQuery
from gateway.control.workvalues import Changes, Damaged, EntryView, Rebuilt

COLUMNS = (
    Column("CODE"),
    Column("SINCE"),
    Column("STATE", shrinks=True),
    Column("TRIES"),
    Column("NEXT"),
    Column("FROM", shrinks=True),
    Column("TO", shrinks=True),
    Column("CAUSE", shrinks=True),
)
EMPTY = "Nothing waits: all mail is where it belongs."
NO_DEAD = "There are no dead letters."


def list_queue(call: Call) -> int:
    """What waits by lane and cause, then each entry, newest first."""
    with connect(call) as client:
        lanes = client.call(protocol.QUEUE_LANES, Asked())
        found = pages(call, client, protocol.QUEUE_LIST, QueueQuery)
    if call.out.as_json:
        call.out.json({"waiting": lanes.waiting, "items": found.items, "next": found.next})
    elif not found.items:
        call.out.line(EMPTY)
    else:
        for each in lanes.waiting:
            call.out.paragraph(waiting_line(each, call.now()))
        call.out.line()
        _table(call, found)
    return DONE


def list_dead(call: Call) -> int:
    """Dead letters, then the files that were set aside as damaged."""
    with connect(call) as client:
        found = pages(call, client, protocol.DEAD_LIST, QueueQuery)
        damaged = client.call(protocol.QUEUE_DAMAGED, Asked())
    if call.out.as_json:
        call.out.json({"items": found.items, "next": found.next, "damaged": damaged.items})
        return DONE
    if found.items:
        _table(call, found)
    else:
        call.out.line(NO_DEAD)
    _say_damaged(call.out, damaged)
    return DONE


def show(call: Call) -> int:
    """All entries of a message, or one."""
    with connect(call) as client:
        found = client.call(protocol.QUEUE_SHOW, checked(lambda: OneEntry(call.options.name)))
    if call.out.as_json:
        call.out.json(found)
        return DONE
    for number, each in enumerate(found.items):
        if number:
            call.out.line()
        _print(call, each)
    return DONE


def retry(call: Call) -> int:
    """Try now: entries, messages, or all that waits in a lane."""
    names = call.options.names
    lanes = [each for each in names if ":" in each]
    call.options.names = [each for each in names if ":" not in each]
    for lane in lanes:
        _retry_lane(call, lane)
    return _change(call, protocol.QUEUE_RETRY) if call.options.names else DONE


def _retry_lane(call: Call, lane: str) -> None:
    with connect(call) as client:
        done = client.call(protocol.QUEUE_RETRY_LANE, checked(lambda: OneLane(lane)))
    if call.out.as_json:
        call.out.json(done)
    else:
        call.out.line(f"{lane}: {counted(done.entries, 'message')} will be tried now.")


def hold(call: Call) -> int:
    """Keep, don't try."""
    return _change(call, protocol.QUEUE_HOLD)


def drop(call: Call) -> int:
    """Make dead letters, after asking."""
    question = f"Drop {_what(call)}? It becomes a dead letter; nobody gets it and its sender is not told."
    if agreed(call, question, "Nobody gets what is dropped, and its sender is not told."):
        return _change(call, protocol.QUEUE_DROP)
    call.out.say("Nothing was dropped.")
    return NOT_DONE


def delete(call: Call) -> int:
    """Remove dead letters for good, after asking."""
    if agreed(call, f"Delete {_what(call)} for good? Nobody will get it.", "Deleting can't be undone."):
        return _change(call, protocol.DEAD_DELETE)
    call.out.say("Nothing was deleted.")
    return NOT_DONE


def rebuild(call: Call) -> int:
    """Rows anew from files, after asking: what was delivered may be delivered once more."""
    question = (
        "Make the queue anew from its files? Orphaned files come back, too; "
        "what was delivered already may be delivered once more."
    )
    if not agreed(call, question, "A rebuild may deliver mail once more."):
        call.out.say("Nothing was changed.")
        return NOT_DONE
    with connect(call) as client:
        done = client.call(protocol.QUEUE_REBUILD, Asked())
    if call.out.as_json:
        call.out.json(done)
    else:
        _say_rebuilt(call.out, done)
    return DONE


def _change(call: Call, method: Method[OneEntry, Changes]) -> int:
    """Act on every name, also after one that can't be found. The worst exit code of all."""
    worst = DONE
    with connect(call) as client:
        for name in call.options.names:
            try:
                done = _say_changes(call, client.call(method, checked(_one(name))))
            except DeniedError as error:
                call.out.say(str(error))
                done = False
            worst = worst if done else NOT_DONE
    return worst


def _one(name: str) -> Callable[[], OneEntry]:
    return lambda: OneEntry(name)


def _say_changes(call: Call, changes: Changes) -> bool:
    if call.out.as_json:
        call.out.json(changes)
        return changes.complete
    several = len(changes.changes) > 1
    for each in changes.changes:
        call.out.line(f"{each.id if several else each.code} {each.text}.")
    return changes.complete


def _say_rebuilt(out: Output, done: Rebuilt) -> None:
    out.line(f"The queue has {counted(done.queued, 'sound file')}; the quarantine got {counted(done.held, 'new row')}.")
    if done.brought_back:
        out.line(f"{counted(done.brought_back, 'orphaned file')} came back.")
    for name in done.damaged:
        out.line(f"{name} is damaged and was set aside.")


def _say_damaged(out: Output, damaged: Damaged) -> None:
    if not damaged.count:
        return
    out.line()
    out.line(f"{counted(damaged.count, 'damaged file')} set aside in damaged/, never deleted by the gateway:")
    out.table((Column("FILE"), Column("WHY", shrinks=True)), [(each.name, each.why) for each in damaged.items])


def _what(call: Call) -> str:
    names: Sequence[str] = call.options.names
    return names[0] if len(names) == 1 else f"{len(names)} messages"


def _table(call: Call, found: Page[EntryView]) -> None:
    now = call.now()
    rows = [
        (
            each.code,
            age(each.since, now),
            each.outcome,
            str(each.attempts),
            clock_words(each.next_attempt, now) if each.next_attempt else "",
            each.reverse_path or "<>",
            recipients([one.address for one in each.recipients], each.recipient_count),
            each.cause,
        )
        for each in found.items
    ]
    call.out.table(COLUMNS, rows)
    say_more(call, found.next)


def _print(call: Call, entry: EntryView) -> None:
    out, now = call.out, call.now()
    facts = (
        ("code", entry.code),
        ("entry", entry.id),
        ("state", entry.outcome),
        ("lane", entry.lane),
        ("since", f"{entry.since:%Y-%m-%d %H:%M:%S} UTC, {age(entry.since, now)}"),
        ("tries", str(entry.attempts)),
        ("next try", clock_words(entry.next_attempt, now) if entry.next_attempt else ""),
        ("cause", entry.cause),
        ("reverse-path", entry.reverse_path or "<>"),
        ("size", size(entry.size_octets)),
    )
    out.table((Column(""), Column("", shrinks=True)), [fact for fact in facts if fact[1]])
    for each in entry.recipients:
        result = each.result or "not tried yet"
        reply = f" ({each.reply})" if each.reply else ""
        out.paragraph(f"{each.address}: {result}{reply}{'' if each.is_open else ', settled'}")
    out.line(f"Its history: poterne messages show {entry.code}")
