"""`poterne-shell`, the login shell: the interface on a terminal, one verb by `ssh HOST VERB`, no way to anything else.

Serves as ForceCommand too. No text is ever given to a shell, nothing that a client sends reaches a program's
environment unchecked, and no verb that names files or starts programs is let through. Who asked for what is in the
system's log. Imports the standard library only, so that the emergency menu opens when nothing else does.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import sys
import syslog
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.cli.emergency import Left, menu

REFUSED: Final = 1
# What may come from the client, and how it must look.
_KEPT: Final = ("TERM", "COLORTERM", "NO_COLOR", "LANG", "LC_ALL", "LC_MESSAGES", "TZ")
_OURS: Final = ("HOME", "USER", "LOGNAME", "SSH_CONNECTION", "SSH_TTY")
_VALUE = re.compile(r"[A-Za-z0-9 ./:@_+-]{0,128}")
_FIXED: Final = {"PATH": "/usr/bin:/bin"}
# Verbs that run programs, or are of no use here.
_CLOSED: Final = frozenset({("serve",), ("check",), ("judge",), ("config", "edit"), ("completion",)})
_FILES: Final = "Files on the box can't be named here"


class RefusedError(Exception):
    """This is not done for somebody who logs in; the text says what is."""


@dataclass(frozen=True, slots=True)
class Process:
    """What the shell stands in. `note` writes to the system's log, `verb` runs one call of the command."""

    arguments: Sequence[str]
    environment: MutableMapping[str, str]
    is_terminal: bool
    note: Callable[[str], None]
    verb: Callable[[Sequence[str]], int]


def main() -> None:
    """The entry point. Ends the process with the verb's exit code."""
    # Stopped, nobody could continue us; and SIGQUIT would end us with a core file of mail (ux.md §4.5).
    for each in (signal.SIGTSTP, signal.SIGQUIT, signal.SIGTTIN, signal.SIGTTOU):
        signal.signal(each, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    syslog.openlog("poterne-shell", syslog.LOG_PID, syslog.LOG_AUTH)
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    sys.exit(run(Process(sys.argv, os.environ, is_terminal, syslog.syslog, _verb)))


def run(process: Process) -> int:
    """What was asked for, or the interface; the exit code."""
    original = dict(process.environment)
    process.environment.clear()
    process.environment.update(cleaned(original))
    try:
        words = asked(process.arguments, original)
        if words is None:
            return _interface(process)
        allow(words)
    except RefusedError as error:
        process.note(f"refused: {error}")
        print(error, file=sys.stderr)
        return REFUSED
    process.note(f"runs: {shlex.join(words)}")
    return process.verb(words)


def cleaned(environment: Mapping[str, str]) -> dict[str, str]:
    """What of the environment counts: few names, and values that can't be anything but words."""
    kept = {name: environment[name] for name in (*_KEPT, *_OURS) if name in environment}
    return {name: value for name, value in kept.items() if _VALUE.fullmatch(value)} | _FIXED


def asked(arguments: Sequence[str], environment: Mapping[str, str]) -> list[str] | None:
    """The verb's words; None for the interface. Raises RefusedError for what is no call of a verb."""
    if len(arguments) == 1:
        text = environment.get("SSH_ORIGINAL_COMMAND", "")
    elif len(arguments) == 3 and arguments[1] == "-c":
        text = arguments[2]
        if os.path.basename(text) == os.path.basename(arguments[0]).lstrip("-"):
            # ForceCommand names us, and sshd has us run ourselves.
            text = environment.get("SSH_ORIGINAL_COMMAND", "")
    else:
        raise RefusedError("This login takes no options. Without a command it opens the interface.")
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise RefusedError(f"That is no command of ours ({error}). See: help") from error
    if words[:1] == ["poterne"]:
        words = words[1:]
    return {"help": ["--help"]}.get(" ".join(words), words) or None


def allow(words: Sequence[str]) -> None:
    """Raises RefusedError unless this call is one that whoever logs in may make."""
    from gateway.cli.call import UsageError
    from gateway.cli.parser import build
    from gateway.cli.verbs import COMMON, VERBS

    # Behind -- it would be the name of a file.
    options_end = words.index("--") if "--" in words else len(words)
    if {"--help", "-h"} & set(words[:options_end]):
        return
    try:
        options = build().parse_args(words)
    except UsageError as error:
        raise RefusedError(f"{error}\nThis login runs verbs of Poterne only.") from error
    verb = next((each for each in VERBS if each.does == options.does), None)
    if verb is None or verb.words in _CLOSED:
        raise RefusedError(f"{shlex.join(words)!r} is not run here. See: help")
    for argument in (*COMMON, *verb.arguments):
        name = argument.names[0].lstrip("-").replace("-", "_")
        if argument.completes == "file" and getattr(options, name, None) not in (None, "-"):
            raise RefusedError(f"{_FILES} ({argument.names[0]}). See: help")


def _interface(process: Process) -> int:
    if not process.is_terminal:
        raise RefusedError("The interface needs a terminal: ssh -t. Without one: ssh HOST status")
    if process.environment.get("TERM", "dumb") in ("dumb", "unknown"):
        return process.verb(["status"])
    process.note("opens the interface")
    return process.verb(["tui"])


def _verb(words: Sequence[str]) -> int:
    try:
        from gateway.cli.main import main as command

        return command(list(words))
    except Exception as error:  # noqa: BLE001 - whatever it is: somebody stands there and needs a way on
        kind = type(error).__name__
        syslog.syslog(f"could not run {shlex.join(words)}: {kind}: {error}")
        if words[:1] != ["tui"]:
            print(f"That failed ({kind}); the journal says more.", file=sys.stderr)
            return REFUSED
        left = menu(sys.stdin, sys.stdout, f"The interface does not start ({kind}). Mail goes on.")
        return _verb(words) if left is Left.INTERFACE else 0
