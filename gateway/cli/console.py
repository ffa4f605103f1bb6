"""`poterne console`: the console at rest. Finds the gateway's socket and hands over."""

from __future__ import annotations

import sys

from gateway.cli.call import NOT_DONE, Call
from gateway.cli.connect import find_socket


def console(call: Call) -> int:
    """Exit code 0 when somebody wants to log in, 1 when there is no terminal (any more)."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        call.out.say("The console at rest needs a terminal. Without one: poterne status")
        return NOT_DONE
    from tui.rest import Wanted, run  # here, for no other verb needs it

    options = call.options
    wanted = Wanted(find_socket(call), options.user, options.language or "", options.glyphs or "")
    return run(wanted, call.now)
