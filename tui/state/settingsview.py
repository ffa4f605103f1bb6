"""The settings in lines: sections, fields, what explains one, what will change, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Final

from gateway.control.settingsvalues import ChangeView, ProbeView, ProblemView, Tried
from tui.format import Line, Piece, Tone, fit, fitted, joined, line, paragraph, size, span
from tui.language import Words, mark
from tui.state.settings import Field, Form, Section, typeable
from tui.state.table import Column

SECTION_COLUMNS: Final = (Column(mark("Part"), share=3), Column(mark("What it says"), share=5))
FIELD_COLUMNS: Final = (
    Column(mark("Setting"), share=6),
    Column(mark("Value"), share=4),
    Column("", 2),
)
# What a table is called, and what it is about.
_TABLES: Final[Mapping[str, tuple[str, str]]] = {
    "": (mark("The gateway itself"), mark("Its name, its postmaster, its language.")),
    "listener": (mark("Listening address"), mark("Where mail comes in, and from whom.")),
    "limits": (mark("Limits"), mark("What one sender, and all, may take.")),
    "timeouts": (mark("Waiting times"), mark("How long the gateway waits for others.")),
    "dns": (mark("Names (DNS)"), mark("Who is asked for names.")),
    "dnsbl": (mark("Block list"), mark("A public list of servers that send spam.")),
    "rspamd": (mark("Spam scanner"), mark("Where rspamd is; how long it is waited for.")),
    "clamd": (mark("Virus scanner"), mark("Where clamd is, and how long it is waited for.")),
    "failure": (mark("When a part is away"), mark("What happens to mail meanwhile.")),
    "backend": (mark("Server"), mark("The mail server of the office.")),
    "domain": (mark("Domain"), mark("For whom mail is taken, and who exists there.")),
    "policy": (mark("Policy"), mark("When mail is marked, held, refused.")),
    "arc": (mark("Forwarders"), mark("Whose seal on forwarded mail is believed.")),
    "lists": (mark("Mailing lists"), mark("Lists that are known.")),
    "known_correspondents": (mark("Known correspondents"), mark("To whom the office writes is remembered.")),
    "quarantine": (mark("Quarantine"), mark("How long and how much is held.")),
    "history": (mark("History"), mark("How long it is kept, and what of subjects.")),
    "relay_client": (mark("May send out"), mark("A computer of the office that may send.")),
    "outbound_route": (mark("Way out"), mark("How mail leaves the office.")),
    "notify": (mark("Letters to the admin"), mark("When the gateway writes to you.")),
    "storage": (mark("Storage"), mark("Room and days of queue, quarantine and history.")),
    "privacy": (mark("Privacy"), mark("What of people's mail is kept, and how long.")),
}
# The words of the file, beside what they mean.
_CHOICES: Final[Mapping[str, str]] = {
    "en": mark("English"),
    "fr": mark("French"),
    "full": mark("whole"),
    "masked": mark("whole, private ones hidden"),
    "none": mark("nothing"),
    "accept": mark("let it pass"),
    "mark": mark("mark it"),
    "quarantine": mark("hold it"),
    "reject": mark("refuse it"),
    "refuse": mark("refuse it"),
    "defer": mark("put it off"),
    "defer-then-mark": mark("put it off, later mark it"),
    "spool": mark("keep it and try again"),
    "go-on": mark("go on without"),
    "note": mark("only note it"),
    "opportunistic": mark("when the other side can"),
    "require": mark("always"),
    "verify": mark("always, certificate checked"),
    "implicit": mark("from the first octet"),
    "inbound": mark("mail from the Internet"),
    "outbound": mark("mail from the office"),
    "submission": mark("mail from people who log in"),
    "cut-through": mark("at once"),
    "queue": mark("by the queue"),
    "callout": mark("ask the server"),
    "list": mark("as listed here"),
    "learned": mark("learn from mail"),
    "ldap": mark("ask the directory"),
    "direct": mark("to their servers"),
    "smart_host": mark("by a provider"),
    "smtp": "SMTP",
    "lmtp": "LMTP",
    "imap-append": "IMAP",
    "plain": "PLAIN",
    "login": "LOGIN",
    "exchange": "Exchange",
    "exchange-online": "Exchange Online",
    "dovecot": "Dovecot",
    "generic": mark("any other"),
}


def title(section: Section, words: Words) -> str:
    """What the section is called."""
    name, _ = _TABLES.get(section.table, (section.table, ""))
    return joined((words(name), section.name), " ")


def section_row(section: Section, form: Form, words: Words) -> Line:
    """One section; how many of its values were typed and not applied."""
    typed = sum(1 for each in section.fields if each.key in form.draft)
    _, about = _TABLES.get(section.table, ("", ""))
    said = words.n("{count} change to apply", "{count} changes to apply", typed) if typed else words(about)
    return (Piece(title(section, words), "strong"), Piece(said, "warn" if typed else "muted"))


def section_panel(section: Section, form: Form, cells: int, words: Words) -> list[Line]:
    """The first values of a section."""
    rows = [
        fit(line(Piece(f"{fitted(label(field), cells * 3 // 5)} ", "muted"), *shown_value(field, form, words)), cells)
        for field in section.fields[:12]
    ]
    return [*paragraph(words(_TABLES.get(section.table, ("", ""))[1]), cells, "info"), *rows]


def label(field: Field) -> str:
    """What a field is for, in the gateway's words."""
    return field.view.text or field.name


def whole_label(field: Field, words: Words) -> str:
    """The same among fields of other sections."""
    name, _ = _TABLES.get(str(field.path[0]), ("", ""))
    return words("{name}: {what}", name=words(name), what=label(field))


def shown_value(field: Field, form: Form, words: Words, *, is_short: bool = False) -> Line:
    """What holds or would hold, as an admin reads it; of a choice only what it means when it must be short."""
    value = form.value(field)
    text = human(field, value, words)
    if is_short and field.view.kind == "choice":
        text = words(_CHOICES.get(typeable(field.view, value), "")) or text
    return (Piece(text, "warn" if field.key in form.draft else "" if field.value else "muted"),)


def human(field: Field, value: str, words: Words) -> str:
    """A TOML value in words."""
    if value in ("", '""', "[]"):
        return words("(empty)")
    if field.view.kind == "switch":
        return words("yes") if value == "true" else words("no")
    typed = typeable(field.view, value)
    if field.view.kind == "choice":
        return choice(typed, words)
    parts = [_with_unit(each, field.view.unit, words) for each in typed.split(" / ")]
    if len(parts) == 2 and field.view.has_pair:
        return words("{normal}, under load {overload}", normal=parts[0], overload=parts[1])
    return parts[0] if field.view.kind in ("integer", "number") else typed


def choice(value: str, words: Words) -> str:
    """A word of the file beside what it means."""
    if not value:
        return words("(empty)")
    meant = words(_CHOICES.get(value, ""))
    return f"{value} ({meant})" if meant and meant != value else value


def field_row(field: Field, name: str, form: Form, wrong: Mapping[str, str], words: Words) -> Line:
    """One field: `name`, its value, and signs for risk and errors."""
    sign: tuple[str, Tone] = ("✗", "bad") if field.key in wrong else ("⚠", "warn") if field.view.risk else ("", "")
    shown = (
        (Piece(f"✗ {wrong[field.key]}", "bad"),)
        if field.key in wrong and field.key not in form.draft
        else shown_value(field, form, words, is_short=True)
    )
    return (Piece(name), shown[0], Piece(*sign))


def field_panel(field: Field, form: Form, wrong: Mapping[str, str], cells: int, words: Words) -> list[Line]:
    """What is wrong with it first, then what it is, what holds, its default and bounds, and what may go wrong."""
    view, rows = field.view, paragraph(label(field), cells, "strong")
    if field.key in wrong:
        rows += paragraph(wrong[field.key], cells, "bad", first=line(Piece("✗ ", "bad")))
    if field.key in form.draft:
        was, now = human(field, field.shown, words), human(field, form.value(field), words)
        rows += paragraph(f"{was} → {now}", cells, "warn")
    elif not field.value:
        rows.append(line(Piece(words("not set: the default holds"), "muted")))
    default = human(field, view.default, words) if view.default else words("none, it must be given")
    rows += paragraph(joined((words("Default: {value}", value=default), _bounds(field, words)), " · "), cells)
    if view.choices:
        rows += paragraph(" · ".join(choice(each, words) for each in view.choices), cells, "muted")
    if view.kind == "texts":
        rows += paragraph(words("Several are written with commas between them."), cells, "muted")
    if view.is_secret:
        rows += paragraph(
            words("This is the name of a secret; s sets the secret itself, which nobody can read."), cells, "info"
        )
    if view.risk:
        lasts = span(view.trial_seconds, words)
        trial = words("{risk}. So a change is on trial for {span} first.", risk=_upper(view.risk), span=lasts)
        rows += paragraph(trial, cells, "warn", first=line(Piece("⚠ ", "warn")))
    return [*rows, line(Piece(fitted(field.key, cells).rstrip(), "muted"))]


def question(changes: Sequence[tuple[Field, str]], cells: int, words: Words) -> list[Line]:
    """Before it is applied: was → is, one a line, and whether it is a trial."""
    rows: list[Line] = []
    for field, value in changes[:8]:
        now = value or field.view.default
        what = f"{human(field, field.shown, words)} → {human(field, now, words)}"
        shown = words("{name}: {what}", name=label(field), what=what)
        rows += paragraph(shown, cells, indent="  ", first=line(Piece("⚠ " if field.view.risk else "• ", "warn")))
    if (more := len(changes) - 8) > 0:
        rows.append(line(Piece(words("and {count} more", count=more), "muted")))
    risky = [field.view for field, _ in changes if field.view.risk]
    if not risky:
        return [*rows, (), *paragraph(words("It holds at once; the history of settings takes it back."), cells, "info")]
    longest = max(each.trial_seconds for each in risky)
    trial = words(
        "It runs on trial: after {span} the settings of before come back by themselves, unless you keep it.",
        span=span(longest, words),
    )
    return [*rows, (), *paragraph(trial, cells, "info")]


def wrong_fields(problems: Sequence[ProblemView], known: Form) -> tuple[dict[str, str], tuple[ProblemView, ...]]:
    """The sentence for each field that is wrong, and what belongs to no field."""
    beside: dict[str, str] = {}
    others: list[ProblemView] = []
    for each in problems:
        keys = [each.key, each.key.rpartition("[")[0]]
        key = next((one for one in keys if one and known.field(one) is not None), "")
        if key:
            beside.setdefault(key, each.message)
        else:
            others.append(each)
    return beside, tuple(others)


def probe_lines(probes: Sequence[ProbeView], cells: int, words: Words) -> list[Line]:
    """What the gateway saw of itself after the change."""
    rows: list[Line] = []
    for each in probes:
        tone: Tone = "ok" if each.works else "bad" if each.worked_before else "warn"
        sign = "✓" if each.works else "✗"
        before = "" if each.works or each.worked_before is not False else words("as before")
        text = joined((each.name, "" if each.works else each.detail, before))
        rows += paragraph(text, cells, indent="  ", first=line(Piece(f"{sign} ", tone)))
    return rows


def reverted(tried: Tried, cells: int, words: Words) -> list[Line]:
    """Why the settings of before run again at once."""
    said = words("The settings of before run again; nothing is lost.")
    return [*paragraph(said, cells, "strong"), (), *probe_lines(tried.probes, cells, words)] + (
        paragraph(tried.why, cells, "bad") if not tried.probes else []
    )


def problems(found: Sequence[ProblemView], cells: int) -> list[Line]:
    """Errors that have no field."""
    return [
        row
        for each in found[:6]
        for row in paragraph(joined((each.key, each.message), ": "), cells, indent="  ", first=line(Piece("✗ ", "bad")))
    ]


def change_lines(changes: Sequence[ChangeView], cells: int, words: Words) -> list[Line]:
    """What a version changed: was → is, with the risk of each."""
    rows: list[Line] = []
    for each in changes:
        rows += paragraph(change(each, words), cells, indent="  ", first=line(Piece("• ", "info")))
        if each.text:
            rows.append(fit(line("  ", Piece(each.key, "muted")), cells))
        if each.risk:
            rows += paragraph(each.risk, cells, "warn", first=line("  ", Piece("⚠ ", "warn")))
    return rows


def change(each: ChangeView, words: Words) -> str:
    """What one change did: `The gateway's name: mx.a.example → mail.a.example`."""
    was, now = (_unquoted(value) or words("(not set)") for value in (each.old, each.new))
    return words("{name}: {what}", name=each.text or each.key, what=f"{was} → {now}")


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 2 and value[0] == value[-1] == '"' and '"' not in value[1:-1] else value


def _with_unit(text: str, unit: str, words: Words) -> str:
    try:
        number = float(text)
    except ValueError:
        return text
    if not isfinite(number):
        return text
    if unit == "octets":
        return size(int(number), words)
    if unit == "days":
        return words.n("{count} day", "{count} days", int(number))
    shown = words.whole(int(number)) if number == int(number) else words.number(number, len(text.partition(".")[2]))
    return words("{count} s", count=shown) if unit == "seconds" else shown


def _bounds(field: Field, words: Words) -> str:
    view = field.view
    least = "" if view.least is None else _with_unit(f"{view.least:.15g}", view.unit, words)
    most = "" if view.most is None else _with_unit(f"{view.most:.15g}", view.unit, words)
    lower = words("more than {number}", number=least) if view.is_above else words("at least {number}", number=least)
    upper = words("at most {number}", number=most)
    return joined((lower if least else "", upper if most else ""))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
