"""`poterne messages`: list, show, explain and follow what came in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gateway.cli.call import DONE, Call
from gateway.cli.connect import checked, connect
from gateway.cli.explained import print_explanation
from gateway.cli.listing import print_list
from gateway.cli.moments import moment
from gateway.cli.output import Column, Output, age, points, size, weight
from gateway.control import protocol
from gateway.control.client import AwayError
from gateway.control.params import PAGE_MAXIMUM, MessageQuery, OneMessage, Subscribe
from gateway.control.values import FollowedUp, Gap, MessageDetail, MessageSummary

# "delivered, marked…" must still be told from "delivered" on a narrow terminal.
OUTCOME_LEAST = 18
COLUMNS = (
    Column("CODE"),
    Column("WHEN"),
    Column("OUTCOME", shrinks=True, least=OUTCOME_LEAST),
    Column("SCORE"),
    Column("FROM", shrinks=True),
    Column("TO", shrinks=True),
    Column("SUBJECT", shrinks=True),
)
EMPTY = "No messages yet. Send one to an address of your domain, and it appears here."
NO_MATCH = "No message matches."


def list_messages(call: Call) -> int:
    """Newest first."""
    options = call.options
    since, until = (moment(text, call.now()) if text else None for text in (options.since, options.until))
    return print_list(
        call,
        protocol.MESSAGES_LIST,
        lambda limit, cursor: MessageQuery(limit, cursor, options.search or "", options.action or "", since, until),
        _table,
        NO_MATCH if options.search or options.action or since or until else EMPTY,
    )


def show(call: Call) -> int:
    """All that is known of one message."""
    with connect(call) as client:
        message = client.call(protocol.MESSAGES_SHOW, checked(lambda: OneMessage(call.options.code)))
    if call.out.as_json:
        call.out.json(message)
    else:
        _print(call.out, message)
    return DONE


def explain(call: Call) -> int:
    """Why one message fared as it did."""
    with connect(call) as client:
        explanation = client.call(protocol.MESSAGES_EXPLAIN, checked(lambda: OneMessage(call.options.code)))
    if call.out.as_json:
        call.out.json(explanation)
    else:
        print_explanation(call.out, explanation)
    return DONE


def tail(call: Call) -> int:
    """Messages as they come, and what becomes of them later: one line each. Raises AwayError when the gateway goes."""
    with connect(call) as follower:
        # Subscribed before the look back: what comes in between is in both, and nothing is in neither.
        events = follower.events(Subscribe(topics=("message", "follow-up")))
        seen = _look_back(call)
        for incoming in events:
            value = protocol.decode_notification(incoming)
            if isinstance(value, Gap):
                raise AwayError(f"this reader was too slow and missed {value.missed} messages")
            if isinstance(value, MessageSummary) and (value.code, value.time) not in seen:
                _one_line(call, value)
            elif isinstance(value, FollowedUp):
                _news(call, value)
    return DONE


def _look_back(call: Call) -> set[tuple[str, datetime]]:
    if call.options.lines < 1:
        return set()
    with connect(call) as client:
        newest = client.call(protocol.MESSAGES_LIST, MessageQuery(min(call.options.lines, PAGE_MAXIMUM)))
    for message in reversed(newest.items):
        _one_line(call, message)
    return {(each.code, each.time) for each in newest.items}


def _table(call: Call, messages: Sequence[MessageSummary]) -> None:
    now = call.now()
    call.out.table(
        COLUMNS,
        [
            (
                each.code,
                age(each.time, now),
                each.outcome,
                points(each.score),
                each.reverse_path or "<>",
                recipients(each.recipients, each.recipient_count),
                each.subject,
            )
            for each in messages
        ],
    )


def _one_line(call: Call, message: MessageSummary) -> None:
    if call.out.as_json:
        call.out.json(message)
        return
    parts = (
        f"{message.time:%H:%M:%S}",
        message.code,
        message.outcome,
        f"{message.reverse_path or '<>'} → {recipients(message.recipients, message.recipient_count)}",
        message.subject,
    )
    call.out.line("  ".join(part for part in parts if part))


def _news(call: Call, news: FollowedUp) -> None:
    """What became of an earlier message: a line for each recipient."""
    if call.out.as_json:
        call.out.json(news)
        return
    for each in news.recipients:
        said = f"({each.hop_reply})" if each.hop_reply else ""
        parts = (f"{news.time:%H:%M:%S}", news.code, f"later: {each.outcome}", f"→ {each.recipient}", said)
        call.out.line("  ".join(part for part in parts if part))


def _print(out: Output, message: MessageDetail) -> None:
    about = message.summary
    facts = (
        ("code", about.code),
        ("time", f"{about.time:%Y-%m-%d %H:%M:%S} UTC"),
        ("from", about.from_field),
        ("reverse-path", about.reverse_path or "<>"),
        ("subject", about.subject),
        ("message-id", message.message_id),
        ("size", size(about.size_octets)),
        ("client", f"{about.client_ip} {message.client_name}".strip()),
        ("helo", message.helo),
        ("listener", message.listener),
        ("score", points(about.score)),
        ("our reply", message.reply),
    )
    out.table((Column(""), Column("", shrinks=True)), [fact for fact in facts if fact[1]])
    for each in message.recipients:
        out.line()
        out.paragraph(f"{each.recipient}: {each.outcome}")
        if each.hop_reply:
            out.paragraph(f"{each.hop} said: {each.hop_reply}".strip(), indent="  ")
        if each.reasons:
            rows = [(weight(reason.score), reason.name, reason.text) for reason in each.reasons]
            out.table((Column(""), Column(""), Column("", shrinks=True)), rows)
    out.line()
    out.line(f"Why: poterne messages explain {about.code}")


def recipients(shown: Sequence[str], count: int) -> str:
    """The recipients that are shown and how many more there are."""
    more = f" and {count - len(shown)} more" if count > len(shown) else ""
    return ", ".join(shown) + more
