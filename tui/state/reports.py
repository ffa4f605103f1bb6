"""Reports: the mail of the last days as pictures, and as the numbers behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from gateway.control.statsvalues import HourView, NameView, Stats
from gateway.core.tally import DELAY_SECONDS
from tui.format import Line, Piece, Tone, bar, columns, fit, joined, line, short_date, spread
from tui.language import Words, mark
from tui.state.table import Column

SPANS: Final = (1, 7, 30)
NAME_COLUMNS: Final = (
    Column(mark("Name"), share=1),
    Column(mark("Messages"), 9, is_number=True),
    Column(mark("Usual"), 8, is_number=True),
    Column("", 14),
)
FIGURE_COLUMNS: Final = (
    Column(mark("When"), 14),
    Column(mark("Received"), 9, is_number=True),
    Column(mark("Delivered"), 9, is_number=True),
    Column(mark("Held"), 9, is_number=True),
    Column(mark("Refused"), 9, is_number=True),
    Column(mark("Half in"), 9, is_number=True),
    Column(mark("95 % in"), 9, is_number=True),
)
TABLES: Final = ("senders", "recipients", "figures", "scores")
TITLES: Final = {
    "senders": mark("Who wrote, the most unusual first"),
    "recipients": mark("Who was written to, the most unusual first"),
    "figures": mark("Figures by the hour"),
    "scores": mark("Messages by points"),
}
_HOURS: Final = 24
_WEEKS: Final = 4
_STEPS: Final = " ▁▂▃▄▅▆▇█"
# From here on somebody would notice: more than ten seconds.
_SLOW_STEP: Final = 1 + DELAY_SECONDS.index(10.0)
_SHADES: Final = " ░▒▓█"


def total(hour: HourView) -> int:
    """All that came in an hour."""
    return hour.accept + hour.mark + hour.quarantine + hour.reject + hour.defer + hour.refused


def of_day(told: Stats, words: Words) -> tuple[int, ...]:
    """How many came in each hour of this day, where the admin sits."""
    today = told.now.astimezone(words.zone).date()
    return _by_hour(told.hours, words).get(today, (0,) * _HOURS)


def usual_day(told: Stats, words: Words) -> tuple[float, ...]:
    """The same of the usual day: the mean of this weekday in the last weeks, as far back as there are figures."""
    today, days = told.now.astimezone(words.zone).date(), _by_hour(told.hours, words)
    first = min(days, default=today)
    past = [today - timedelta(weeks=week) for week in range(1, _WEEKS + 1)]
    known = [days.get(each, (0,) * _HOURS) for each in past if each >= first]
    return tuple(sum(each[hour] for each in known) / len(known) if known else 0.0 for hour in range(_HOURS))


def day_chart(told: Stats, rows: int, cells: int, words: Words) -> list[Line]:
    """This day's hours as `hour_chart`, and below them how long mail took."""
    return [
        *hour_chart(told, rows, cells, words),
        line(" ", *_delays(told, _cells_an_hour(cells), words)),
        spread(
            line(Piece(f" {day_words(told, words)}", "muted")), line(Piece(_delay_words(told, words), "muted")), cells
        ),
    ]


def day_words(told: Stats, words: Words) -> str:
    """How many came today, beside the usual where there is one."""
    now, usual = sum(of_day(told, words)), round(sum(usual_day(told, words)))
    if not usual:
        return words("{count} today", count=words.whole(now))
    return words("{count} today, usually {usual}", count=words.whole(now), usual=words.whole(usual))


def _cells_an_hour(cells: int) -> int:
    return max(1, min(3, (cells - 1) // _HOURS))


def hour_chart(told: Stats, rows: int, cells: int, words: Words) -> list[Line]:
    """This day's hours as columns; where the usual day goes higher, it stands behind them as dots."""
    now, usual = of_day(told, words), usual_day(told, words)
    most = max((*now, *usual), default=0) or 1
    wide = _cells_an_hour(cells)
    drawn = _scaled(now, most, rows)
    behind = [round(each / most * rows * 8) for each in usual]
    lines: list[Line] = []
    for row, text in enumerate(drawn):
        floor = 8 * (rows - 1 - row)
        pieces = [
            Piece(each * wide, "info") if each != " " else Piece(("·" if behind[hour] > floor else " ") * wide, "muted")
            for hour, each in enumerate(text)
        ]
        lines.append(line(" ", *pieces))
    scale = "".join(f"{hour}{words('h')}".ljust(6 * wide) for hour in (0, 6, 12, 18))
    return [*lines, line(" ", Piece(scale.rstrip(), "muted"))]


def _delays(told: Stats, wide: int, words: Words) -> list[Piece]:
    """How long nineteen of twenty waited for their answer, hour by hour: the classes of delay as steps."""
    today = told.now.astimezone(words.zone).date()
    steps = dict.fromkeys(range(_HOURS), 0)
    for each in told.delays:
        local = each.time.astimezone(words.zone)
        if local.date() == today:
            steps[local.hour] = 1 + sum(end < each.most_seconds for end in DELAY_SECONDS)
    return [Piece(_STEPS[min(8, step)] * wide, "warn" if step > _SLOW_STEP else "ok") for step in steps.values()]


def _delay_words(told: Stats, words: Words) -> str:
    if not told.delays:
        return ""
    return words(
        "answer in {seconds} s (95 %) ", seconds=words.number(max(each.most_seconds for each in told.delays[-3:]))
    )


def span_chart(told: Stats, rows: int, cells: int, words: Words) -> list[Line]:
    """Each day of the span as a row of shaded hours: the rhythm of the office, and what falls out of it."""
    days = _by_hour(told.hours, words)
    today = told.now.astimezone(words.zone).date()
    shown = [today - timedelta(days=back) for back in range(min(told.days, rows))]
    most = max((max(days.get(each, (0,))) for each in shown), default=0) or 1
    wide = max(1, min(2, (cells - 16) // _HOURS))
    return [
        fit(
            line(
                Piece(f" {short_date(each, words):<7} ", "muted"),
                Piece("".join(_shade(number / most) * wide for number in days.get(each, (0,) * _HOURS)), "info"),
                f" {words.whole(sum(days.get(each, ()))):>6}",
            ),
            cells,
        )
        for each in shown
    ]


def score_chart(told: Stats, rows: int, cells: int, words: Words) -> list[Line]:
    """Messages by points as columns, the thresholds named below: what lies to the right of one had its fate."""
    lowest, highest = -4, max(16, round(told.reject_at) + 2)
    counts: dict[int, int] = defaultdict(int)
    for each in told.scores:
        counts[max(lowest, min(highest, each.points))] += each.messages
    values = [counts[points] for points in range(lowest, highest + 1)]
    lines: list[Line] = []
    for text in columns(values, rows):
        pieces = [Piece(each, _tone(points + 0.5, told)) for points, each in enumerate(text, lowest)]
        lines.append(line(" ", *pieces))
    scale = "".join(
        "0" if points == 0 else "▲" if _is_limit(points, told) else "─" for points in range(lowest, highest + 1)
    )
    limits = joined((words.number(each) for each in (told.mark_at, told.quarantine_at, told.reject_at)), " ")
    return [*lines, line(" ", Piece(scale, "muted")), fit(line(Piece(f" ▲ {limits}", "muted")), cells)]


def name_row(item: NameView, words: Words) -> Line:
    """One name: how often, how often usually, and a bar of how far out of the ordinary that is."""
    tone: Tone = "bad" if item.unusual > 3 else "warn" if item.unusual > 1 else "info"
    ours = Piece(f"{item.name}  {words('ours')}" if item.is_ours else item.name, "strong" if item.is_ours else "")
    return (
        ours,
        Piece(words.whole(item.messages)),
        Piece(words.number(item.usual)),
        Piece(bar(max(0.0, item.unusual) / 8, 12), tone),
    )


def by_unusual(names: Sequence[NameView]) -> list[NameView]:
    """The most unusual first."""
    return sorted(names, key=lambda each: (-each.unusual, each.name))


def figure_rows(told: Stats, words: Words) -> list[Line]:
    """The numbers behind the pictures, hour by hour, newest first."""
    delays = {each.time: each for each in told.delays}
    hours = [each for each in told.hours if each.time >= told.since]
    rows: list[Line] = []
    for each in reversed(hours):
        local, delay = each.time.astimezone(words.zone), delays.get(each.time)
        half, most = (
            (f"{words.number(delay.half_seconds)} s", f"{words.number(delay.most_seconds)} s") if delay else ("-", "-")
        )
        numbers = (total(each), each.accept + each.mark, each.quarantine, each.reject + each.refused)
        rows.append(
            (
                Piece(f"{short_date(local.date(), words)} {local:%H}{words('h')}", "muted"),
                *(Piece(words.whole(number)) for number in numbers),
                Piece(half),
                Piece(most),
            )
        )
    return rows


def score_rows(told: Stats, words: Words) -> list[Line]:
    """How many messages had how many points, the highest first."""
    most = max((each.messages for each in told.scores), default=0) or 1
    return [
        (
            Piece(
                words("{low} to {high} points", low=each.points, high=each.points + 1), _tone(each.points + 0.5, told)
            ),
            Piece(words.whole(each.messages)),
            Piece(""),
            Piece(bar(each.messages / most, 12), _tone(each.points + 0.5, told)),
        )
        for each in sorted(told.scores, key=lambda each: -each.points)
    ]


def csv(told: Stats) -> str:
    """Hours, then names, as lines of comma-separated values with a title line each (RFC 4180)."""
    hours = [["hour", "accept", "mark", "quarantine", "reject", "defer", "refused"]]
    hours += [
        [
            f"{each.time:%Y-%m-%dT%H:%MZ}",
            *map(str, (each.accept, each.mark, each.quarantine, each.reject, each.defer, each.refused)),
        ]
        for each in told.hours
        if each.time >= told.since
    ]
    names = [["role", "name", "messages", "usual"]]
    for role, found in (("sender", told.senders), ("recipient", told.recipients)):
        names += [[role, each.name, str(each.messages), f"{each.usual:g}"] for each in found]
    return "".join(",".join(map(_quoted, row)) + "\r\n" for row in (*hours, [], *names))


def _quoted(value: str) -> str:
    """A cell that begins with =, +, - or @ would be a formula in the admin's spreadsheet."""
    value = (
        f"'{value}"
        if value[:1] in ("=", "+", "-", "@", "\t") and not value.lstrip("-").replace(".", "").isdigit()
        else value
    )
    return '"' + value.replace('"', '""') + '"' if set(value) & set(',"\r\n') else value


def _by_hour(hours: Sequence[HourView], words: Words) -> dict[date, tuple[int, ...]]:
    found: dict[date, list[int]] = defaultdict(lambda: [0] * _HOURS)
    for each in hours:
        local: datetime = each.time.astimezone(words.zone)
        found[local.date()][local.hour] += total(each)
    return {day: tuple(numbers) for day, numbers in found.items()}


def _scaled(values: Sequence[float], most: float, rows: int) -> list[str]:
    """`columns` on a scale of another's."""
    return [text[:-1] for text in columns([*values, most], rows)]


def _shade(share: float) -> str:
    return _SHADES[min(4, round(share * 4 + 0.49)) if share > 0 else 0]


def _tone(points: float, told: Stats) -> Tone:
    if points >= told.reject_at:
        return "bad"
    return "warn" if points >= told.mark_at else "ok"


def _is_limit(points: int, told: Stats) -> bool:
    return points in {round(each) for each in (told.mark_at, told.quarantine_at, told.reject_at)}
