"""`poterne manual`: the manual page in troff's man macros, made from the table of verbs.

Knows troff's special characters (groff_char(7)) and what stands in every manual page; all else is the table's.
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.cli.call import DONE, Call
from gateway.cli.verbs import COMMON, NOUNS, VERBS, Argument, Verb

_EXITS = (
    ("0", "Done."),
    ("1", "Not found, refused, or not done."),
    ("2", "Wrong usage or settings."),
    ("3", "The gateway is not running."),
)
_FILES = (
    ("/run/poterne/control.sock", "The control socket, unless --socket, --config or POTERNE_SOCKET name another."),
    ("/var/lib/poterne", "Queue, quarantine, history, settings and certificates (state_directory)."),
)


def manual(call: Call) -> int:
    """Print the page."""
    if call.out.as_json:
        call.out.json({"page": "poterne.1", "troff": troff()})
    else:
        call.out.line(troff())
    return DONE


def troff() -> str:
    """The whole page."""
    return "\n".join((*_head(), *_verbs(), *_tail()))


def _head() -> Iterator[str]:
    yield '.TH POTERNE 1 "" "Poterne" "User Commands"'
    yield ".SH NAME"
    yield r"poterne \- the mail gateway, by its control socket"
    yield ".SH SYNOPSIS"
    yield ".B poterne"
    yield r"\fIverb\fR [\fIargument\fR ...] [\fIoption\fR ...]"
    yield ".SH DESCRIPTION"
    yield "Poterne takes an office's mail from the Internet, checks it, and hands the good mail on to the office's"
    yield "server."
    yield "This command runs the gateway, and asks or tells a running one over its control socket."
    yield "Administrators may do everything; members of the group poterne\\-helper may look, and release, delete or"
    yield "teach held mail."
    yield ".SH OPTIONS OF EVERY VERB"
    for argument in COMMON:
        yield from _argument(argument)


def _verbs() -> Iterator[str]:
    yield ".SH VERBS"
    described: set[str] = set()
    for verb in VERBS:
        noun = verb.words[0]
        if noun in NOUNS and noun not in described:
            described.add(noun)
            yield f".SS {_plain(noun)}"
            yield f"{_sentence(NOUNS[noun])}"
        elif noun not in NOUNS:
            yield f".SS {_plain(noun)}"
        yield from _verb(verb)


def _verb(verb: Verb) -> Iterator[str]:
    yield ".TP"
    yield _synopsis(verb)
    yield _sentence(verb.summary)
    if verb.arguments:
        yield ".RS"
        for argument in verb.arguments:
            yield from _argument(argument)
        yield ".RE"
    if verb.example:
        yield ".IP"
        yield "Example:"
        yield f".B {_plain(verb.example)}"


def _tail() -> Iterator[str]:
    yield ".SH JSON"
    yield r"With \fB\-\-json\fR each object carries \fB\(dqschema\(dq: \(dqpoterne/1\(dq\fR; lists are {items, next};"
    yield "times are UTC, ISO 8601. Verbs that follow or act on several things print one object a line."
    yield ".SH EXIT STATUS"
    for code, text in _EXITS:
        yield from (".TP", f".B {code}", _plain(text))
    yield ".SH FILES"
    for name, text in _FILES:
        yield from (".TP", f".I {_plain(name)}", _plain(text))
    yield ".SH ENVIRONMENT"
    yield from (".TP", ".B POTERNE_SOCKET", "The control socket.")
    yield from (".TP", ".B NO_COLOR", "Print without colours.")


def _synopsis(verb: Verb) -> str:
    places = [_place(each) for each in verb.arguments if not each.is_option]
    options = r" [\fIoption\fR ...]" if any(each.is_option for each in verb.arguments) else ""
    return "".join((rf"\fBpoterne {_plain(verb.name)}\fR", *(f" {place}" for place in places), options))


def _place(argument: Argument) -> str:
    name = rf"\fI{_plain(argument.metavar or '|'.join(argument.choices) or argument.names[0])}\fR"
    return {"?": f"[{name}]", "*": f"[{name} ...]", "+": f"{name} ..."}.get(argument.many, name)


def _argument(argument: Argument) -> Iterator[str]:
    yield ".TP"
    if argument.is_option:
        value = argument.metavar or "|".join(argument.choices)
        names = ", ".join(rf"\fB{_plain(name)}\fR" for name in argument.names)
        yield names + (rf" \fI{_plain(value)}\fR" if value and not argument.switch else "")
    else:
        yield _place(argument)
    yield _sentence(argument.help)


def _sentence(text: str) -> str:
    return _plain(f"{text[0].upper()}{text[1:]}.")


def _plain(text: str) -> str:
    """Text as it shall be read: troff's backslash and hyphens escaped, no line that troff takes for a request."""
    escaped = text.replace("\\", r"\(rs").replace("-", r"\-").replace('"', r"\(dq").replace("'", r"\(aq")
    return rf"\&{escaped}" if escaped.startswith(".") else escaped
