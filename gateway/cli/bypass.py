"""`poterne bypass`: relay mail unfiltered and marked for a set time, when a filter stops an office's mail."""

from __future__ import annotations

from gateway.cli.call import DONE, Call
from gateway.cli.connect import checked, connect
from gateway.cli.moments import clock_words, duration
from gateway.control.params import Asked
from gateway.control.protocol import BYPASS_OFF, BYPASS_ON, BYPASS_STATUS
from gateway.control.workparams import BypassFor
from gateway.control.workvalues import BypassStatus


def on(call: Call) -> int:
    """From now on for so long."""
    seconds = duration(vars(call.options)["for"])
    with connect(call) as client:
        return _say(call, client.call(BYPASS_ON, checked(lambda: BypassFor(seconds))))


def off(call: Call) -> int:
    """Filter again."""
    with connect(call) as client:
        return _say(call, client.call(BYPASS_OFF, Asked()))


def status(call: Call) -> int:
    """On or off."""
    with connect(call) as client:
        return _say(call, client.call(BYPASS_STATUS, Asked()))


def _say(call: Call, state: BypassStatus) -> int:
    out = call.out
    if out.as_json:
        out.json(state)
    elif state.is_on and state.until is not None:
        until = clock_words(state.until, call.now())
        out.line(out.styled(f"The bypass is on until {until}, as {state.by} ordered.", "bad"))
        out.paragraph(
            "Mail is relayed unchecked and marked as bypassed; recipients are still verified, and nobody else may "
            "relay. It ends by itself, and with a restart of the gateway. To end it now: poterne bypass off"
        )
    else:
        out.line(out.styled("The bypass is off: mail is filtered.", "good"))
    return DONE
