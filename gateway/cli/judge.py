"""`poterne judge`: what would become of a message file, without a running gateway and without delivering."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.cli.call import DONE, Call, UsageError
from gateway.cli.explained import print_reasons
from gateway.cli.output import Column
from gateway.cli.settings import load_settings
from gateway.config.schema import Settings
from gateway.control.values import ReasonView

if TYPE_CHECKING:
    from gateway.app.rehearsal import Sent

# Without a settings file the defaults apply; these two have none.
_NOBODY = Settings(hostname="poterne.invalid", postmaster="postmaster@poterne.invalid")
_KEYS = ("file", "client_ip", "helo", "mail_from", "rcpt")


def judge(call: Call) -> int:
    """Print the verdict, or one line for each line of a batch. The exit code is 0 whatever the verdict."""
    if bool(call.options.file) == bool(call.options.batch):
        raise UsageError("Give one message FILE, or --batch with JSON lines on standard input.")
    settings = load_settings(call.config) if call.config else _NOBODY
    return asyncio.run(_batch(call, settings) if call.options.batch else _one(call, settings))


async def _one(call: Call, settings: Settings) -> int:
    # Here, for the checks import the libraries of every protocol they speak.
    from gateway.app.rehearsal import RehearsalError, open_rehearsal

    given = {key: getattr(call.options, key) for key in _KEYS}
    async with open_rehearsal(settings, not call.options.no_rspamd) as rehearsal:
        try:
            found = await rehearsal.of(_sent(given))
        except (RehearsalError, OSError) as error:
            raise UsageError(_in_words(error)) from error
    _show(call, found)
    return DONE


async def _batch(call: Call, settings: Settings) -> int:
    """One JSON line in, one out and flushed; a bad line is answered and the batch goes on."""
    from gateway.app.rehearsal import RehearsalError, open_rehearsal

    async with open_rehearsal(settings, not call.options.no_rspamd) as rehearsal:
        # A thread reads, so that the loop can look after the worker while the next line is not there yet.
        while line := await asyncio.to_thread(call.stdin.readline):
            if not line.strip():
                continue
            name: object = None
            try:
                given = _parsed(line)
                name = given.get("file")
                call.out.json({"file": name, **await rehearsal.of(_sent(given))})
            except (RehearsalError, OSError, ValueError, TypeError) as error:
                call.out.json({"file": name, "error": _in_words(error)})
    return DONE


def _parsed(line: str) -> Mapping[str, Any]:
    given = json.loads(line)
    if not isinstance(given, dict):
        raise TypeError("a line is a JSON object")
    unknown = sorted(set(given) - set(_KEYS))
    if unknown:
        raise ValueError(f"unknown key {unknown[0]!r}; the keys are {', '.join(_KEYS)}")
    return given


def _sent(given: Mapping[str, Any]) -> Sent:
    """The message and how it came. Raises OSError for an unreadable file, TypeError for a value of another kind."""
    from gateway.app.rehearsal import Sent

    if not isinstance(given.get("file"), str):
        raise TypeError("`file` must be the path of a message")
    texts = {key: given.get(key) or "" for key in ("client_ip", "helo", "mail_from")}
    wanted = given.get("rcpt") or ()
    recipients = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    if not all(isinstance(each, str) for each in (*texts.values(), *recipients)):
        raise TypeError("client_ip, helo, mail_from and rcpt are strings")
    return Sent(Path(given["file"]).read_bytes(), recipients=recipients, **texts)


def _in_words(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"no JSON: {error.msg} at column {error.colno}"
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _show(call: Call, found: Mapping[str, Any]) -> None:
    out = call.out
    if out.as_json:
        out.json(found)
        return
    out.line(f"{out.styled(found['verdict'], 'bold')}, {found['score']:.1f} points")
    print_reasons(out, [ReasonView(**reason) for reason in found["reasons"]])
    out.line()
    dkim = "; ".join(f"{each['result']} {each['domain']} {each['selector']}" for each in found["dkim"]) or "none"
    rows = [
        ("SPF", f"{found['spf']['result']} {found['spf']['domain'] or ''}"),
        ("DKIM", dkim),
        ("ARC", found["arc"]["result"]),
        ("DMARC", f"{found['dmarc']['result']} {found['dmarc']['domain'] or ''}"),
    ]
    out.table((Column("CHECK"), Column("RESULT", shrinks=True)), rows)
