"""The verbs of the allow and block lists, for the table in `verbs`. Words only."""

from __future__ import annotations

from typing import Final

from gateway.cli.verb import Argument, Verb

RULE_NOUN: Final = "whom the office allows and blocks; an allow counts only for a proven sender"

_SUBJECT: Final = Argument(
    ("subject",),
    "an address, a domain, .domain with all below it, an IP address or network",
    metavar="WHOM",
    many="?",
)
_ID: Final = Argument(("id",), "the number of an entry", metavar="ID", number=True)
_DRAFT: Final = (
    _SUBJECT,
    Argument(("--subdomains",), "also all sub-domains of the domain", switch=True),
    Argument(("--to",), "only mail to this address or domain of the office", metavar="ADDR"),
    Argument(("--for",), "how long, such as 30d (for ever)", metavar="TIME"),
    Argument(("--reason",), "why, for whoever asks later", metavar="TEXT"),
    Argument(("--sender-of",), "the sender of this message", metavar="CODE", completes="code"),
    Argument(("--scope",), "with --sender-of: what of the sender (domain)", choices=("address", "domain", "network")),
)
_PAGES: Final = (
    Argument(("--limit",), "how many to show (50)", metavar="N", number=True, default=50),
    Argument(("--all",), "show all, however many", switch=True),
    Argument(("--cursor",), "go on where another page ended (its `next`)", metavar="CURSOR", default=""),
)
_KIND: Final = Argument(("--list",), "only this list", choices=("allow", "block"))

RULE_VERBS: Final = (
    Verb(
        ("rules", "list"),
        "list who is allowed and blocked, newest first",
        "gateway.cli.rules:list_rules",
        (
            *_PAGES,
            Argument(("--search",), "only those with this in whom, for whom, by whom or why", metavar="TEXT"),
            _KIND,
        ),
    ),
    Verb(("rules", "show"), "show one entry", "gateway.cli.rules:show", (_ID,)),
    Verb(
        ("rules", "allow"),
        "let somebody pass whatever the points say, when proven to be the sender",
        "gateway.cli.rules:allow",
        _DRAFT,
        example="poterne rules allow supplier.example --for 90d --reason 'Ann asked for it'",
    ),
    Verb(
        ("rules", "block"),
        "refuse whatever somebody sends",
        "gateway.cli.rules:block",
        _DRAFT,
        example="poterne rules block .spam.example --to anna@office.example",
    ),
    Verb(
        ("rules", "cures"),
        "say what could be done about a message's sender, and whether it would help",
        "gateway.cli.rules:cures",
        (Argument(("code",), "the short code of the message, such as F7K2Q", metavar="CODE", completes="code"),),
        example="poterne rules cures F7K2Q",
    ),
    Verb(("rules", "remove"), "take an entry out", "gateway.cli.rules:remove", (_ID,)),
    Verb(
        ("rules", "undo"),
        "take back the last change of the lists, or one by its number",
        "gateway.cli.rules:undo",
        (Argument(("change",), "the number of a change (the last)", metavar="CHANGE", many="?", number=True),),
    ),
    Verb(("rules", "history"), "list who changed the lists, newest first", "gateway.cli.rules:history", _PAGES),
    Verb(
        ("rules", "replay"),
        "say which messages of the last days would have fared differently",
        "gateway.cli.rules:replay",
        (
            Argument(("--without",), "this entry (its number)", metavar="ID", number=True),
            Argument(("--allow",), "with this on the allow list", metavar="WHOM"),
            Argument(("--block",), "with this on the block list", metavar="WHOM"),
            Argument(("--to",), "only mail to this address or domain of the office", metavar="ADDR"),
            Argument(("--thresholds",), "with these limits: mark,quarantine,reject", metavar="N,N,N"),
            Argument(("--policy",), "the policy whose limits they are (standard)", metavar="NAME"),
            Argument(("--days",), "how many days back (14)", metavar="N", number=True, default=14),
            *_PAGES,
        ),
        example="poterne rules replay --block .spam.example --days 14",
    ),
    Verb(
        ("rules", "export"),
        "print the lists as CSV",
        "gateway.cli.rulescsv:export",
        (_KIND,),
        example="poterne rules export > rules.csv",
    ),
    Verb(
        ("rules", "import"),
        "add what a CSV file has: list, whom, to, expires, reason; all lines are looked at first",
        "gateway.cli.rulescsv:import_file",
        (Argument(("file",), "the file, - for standard input", metavar="FILE", completes="file"),),
    ),
)
