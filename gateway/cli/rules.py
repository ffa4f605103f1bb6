"""`poterne rules`: who is allowed and blocked, changed and tried on the past."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.cli.call import DONE, Call, UsageError
from gateway.cli.connect import checked, connect
from gateway.cli.listing import print_list, say_more
from gateway.cli.moments import duration
from gateway.cli.output import Column, age, points
from gateway.control import protocol
from gateway.control.params import PAGE_MAXIMUM, OneMessage
from gateway.control.protocol import Method
from gateway.control.rulesparams import (
    DraftRule,
    OneRule,
    ReplayRules,
    RuleChanges,
    RuleQuery,
    Scope,
    SenderRule,
    Thresholds,
    UndoRule,
)
from gateway.control.rulesvalues import Replayed, RuleChanged, RuleChangeView, RuleView

_DAY_SECONDS = 86_400
COLUMNS = (
    Column("ID"),
    Column("LIST"),
    Column("WHOM", shrinks=True),
    Column("FOR", shrinks=True),
    Column("UNTIL"),
    Column("HITS"),
    Column("LAST"),
    Column("BY", shrinks=True),
    Column("WHY", shrinks=True),
)
EMPTY = "No exceptions: nobody is allowed or blocked by name. Begin with: poterne rules allow --help"
NO_MATCH = "No entry matches."


def list_rules(call: Call) -> int:
    """Newest first."""
    options = call.options
    return print_list(
        call,
        protocol.RULES_LIST,
        lambda limit, cursor: RuleQuery(limit, cursor, options.search or "", options.list or ""),
        _table,
        NO_MATCH if options.search or options.list else EMPTY,
    )


def show(call: Call) -> int:
    """One entry."""
    with connect(call) as client:
        rule = client.call(protocol.RULES_SHOW, checked(lambda: OneRule(call.options.id)))
    if call.out.as_json:
        call.out.json(rule)
        return DONE
    now = call.now()
    call.out.paragraph(rule.text)
    facts = (
        ("id", str(rule.id)),
        ("made", f"{age(rule.created, now)}, by {rule.by}"),
        ("why", rule.reason),
        ("hits", f"{rule.hits}" + (f", the last {age(rule.last_hit, now)}" if rule.last_hit else "")),
    )
    call.out.table((Column(""), Column("", shrinks=True)), [fact for fact in facts if fact[1]])
    return DONE


def allow(call: Call) -> int:
    """An entry of the allow list."""
    return _add(call, protocol.RULES_ALLOW, protocol.RULES_ALLOW_SENDER)


def block(call: Call) -> int:
    """An entry of the block list."""
    return _add(call, protocol.RULES_BLOCK, protocol.RULES_BLOCK_SENDER)


def cures(call: Call) -> int:
    """What could be done about a message's sender."""
    with connect(call) as client:
        found = client.call(protocol.RULES_CURES, checked(lambda: OneMessage(call.options.code)))
    if call.out.as_json:
        call.out.json(found)
        return DONE
    for each in found.cures:
        call.out.paragraph(f"- {each.text}")
        verb = f"poterne rules {each.kind} --sender-of {found.code} --scope {each.scope}"
        if each.rule:
            call.out.line(f"    is entry {each.rule} already")
        elif each.helps:
            call.out.line(f"    {verb}")
    return DONE


def remove(call: Call) -> int:
    """Take an entry out; `rules undo` brings it back, so nobody is asked."""
    with connect(call) as client:
        return _say(call, client.call(protocol.RULES_REMOVE, checked(lambda: OneRule(call.options.id))))


def undo(call: Call) -> int:
    """Take a change back."""
    with connect(call) as client:
        return _say(call, client.call(protocol.RULES_UNDO, checked(lambda: UndoRule(call.options.change or 0))))


def history(call: Call) -> int:
    """Who changed what."""
    return print_list(call, protocol.RULES_CHANGES, RuleChanges, _changes_table, "Nobody has changed the lists yet.")


def replay(call: Call) -> int:
    """What would have been different."""
    options = call.options
    limit = PAGE_MAXIMUM if options.all else min(options.limit, PAGE_MAXIMUM)
    with connect(call) as client:
        params = checked(lambda: _replay(call, limit, options.cursor))
        found = client.call(protocol.RULES_REPLAY, params)
        if call.out.as_json:
            call.out.json(found)
            return DONE
        call.out.paragraph(found.text)
        for count in found.counts:
            call.out.paragraph(f"- {count.text}")
        _replayed_table(call, found)
        while options.all and found.next:
            cursor = found.next
            found = client.call(protocol.RULES_REPLAY, _replay(call, limit, cursor))
            _replayed_table(call, found)
    say_more(call, found.next)
    return DONE


def _add(call: Call, method: Method[DraftRule, RuleChanged], of_sender: Method[SenderRule, RuleChanged]) -> int:
    options = call.options
    days = days_of(options.__dict__["for"])
    if (options.subject is None) is (options.sender_of is None):
        raise UsageError("Name whom it is about, or a message: --sender-of CODE.")
    with connect(call) as client:
        if options.sender_of is None:
            draft = checked(
                lambda: DraftRule(
                    options.subject, options.subdomains, options.to or "", days, None, options.reason or ""
                )
            )
            return _say(call, client.call(method, draft))
        if options.to:
            raise UsageError("--to does not go with --sender-of.")
        scope: Scope = options.scope or "domain"
        wanted = checked(
            lambda: SenderRule(options.sender_of, scope, options.subdomains, False, days, options.reason or "")
        )
        return _say(call, client.call(of_sender, wanted))


def days_of(text: str | None) -> int:
    """Whole days of "30d" or "36h", 0 for none. Raises UsageError for less than a day."""
    if not text:
        return 0
    days, rest = divmod(duration(text), _DAY_SECONDS)
    if not days:
        raise UsageError("An entry lasts a day or more, such as 30d.")
    return days + (1 if rest else 0)


def _replay(call: Call, limit: int, cursor: str) -> ReplayRules:
    options = call.options
    if options.allow and options.block:
        raise ValueError("one of --allow and --block at a time")
    subject = options.allow or options.block
    return ReplayRules(
        days=options.days,
        kind="" if not subject else "allow" if options.allow else "block",
        draft=DraftRule(subject, recipient=options.to or "") if subject else None,
        id=options.without or 0,
        thresholds=_thresholds(options.thresholds, options.policy or "standard"),
        limit=limit,
        cursor=cursor,
    )


def _thresholds(text: str | None, policy: str) -> Thresholds | None:
    if not text:
        return None
    try:
        mark_at, quarantine_at, reject_at = (float(each) for each in text.split(","))
    except ValueError as error:
        raise ValueError("--thresholds takes three numbers, such as 6,9,15") from error
    return Thresholds(mark_at, quarantine_at, reject_at, policy)


def _say(call: Call, changed: RuleChanged) -> int:
    if call.out.as_json:
        call.out.json(changed)
        return DONE
    call.out.paragraph(f"{changed.text} (entry {changed.rule.id})")
    if changed.warning:
        call.out.paragraph(changed.warning)
    call.out.say(f"To take it back: poterne rules undo {changed.change}")
    return DONE


def _table(call: Call, rules: Sequence[RuleView]) -> None:
    now = call.now()
    rows = [
        (
            str(each.id),
            each.kind,
            each.subject,
            each.recipient or "all",
            "expired" if each.is_expired else f"{each.expires:%Y-%m-%d}" if each.expires else "",
            str(each.hits),
            age(each.last_hit, now) if each.last_hit else "",
            each.by,
            each.reason,
        )
        for each in rules
    ]
    call.out.table(COLUMNS, rows)


def _replayed_table(call: Call, found: Replayed) -> None:
    if not found.items:
        return
    now = call.now()
    columns = (
        Column("CODE"),
        Column("WHEN"),
        Column("SCORE"),
        Column("FROM", shrinks=True),
        Column("TO", shrinks=True),
        Column("WHAT", shrinks=True, least=20),
        Column("SUBJECT", shrinks=True),
    )
    rows = [
        (
            each.code,
            age(each.time, now),
            points(each.score),
            each.sender or "<>",
            each.recipient,
            each.text,
            each.subject,
        )
        for each in found.items
    ]
    call.out.table(columns, rows)


def _changes_table(call: Call, changes: Sequence[RuleChangeView]) -> None:
    now = call.now()
    rows = [
        (str(each.number), age(each.time, now), each.by, each.text, _undone(each.undoes, each.is_undone))
        for each in changes
    ]
    columns = (Column("CHANGE"), Column("WHEN"), Column("BY"), Column("WHAT", shrinks=True), Column(""))
    call.out.table(columns, rows)


def _undone(undoes: int, is_undone: bool) -> str:
    if undoes:
        return f"takes {undoes} back"
    return "taken back" if is_undone else ""
