"""The command `poterne`: what was typed becomes a call, every expected error a sentence and an exit code.

Knows neither verbs nor the gateway; imports a verb's module only when it is called.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from gateway.cli.call import AWAY, DONE, NOT_DONE, USAGE, Call, UsageError
from gateway.cli.connect import find_socket
from gateway.cli.output import Output
from gateway.cli.parser import build
from gateway.control.client import AwayError, DeniedError
from gateway.control.protocol import BAD_PARAMS, ProtocolError
from gateway.core.text import safe

# What a shell reports for a program ended by SIGINT.
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The process around the command: its streams and its environment."""

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    environment: Mapping[str, str]


def main(arguments: Sequence[str] | None = None, around: Surroundings | None = None) -> int:
    """Run one call; the exit code of DESIGN §5. Prints `arguments` (else the process's) to the surroundings."""
    around = around or Surroundings(sys.stdin, sys.stdout, sys.stderr, os.environ)
    for stream in (around.stdout, around.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")  # a terminal without UTF-8 must not end in a traceback
    try:
        return _run(sys.argv[1:] if arguments is None else arguments, around)
    except BrokenPipeError:
        _silence(around.stdout)
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(arguments: Sequence[str], around: Surroundings) -> int:
    try:
        options = build().parse_args(arguments)
        if options.does is None:
            options.parser.print_help(around.stderr)
            return USAGE
        out = Output(around.stdout, around.stderr, around.environment, options.json)
        call = Call(options, out, around.stdin, around.environment, _now)
    except UsageError as error:
        return _fail(around, str(error), USAGE)
    except SystemExit as error:  # argparse after --help
        return int(error.code or DONE)
    return _called(call, around)


def _called(call: Call, around: Surroundings) -> int:
    try:
        return _function(call.options.does)(call)
    except UsageError as error:
        return _fail(around, str(error), USAGE)
    except AwayError as error:
        return _fail(around, _away(call, error), AWAY)
    except DeniedError as error:
        return _fail(around, str(error), USAGE if error.failure.code == BAD_PARAMS else NOT_DONE)
    except ProtocolError as error:
        return _fail(around, f"The gateway speaks another language ({error}). Is it of another release?", NOT_DONE)


def _function(does: str) -> Callable[[Call], int]:
    module, _, name = does.partition(":")
    function: Callable[[Call], int] = getattr(importlib.import_module(module), name)
    return function


def _away(call: Call, error: AwayError) -> str:
    with contextlib.suppress(UsageError, OSError):
        if not find_socket(call).exists():
            config = safe(str(call.config or "FILE"))
            return f"The gateway is not running: {error}.\nStart it with: poterne serve --config {config}"
    return f"The gateway is not running: {error}.\nSee its log for the cause, and start it again."


def _fail(around: Surroundings, text: str, code: int) -> int:
    for line in text.splitlines():
        print(safe(line), file=around.stderr)
    return code


def _silence(stdout: TextIO) -> None:
    """Whoever read our output has gone; the interpreter must not complain at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stdout.fileno())


def _now() -> datetime:
    from gateway.net.clock import SystemClock  # here, for it imports asyncio, which most calls don't need

    return SystemClock().now()
