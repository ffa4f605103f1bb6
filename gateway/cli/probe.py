"""`poterne backend probe`: is a server there, does it encrypt, does it know who exists; without a message."""

from __future__ import annotations

from gateway.cli.call import DONE, NOT_DONE, Call
from gateway.cli.connect import checked, connect
from gateway.cli.output import Column
from gateway.control.protocol import BACKEND_PROBE
from gateway.control.workparams import ProbeBackend

_SIGNS = {"ok": "ok", "warn": "LOOK", "bad": "FAILED"}


def probe(call: Call) -> int:
    """0 when mail can be handed to it, 1 when not."""
    options = call.options
    # What has a colon or a slash is a host that need not be in the settings.
    by_host = any(sign in options.server for sign in ":/") and not options.server.startswith("smart_host:")
    with connect(call) as client:
        wanted = checked(
            lambda: ProbeBackend(
                name="" if by_host else options.server,
                hosts=(options.server,) if by_host else (),
                domain=options.domain,
            )
        )
        found = client.call(BACKEND_PROBE, wanted)
    if call.out.as_json:
        call.out.json(found)
    else:
        rows = [
            (_SIGNS[step.state], step.name, f"{step.elapsed_ms:.0f} ms" if step.elapsed_ms else "", step.text)
            for step in found.steps
        ]
        call.out.table((Column(""), Column(""), Column(""), Column("")), rows)
    return DONE if found.works else NOT_DONE
