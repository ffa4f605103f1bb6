"""`poterne tui`: the interface. Finds the gateway's socket and hands over; when it fails too often, the emergency menu.

Imports the interface when it is wanted.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from gateway.cli.call import DONE, Call
from gateway.cli.connect import find_socket
from gateway.cli.emergency import Left, menu


def tui(call: Call) -> int:
    """Exit code 0 when left, 1 when it can't be shown here. A gateway that is away is no error: it is waited for."""
    from tui.launch import FAILED, Wanted, run  # here, for no other verb needs it

    options = call.options
    wanted = Wanted(find_socket(call), options.language or "", options.glyphs or "", options.mouse, options.idle)
    wanted = replace(wanted, assistant=options.assistant)
    while (code := run(wanted, call.now)) == FAILED:
        if menu(call.stdin, sys.stdout) is Left.END:
            return DONE
    return code
