"""`poterne tui`: the interface. Finds the gateway's socket and hands over; imports the interface when it is wanted."""

from __future__ import annotations

from gateway.cli.call import Call
from gateway.cli.connect import find_socket


def tui(call: Call) -> int:
    """Exit code 0 when left, 1 when it can't be shown here. A gateway that is away is no error: it is waited for."""
    from tui.launch import Wanted, run  # here, for no other verb needs it

    options = call.options
    wanted = Wanted(find_socket(call), options.language or "", options.glyphs or "", options.mouse)
    return run(wanted, call.now)
