"""`poterne history forget`: an address taken out of the history; and where it still stands."""

from __future__ import annotations

from gateway.cli.asking import agreed
from gateway.cli.call import DONE, NOT_DONE, Call
from gateway.cli.connect import checked, connect
from gateway.cli.output import counted
from gateway.control.protocol import HISTORY_FORGET
from gateway.control.workparams import ForgetAddress
from gateway.core.text import safe


def forget(call: Call) -> int:
    """After asking."""
    address = call.options.address
    params = checked(lambda: ForgetAddress(address))
    if not agreed(call, f"Take {safe(address)} out of the history for good?", "What is forgotten does not come back."):
        call.out.say("Nothing was forgotten.")
        return NOT_DONE
    with connect(call) as client:
        done = client.call(HISTORY_FORGET, params)
    out = call.out
    if out.as_json:
        out.json(done)
        return DONE
    out.line(f"{counted(done.rows, 'row')} of the history changed: address, subject, From and Message-ID are gone.")
    if done.correspondent:
        out.line("It is no known correspondent any more.")
    if done.listed:
        out.paragraph(f"It still stands in {counted(done.listed, 'rule')}: poterne rules list --search {safe(address)}")
    if done.held:
        held = counted(done.held, "held message")
        out.paragraph(f"It still stands in {held}: poterne quarantine list --search {safe(address)}")
    if done.queued:
        out.paragraph(f"It still stands in {counted(done.queued, 'message')} of the queue: poterne queue list")
    out.paragraph("The system's log is not changed; it goes with the log's own age.")
    return DONE
