"""Asking before what can't be undone: once, default no; without a terminal --yes is needed."""

from __future__ import annotations

from gateway.cli.call import Call, UsageError


def agreed(call: Call, question: str, warning: str) -> bool:
    """True with --yes, or when a person says so. Raises UsageError (with `warning`) when nobody can be asked."""
    if call.options.yes:
        return True
    if not call.stdin.isatty():
        raise UsageError(f"{warning} To do it without being asked: --yes")
    call.out.ask(f"{question} [y/N]")
    return call.stdin.readline().strip().lower() in ("y", "yes")
