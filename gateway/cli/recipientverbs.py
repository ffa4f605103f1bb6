"""The verbs about who exists, for the table in `verbs`. Words only."""

from __future__ import annotations

from typing import Final

from gateway.cli.verb import Argument, Verb

RECIPIENT_NOUN: Final = "who exists at the office: learned, imported, or read from a directory"

_ADDRESS: Final = Argument(("address",), "the whole address", metavar="ADDRESS")
_YES: Final = Argument(("--yes",), "do not ask", switch=True)
_DOMAIN: Final = Argument(("--domain",), "only this domain", metavar="DOMAIN", default="")

RECIPIENT_VERBS: Final = (
    Verb(
        ("recipients", "list"),
        "list the addresses that the gateway knows, and how it knows them",
        "gateway.cli.recipients:list_known",
        (
            _DOMAIN,
            Argument(("--limit",), "how many to show (50)", metavar="N", number=True, default=50),
            Argument(("--all",), "show all, however many", switch=True),
            Argument(("--cursor",), "go on where another page ended (its `next`)", metavar="CURSOR", default=""),
        ),
        example="poterne recipients list --domain office.example",
    ),
    Verb(
        ("recipients", "check"),
        "say what mail for an address gets now, and why",
        "gateway.cli.recipients:check",
        (_ADDRESS,),
        example="poterne recipients check anna@office.example",
    ),
    Verb(
        ("recipients", "import"),
        "put all addresses of a file on the list: one a line, CSV as PowerShell exports it, or LDIF",
        "gateway.cli.recipients:import_file",
        (
            Argument(("file",), "the file (- for standard input)", metavar="FILE", completes="file"),
            Argument(("--dry-run",), "only say what would change", switch=True),
            _YES,
        ),
        example="poterne recipients import recipients.csv --dry-run",
    ),
    Verb(
        ("recipients", "add"),
        "put addresses on the list",
        "gateway.cli.recipients:add",
        (Argument(("addresses",), "whole addresses", metavar="ADDRESS", many="+"),),
    ),
    Verb(
        ("recipients", "remove"),
        "take an address off the list; nothing that is learned brings it back",
        "gateway.cli.recipients:remove",
        (_ADDRESS,),
    ),
    Verb(("recipients", "undo"), "take back the last import, add or remove", "gateway.cli.recipients:undo"),
    Verb(
        ("recipients", "sync"),
        "read the office's directory (LDAP) now",
        "gateway.cli.recipients:sync",
        (_DOMAIN, Argument(("--accept-loss",), "take it although many addresses are missing", switch=True)),
    ),
)
