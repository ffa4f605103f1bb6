"""`poterne version`: of this command; the running gateway's is in `poterne status`."""

from __future__ import annotations

from importlib import metadata

from gateway.cli.call import DONE, Call


def version(call: Call) -> int:
    """Print it."""
    found = metadata.version("poterne")
    if call.out.as_json:
        call.out.json({"version": found})
    else:
        call.out.line(f"poterne {found}")
    return DONE
