"""What the parts of the gateway are called, what they are for, and how their states are said. Words only."""

from __future__ import annotations

from typing import Final

from tui.language import Words, mark

_PARTS: Final = {
    "redis": (mark("Memory of the filter"), mark("What the spam filter was taught lies there (Redis).")),
    "dns": (mark("Names (DNS)"), mark("Without DNS senders can't be checked.")),
    "clock": (mark("Clock"), mark("While the time is in doubt nothing expires and no notices leave.")),
    "room-queue": ("", mark("Mail for a server that is away waits here; when it is full, new mail is put off.")),
    "room-quarantine": ("", mark("When it is full, the oldest copies go first, then the oldest held mail.")),
}
_STATES: Final = {
    "up": mark("as it should be"),
    "down": mark("does not answer"),
    "unknown": mark("not asked yet"),
    "off": mark("switched off"),
}
_LANES: Final = {"away": mark("does not answer"), "sick": mark("refuses us")}
_RECIPIENTS: Final = {
    "verifying": mark("the server knows who exists"),
    "unverifying": mark("the server says yes to everybody"),
    "unverified": mark("nobody is asked, as set"),
    "untested": mark("not tried yet"),
    "unavailable": mark("nobody can be asked"),
    "learning": mark("learning who exists"),
    "directory-away": mark("the directory can't be read"),
    "directory-held": mark("the directory has shrunk"),
    "learned": mark("learned"),
}
_ZONES: Final = {
    "usable": mark("answers"),
    "broken": mark("lists nobody or everybody"),
    "silent": mark("is silent"),
    "untested": mark("not tried yet"),
}
_CHECKS: Final = {
    "address": (mark("Address"), mark("The world must find the gateway by its name.")),
    "mx": ("MX", mark("It says where the mail of the domain goes.")),
    "spf": ("SPF", mark("It says who may send mail of the domain.")),
    "dmarc": ("DMARC", mark("It asks receivers to stop mail that is forged with the domain.")),
    "ptr": ("PTR", mark("The address must have the gateway's name, or many servers refuse its mail.")),
}


def part(key: str, words: Words) -> tuple[str, str]:
    """Its name, and what it is for."""
    name, meaning = _PARTS[key]
    return words(name) if name else "", words(meaning)


def state(name: str, words: Words) -> str:
    """How a part is."""
    return _said(_STATES, name, words)


def lane(name: str, words: Words) -> str:
    """How a server that does not take mail is."""
    return _said(_LANES, name, words)


def recipients(name: str, words: Words) -> str:
    """How well it is known who exists."""
    return _said(_RECIPIENTS, name, words)


def zone(name: str, words: Words) -> str:
    """How a block list is."""
    return _said(_ZONES, name, words)


def check(name: str, words: Words) -> str:
    """What a look-up is called."""
    return words(_CHECKS[name][0]) if name in _CHECKS else name


def check_meaning(name: str, words: Words) -> str:
    """What it is for."""
    return words(_CHECKS[name][1]) if name in _CHECKS else ""


def _said(table: dict[str, str], name: str, words: Words) -> str:
    return words(table[name]) if name in table else name
