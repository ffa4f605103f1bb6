"""`poterne backend guide`: what to set on a server, with the office's own values; and what it does now."""

from __future__ import annotations

from gateway.cli.call import DONE, NOT_DONE, Call
from gateway.cli.connect import checked, connect
from gateway.cli.signs import sign
from gateway.control.healthparams import GuideFor
from gateway.control.protocol import BACKEND_GUIDE


def guide(call: Call) -> int:
    """Exit code 1 when the server was tried and something is bad."""
    options, out = call.options, call.out
    with connect(call) as client:
        asked = checked(lambda: GuideFor(options.name, not options.no_checks, options.language or ""))
        told = client.call(BACKEND_GUIDE, asked)
    if out.as_json:
        out.json(told)
    else:
        for number, each in enumerate(told.sections, 1):
            out.line(out.styled(f"{number}. {each.title}", "bold"))
            out.paragraph(each.text, indent="   ")
            # Whole, however long: a line that is broken can't be pasted.
            for line in each.lines:
                out.line(f"     {line}")
            out.line()
        for check in told.checks:
            out.line(f"{sign(out, check.state)} {check.text}")
            if check.cure:
                out.paragraph(check.cure, indent="   ")
    return NOT_DONE if any(each.state == "bad" for each in told.checks) else DONE
