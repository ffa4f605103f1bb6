"""`poterne test`: one message through the whole chain, and what became of it at each step."""

from __future__ import annotations

from typing import Literal

from gateway.cli.call import DONE, NOT_DONE, Call
from gateway.cli.connect import checked, connect
from gateway.cli.output import Column, Output
from gateway.control.protocol import TEST_RUN
from gateway.control.workparams import RunTest
from gateway.control.workvalues import ChainTest

_NAMES = {
    "send": "taken in",
    "judge": "judged",
    "deliver": "handed on",
    "server": "server asked",
    "route": "way out",
    "record": "recorded",
}


def test(call: Call) -> int:
    """Exit code 1 when the chain is broken anywhere."""
    with connect(call) as client:
        report = client.call(TEST_RUN, checked(lambda: _wanted(call)))
    if call.out.as_json:
        call.out.json(report)
    else:
        _print(call.out, report)
    return DONE if report.works else NOT_DONE


def _wanted(call: Call) -> RunTest:
    options = call.options
    variant: Literal["", "eicar", "gtube"] = "eicar" if options.eicar else "gtube" if options.gtube else ""
    return RunTest(options.to or "", variant=variant)


def _print(out: Output, report: ChainTest) -> None:
    rows = [
        (
            "ok" if step.done else "FAILED",
            _NAMES.get(step.name, step.name),
            f"{step.elapsed_ms:.0f} ms" if step.elapsed_ms else "",
            step.text,
        )
        for step in report.steps
    ]
    out.table((Column(""), Column(""), Column(""), Column("")), rows)
    if report.checks:
        out.line()
        out.paragraph("Checks: " + ", ".join(f"{check} {result}" for check, result in report.checks))
    if report.fields:
        out.line()
        out.line("Put on top of it:")
        for each in report.fields:
            out.paragraph(each, indent="  ")
    out.line()
    if report.works:
        out.line(out.styled("The chain works.", "good"))
    else:
        out.line(out.styled("The chain is broken.", "bad"))
        if report.cause:
            out.paragraph(report.cause)
            out.paragraph(f"What to do: {report.cure}")
    if report.code:
        out.line(f"All about it: poterne messages explain {report.code}")
