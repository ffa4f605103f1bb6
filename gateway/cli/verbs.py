"""The one table of verbs: help, completion and the manual are made from it, and nothing is a verb that isn't here.

Words only: what a verb does is imported when it is called, so that the command starts quickly.
"""

from __future__ import annotations

from typing import Final

from gateway.cli.healthverbs import HEALTH_NOUNS, HEALTH_VERBS
from gateway.cli.recipientverbs import RECIPIENT_NOUN, RECIPIENT_VERBS
from gateway.cli.ruleverbs import RULE_NOUN, RULE_VERBS
from gateway.cli.verb import Argument as Argument
from gateway.cli.verb import Verb as Verb

COMMON: Final = (
    Argument(("--json",), "print JSON instead of a table", switch=True),
    Argument(("--config",), "the settings file", metavar="FILE", completes="file"),
    Argument(("--socket",), "the control socket of the gateway", metavar="PATH", completes="file"),
)

# A verb, and as `--version` what everybody tries first.
VERSION: Final = "gateway.cli.version:version"

NOUNS: Final = {
    "messages": "what came in, and what became of it",
    "quarantine": "messages that are held back",
    "queue": "messages that wait for a server, and why",
    "dead": "dead letters: what was given up or dropped",
    "history": "what is remembered of messages",
    "rules": RULE_NOUN,
    "recipients": RECIPIENT_NOUN,
    "backend": "the office's own servers",
    **HEALTH_NOUNS,
    "bypass": "relay mail unfiltered, for a set time",
    "config": "the settings: versions, trials, and the way back",
    "secret": "passwords and keys by name; values go in and never come out",
}

_CODE = Argument(("code",), "the short code of the message, such as F7K2Q", metavar="CODE", completes="code")
_CODES = Argument(("codes",), "short codes, such as F7K2Q", metavar="CODE", many="+", completes="code")
_LIMIT = Argument(("--limit",), "how many to show (50)", metavar="N", number=True, default=50)
_ALL = Argument(("--all",), "show all, however many", switch=True)
_CURSOR = Argument(("--cursor",), "go on where another page ended (its `next`)", metavar="CURSOR", default="")
_SEARCH = Argument(("--search",), "only those with this in an address, the subject or the code", metavar="TEXT")
_ACTION = Argument(
    ("--action",), "only those with this verdict", choices=("accept", "mark", "quarantine", "reject", "defer")
)

_SINCE = Argument(("--since",), "only from this time on: 2026-11-24, 2026-11-24T09:50, yesterday, 2h", metavar="TIME")
_UNTIL = Argument(("--until",), "only before this time", metavar="TIME")
_YES = Argument(("--yes",), "do not ask", switch=True)
_VERSION = Argument(("version",), "the number of a version (the one that runs)", metavar="VERSION", many="?")
_BACK_TO = Argument(("version",), "the number of a version (the one before)", metavar="VERSION", many="?")
_FOR = Argument(("--for",), "as a trial of this length, such as 10m, also when it is harmless", metavar="TIME")
_SECRET = Argument(("name",), "the name of the secret, as the settings use it", metavar="NAME")
_ENTRY = Argument(("name",), "the code of a message, or the id of one entry", metavar="CODE", completes="code")
_ENTRIES = Argument(("names",), "codes of messages, or ids of entries", metavar="CODE", many="+", completes="code")

VERBS: Final = (
    Verb(
        ("serve",),
        "run the gateway in the foreground",
        "gateway.cli.serve:serve",
        example="poterne serve --config poterne.toml",
    ),
    Verb(
        ("check",),
        "say whether a settings file is valid, with every error at once",
        "gateway.cli.check:check",
        (Argument(("file",), "the settings file", metavar="FILE", many="?", completes="file"),),
        example="poterne check poterne.toml",
    ),
    Verb(
        ("judge",),
        "say what would become of a message file, without a running gateway",
        "gateway.cli.judge:judge",
        (
            Argument(("file",), "the message", metavar="FILE", many="?", completes="file"),
            Argument(("--client-ip",), "the address it came from", metavar="IP"),
            Argument(("--helo",), "the name given in EHLO", metavar="NAME"),
            Argument(("--mail-from",), 'the reverse-path; "" for none', metavar="ADDR"),
            Argument(("--rcpt",), "a recipient; may be repeated", metavar="ADDR", repeat=True),
            Argument(("--batch",), "read JSON lines {file, client_ip, helo, mail_from, rcpt} from stdin", switch=True),
            Argument(("--no-rspamd",), "do not ask rspamd", switch=True),
        ),
        example="poterne judge mail.eml --client-ip 192.0.2.1 --helo mx.example.com --mail-from a@example.com",
    ),
    Verb(
        ("status",),
        "say whether mail flows, and what is wrong if not",
        "gateway.cli.status:status",
        (Argument(("--check",), "exit 1 when mail does not flow", switch=True),),
        example="poterne status --check",
    ),
    Verb(
        ("stats",),
        "the mail of the last days in numbers, and who wrote out of the ordinary",
        "gateway.cli.stats:stats",
        (Argument(("--days",), "of how many days, 1 to 30 (1)", "DAYS", number=True, default=1),),
        example="poterne stats --days 7",
    ),
    Verb(
        ("tui",),
        "open the interface: the same on the console and over SSH",
        "gateway.cli.tui:tui",
        (
            Argument(("--language",), "English or French (else that of LANG)", choices=("en", "fr")),
            Argument(
                ("--glyphs",), "what the terminal can draw (else as TERM says)", choices=("any", "console", "ascii")
            ),
            Argument(("--mouse",), "let the mouse choose; selecting text then needs Shift", switch=True),
            Argument(
                ("--idle",),
                "leave after so many minutes without a key (15; 0: never)",
                "MINUTES",
                number=True,
                default=15,
            ),
            Argument(("--assistant",), "begin with the first steps: name, server, domain, test", switch=True),
        ),
    ),
    Verb(
        ("console",),
        "the console at rest: how mail fares, and how to log in, for anybody in the room",
        "gateway.cli.console:console",
        (
            Argument(("--language",), "English or French (else that of LANG)", choices=("en", "fr")),
            Argument(
                ("--glyphs",), "what the terminal can draw (else as TERM says)", choices=("any", "console", "ascii")
            ),
            Argument(("--user",), "who logs in (admin)", "NAME", default="admin"),
        ),
    ),
    Verb(
        ("messages", "list"),
        "list messages and refusals, newest first",
        "gateway.cli.messages:list_messages",
        (_LIMIT, _ALL, _CURSOR, _SEARCH, _ACTION, _SINCE, _UNTIL),
        example="poterne messages list --search supplier.example --since yesterday",
    ),
    Verb(("messages", "show"), "show all about one message", "gateway.cli.messages:show", (_CODE,)),
    Verb(
        ("messages", "explain"),
        "say in words why a message fared as it did",
        "gateway.cli.messages:explain",
        (_CODE,),
        example="poterne messages explain F7K2Q",
    ),
    Verb(
        ("messages", "tail"),
        "show messages as they come, until Ctrl+C",
        "gateway.cli.messages:tail",
        (Argument(("--lines",), "how many earlier ones to show first (10)", metavar="N", number=True, default=10),),
    ),
    Verb(
        ("quarantine", "list"),
        "list held messages, newest first",
        "gateway.cli.quarantine:list_held",
        (_LIMIT, _ALL, _CURSOR, _SEARCH),
    ),
    Verb(
        ("quarantine", "show"),
        "show one held message: why it is held, its header",
        "gateway.cli.quarantine:show",
        (_CODE, Argument(("--text",), "also what it says (this is noted in the journal)", switch=True)),
    ),
    Verb(
        ("quarantine", "release"),
        "hand held messages on to their recipients",
        "gateway.cli.quarantine:release",
        (
            _CODES,
            Argument(("--to",), "only to this recipient; may be repeated", metavar="ADDR", repeat=True),
            Argument(("--allow",), "also allow their senders, where that would help", switch=True),
        ),
        example="poterne quarantine release F7K2Q",
    ),
    Verb(
        ("quarantine", "delete"),
        "delete held messages for good",
        "gateway.cli.quarantine:delete",
        (_CODES, _YES),
    ),
    Verb(
        ("quarantine", "learn"),
        "teach the spam scanner from a held message",
        "gateway.cli.quarantine:learn",
        (_CODE, Argument(("learn_as",), "what it really is", choices=("spam", "ham"))),
        example="poterne quarantine learn F7K2Q ham",
    ),
    Verb(
        ("queue", "list"),
        "list what waits: why, by server, then each message, newest first",
        "gateway.cli.queue:list_queue",
        (_LIMIT, _ALL, _CURSOR),
    ),
    Verb(("queue", "show"), "show all about a waiting message", "gateway.cli.queue:show", (_ENTRY,)),
    Verb(
        ("queue", "retry"),
        "try waiting, held or dead messages now, or all that waits in a lane such as backend:exchange",
        "gateway.cli.queue:retry",
        (_ENTRIES,),
        example="poterne queue retry F7K2Q",
    ),
    Verb(("queue", "hold"), "keep messages in the queue and do not try them", "gateway.cli.queue:hold", (_ENTRIES,)),
    Verb(
        ("queue", "drop"),
        "make dead letters of messages; nobody gets them and nobody is told",
        "gateway.cli.queue:drop",
        (_ENTRIES, _YES),
    ),
    Verb(
        ("queue", "rebuild"),
        "make queue and quarantine anew from their files",
        "gateway.cli.queue:rebuild",
        (_YES,),
    ),
    Verb(
        ("dead", "list"),
        "list dead letters, newest first, and damaged files",
        "gateway.cli.queue:list_dead",
        (_LIMIT, _ALL, _CURSOR),
    ),
    Verb(("dead", "show"), "show all about a dead letter", "gateway.cli.queue:show", (_ENTRY,)),
    Verb(("dead", "retry"), "bring dead letters back and try them now", "gateway.cli.queue:retry", (_ENTRIES,)),
    Verb(("dead", "delete"), "delete dead letters for good", "gateway.cli.queue:delete", (_ENTRIES, _YES)),
    Verb(
        ("test",),
        "send one message through the whole chain, and say what became of it",
        "gateway.cli.chain:test",
        (
            Argument(("--to",), "deliver it really, to this mailbox; outside, by the way out", metavar="ADDR"),
            Argument(("--eicar",), "with the harmless test virus: is it recognised?", switch=True),
            Argument(("--gtube",), "with the harmless test spam: is it recognised?", switch=True),
        ),
        example="poterne test --to it@office.example",
    ),
    Verb(
        ("backend", "probe"),
        "try a server without a message: is it there, does it encrypt, does it know who exists",
        "gateway.cli.probe:probe",
        (
            Argument(("server",), "its name in the settings, or a host such as 10.0.0.9:25", metavar="SERVER"),
            Argument(("--domain",), "also ask it about this domain, and DNS for its MX", metavar="DOMAIN", default=""),
        ),
        example="poterne backend probe exchange --domain office.example",
    ),
    Verb(
        ("bypass", "on"),
        "relay mail unfiltered and marked, at most 24 hours; it ends by itself",
        "gateway.cli.bypass:on",
        (Argument(("--for",), "how long (30m)", metavar="TIME", default="30m"),),
        example="poterne bypass on --for 30m",
    ),
    Verb(("bypass", "off"), "filter mail again", "gateway.cli.bypass:off"),
    Verb(("bypass", "status"), "say whether mail is filtered", "gateway.cli.bypass:status"),
    Verb(
        ("history", "forget"),
        "take a person's address out of the history",
        "gateway.cli.forget:forget",
        (Argument(("address",), "the whole address", metavar="ADDRESS"), _YES),
        example="poterne history forget anna@office.example",
    ),
    *HEALTH_VERBS,
    *RULE_VERBS,
    *RECIPIENT_VERBS,
    Verb(("config", "show"), "print the settings that run, or another version", "gateway.cli.config:show", (_VERSION,)),
    Verb(
        ("config", "keys"),
        "list every key of the settings: what it is for, its default, what it may be",
        "gateway.cli.keys:keys",
        (Argument(("--search",), "only those with this in their name or words", metavar="TEXT"),),
        example="poterne config keys --search quarantine",
    ),
    Verb(
        ("config", "history"),
        "list the versions of the settings: who changed what",
        "gateway.cli.config:history",
        (_LIMIT, _ALL, _CURSOR),
    ),
    Verb(
        ("config", "try"),
        "run the settings of a file; what is risky in them reverts by itself unless it is kept",
        "gateway.cli.config:try_file",
        (Argument(("file",), "the settings file", metavar="FILE", completes="file"), _FOR),
        example="poterne config try new.toml --for 10m",
    ),
    Verb(("config", "keep"), "keep the settings that are on trial", "gateway.cli.config:keep"),
    Verb(
        ("config", "undo"),
        "end the trial; without one, go back to the settings before, or to a version",
        "gateway.cli.config:undo",
        (_BACK_TO, _FOR),
    ),
    Verb(
        ("config", "edit"),
        "edit the settings in an editor, or single keys at once, and try them",
        "gateway.cli.config:edit",
        (
            Argument(("--set",), "set this key, as TOML writes it; may be repeated", metavar="KEY=VALUE", repeat=True),
            Argument(("--unset",), "take this key out; may be repeated", metavar="KEY", repeat=True),
            _FOR,
        ),
        example="poterne config edit --set policy.standard.mark_at=5.5",
    ),
    Verb(
        ("secret", "set"),
        "set a secret from standard input",
        "gateway.cli.secret:set_value",
        (_SECRET,),
        example="poterne secret set smart-host < password.txt",
    ),
    Verb(("secret", "list"), "list the names of the secrets", "gateway.cli.secret:list_names"),
    Verb(("secret", "delete"), "delete a secret", "gateway.cli.secret:delete", (_SECRET, _YES)),
    Verb(
        ("manual",),
        "print the manual page (troff)",
        "gateway.cli.manual:manual",
        example="poterne manual > poterne.1 && man -l poterne.1",
    ),
    Verb(
        ("completion",),
        "print the completion script of a shell",
        "gateway.cli.completion:completion",
        (Argument(("shell",), "which shell", choices=("bash",)),),
        example='eval "$(poterne completion bash)"',
    ),
    Verb(("version",), "print the version", VERSION),
)
