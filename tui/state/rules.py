"""The allow and block lists in lines: entries, the journal of their changes, and what a replay found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final

from gateway.control.params import Language
from gateway.control.rulesparams import DAYS_MAXIMUM, DraftRule
from gateway.control.rulesvalues import Replayed, ReplayedCount, ReplayedMessage, RuleChangeView, RuleView
from tui.format import Line, Piece, Tone, exactly, fit, joined, line, paragraph, short_date, span, spread, when
from tui.language import Words, mark
from tui.state.filters import MomentError, moment
from tui.state.table import Column, score

DAYS: Final = 14
RULE_COLUMNS: Final = (
    Column(mark("List"), 9),
    Column(mark("Whom"), share=5),
    Column(mark("For whom"), share=3),
    Column(mark("Until"), 8),
    Column(mark("Hits"), 5, is_number=True),
    Column(mark("Why"), share=4),
)
CHANGE_COLUMNS: Final = (
    Column(mark("When"), 7),
    Column(mark("Who"), 10),
    Column(mark("What"), 10),
    Column(mark("List"), 9),
    Column(mark("Whom"), share=1),
    Column("", 12),
)
REPLAY_COLUMNS: Final = (
    Column(mark("Time"), 7),
    Column(mark("From"), share=4),
    Column(mark("Subject"), share=4),
    Column(mark("Score"), 6, is_number=True),
    Column(mark("Was → would be"), 23),
)
_KINDS: Final[dict[str, tuple[str, Tone]]] = {"allow": (mark("✓ allow"), "ok"), "block": (mark("✗ block"), "bad")}
_ACTIONS: Final[dict[str, tuple[str, Tone]]] = {
    "accept": (mark("delivered"), "ok"),
    "mark": (mark("marked"), "info"),
    "quarantine": (mark("held"), "warn"),
    "reject": (mark("refused"), "bad"),
    "defer": (mark("put off"), "info"),
}
_DONE: Final = {"added": mark("added"), "renewed": mark("renewed"), "removed": mark("removed")}
_MORE: Final = {
    "accept": (mark("{count} more delivered"), mark("{count} fewer delivered")),
    "mark": (mark("{count} more marked"), mark("{count} fewer marked")),
    "quarantine": (mark("{count} more held"), mark("{count} fewer held")),
    "reject": (mark("{count} more refused"), mark("{count} fewer refused")),
    "defer": (mark("{count} more put off"), mark("{count} fewer put off")),
}


class ExpiryError(ValueError):
    """What was typed is no end of an entry."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The form of an entry, as it was typed. `known_until` is the end of the entry that is changed, as it was shown."""

    kind: str = "allow"
    subject: str = ""
    recipient: str = ""
    until: str = ""
    reason: str = ""
    known_until: str = ""
    known_expires: datetime | None = None

    def draft(self, now: datetime, zone: tzinfo | None, language: Language) -> DraftRule:
        """What the gateway is asked. Raises ExpiryError for an end that is none, ValueError for what is too long."""
        days, expires = _expiry(self, now, zone)
        subject, recipient = self.subject.strip(), self.recipient.strip()
        draft = DraftRule(subject, recipient=recipient, days=days, reason=self.reason.strip(), language=language)
        return replace(draft, expires=expires)


def typed(rule: RuleView, zone: tzinfo | None) -> Typed:
    """An entry as it would be typed."""
    until = f"{rule.expires.astimezone(zone):%d/%m/%Y}" if rule.expires is not None else ""
    return Typed(rule.kind, rule.subject, rule.recipient, until, rule.reason, until, rule.expires)


def rule_row(rule: RuleView, now: datetime, words: Words) -> Line:
    """One entry."""
    word, tone = _KINDS[rule.kind]
    return (
        Piece(words(word), "muted" if rule.is_expired else tone),
        Piece(rule.subject, "muted" if rule.is_expired else ""),
        Piece(rule.recipient or words("everybody"), "" if rule.recipient else "muted"),
        Piece(_until(rule, words), "warn" if rule.is_expired else ""),
        Piece(words.whole(rule.hits), "" if rule.hits else "muted"),
        Piece(rule.reason, "muted"),
    )


def rule_panel(rule: RuleView, now: datetime, cells: int, words: Words) -> list[Line]:
    """An entry in one sentence, who made it, and what it has done."""
    made = words("Made by {name}, {time}", name=rule.by or words("somebody"), time=exactly(rule.created, words))
    rows = paragraph(rule.text, cells, "strong")
    rows.append(fit(line(Piece(made, "muted")), cells))
    if rule.reason:
        rows += paragraph(rule.reason, cells, first=line(Piece(f"{words('Why:')} ", "muted")))
    rows += paragraph(_ends(rule, now, words), cells, "warn" if rule.is_expired else "")
    if rule.last_hit is not None:
        hits = words.n("It has counted for {count} message", "It has counted for {count} messages", rule.hits)
        last = words("the last {time}", time=exactly(rule.last_hit, words))
        rows += paragraph(f"{hits}, {last}.", cells)
    else:
        rows += paragraph(words("It has not counted for any message yet."), cells, "muted")
    return [*rows, fit(line(Piece(words("m changes it · d takes it out · y tries 14 days without it"), "info")), cells)]


def change_row(change: RuleChangeView, now: datetime, words: Words) -> Line:
    """One line of the journal."""
    word, tone = _KINDS[change.rule.kind]
    state = words("taken back") if change.is_undone else words("undoes") if change.undoes else ""
    return (
        Piece(when(change.time, now, words), "muted"),
        Piece(change.by),
        Piece(words(_DONE.get(change.what, "")) or change.what, "muted" if change.is_undone else ""),
        Piece(words(word), "muted" if change.is_undone else tone),
        Piece(change.rule.subject, "muted" if change.is_undone else ""),
        Piece(state, "muted"),
    )


def change_panel(change: RuleChangeView, cells: int, words: Words) -> list[Line]:
    """A change with the entry that it was about."""
    rows = paragraph(change.text, cells, "strong")
    said = words("Done by {name}, {time}", name=change.by or words("somebody"), time=exactly(change.time, words))
    rows.append(fit(line(Piece(said, "muted")), cells))
    rows += paragraph(change.rule.text, cells)
    if change.rule.reason:
        rows += paragraph(change.rule.reason, cells, first=line(Piece(f"{words('Why:')} ", "muted")))
    if change.is_undone:
        return [*rows, *paragraph(words("It was taken back since."), cells, "warn")]
    return [*rows, fit(line(Piece("u ", "key"), Piece(words("takes it back"), "info")), cells)]


def replay_row(item: ReplayedMessage, now: datetime, words: Words) -> Line:
    """One message that would have had another fate."""
    was, would_be = (_ACTIONS.get(each, (each, "")) for each in (item.was, item.would_be))
    return (
        Piece(when(item.time, now, words), "muted"),
        Piece(item.sender),
        Piece(item.subject or words("(no subject)"), "" if item.subject else "muted"),
        Piece(score(item.score, words)),
        Piece(f"{words(was[0])} → {words(would_be[0])}", would_be[1]),
    )


def replay_lines(told: Replayed, cells: int, words: Words) -> list[Line]:
    """What a replay found, in sentences."""
    tone: Tone = "strong" if told.differ else "ok"
    rows = paragraph(told.text, cells, tone)
    for each in told.counts[:5]:
        rows += paragraph(each.text, cells, first=line("  "))
    return rows


def moved(counts: Sequence[ReplayedCount], words: Words) -> str:
    """What would have been more and what fewer: `14 more held, 3 fewer refused`; "" for nothing."""
    net: dict[str, int] = {}
    for each in counts:
        net[each.was] = net.get(each.was, 0) - each.number
        net[each.would_be] = net.get(each.would_be, 0) + each.number
    said = []
    for action in ("reject", "quarantine", "mark", "accept", "defer"):
        if number := net.get(action, 0):
            more, fewer = _MORE[action]
            said.append(words(more if number > 0 else fewer, count=words.whole(abs(number))))
    return joined(said)


def nothing(text: str, kind: str, words: Words) -> tuple[str, str]:
    """What stands there when the list is empty, and what to do."""
    if text or kind:
        return words("No entry fits."), words("Esc leaves the search; f shows the other entries.")
    return (
        words("No exceptions. Good."),
        words("n makes one; or press a or b on a message, which says at once whether that helps."),
    )


def head(said: str, aside: str, cells: int) -> Line:
    """A line above a list."""
    return spread(line(Piece(f" {said}", "strong")), line(Piece(f"{aside} ", "muted")), cells)


def _until(rule: RuleView, words: Words) -> str:
    if rule.expires is None:
        return words("always")
    return words("over") if rule.is_expired else short_date(rule.expires.astimezone(words.zone).date(), words)


def _ends(rule: RuleView, now: datetime, words: Words) -> str:
    if rule.expires is None:
        return words("It holds until somebody takes it out.")
    if rule.is_expired:
        return words("It has expired and does not count any more.")
    return words("It ends by itself in {span}.", span=span((rule.expires - now).total_seconds(), words))


def _expiry(form: Typed, now: datetime, zone: tzinfo | None) -> tuple[int, datetime | None]:
    text = form.until.strip()
    if text == form.known_until.strip() and form.known_expires is not None:
        return 0, form.known_expires
    if not text:
        return 0, None
    if text.isdecimal():
        if len(text) > len(str(DAYS_MAXIMUM)) or not 1 <= int(text) <= DAYS_MAXIMUM:
            raise ExpiryError(text)
        return int(text), None
    try:
        at = moment(text, now, zone, at_end=True)
    except MomentError as error:
        raise ExpiryError(text) from error
    if at is not None and at <= now:  # a date without a year means the next such day
        try:
            at = at.replace(year=at.year + 1)
        except ValueError as error:
            raise ExpiryError(text) from error
    return 0, at
