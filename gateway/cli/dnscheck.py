"""`poterne dns check`: what is published about our domains, and the records to publish."""

from __future__ import annotations

from gateway.cli.call import DONE, NOT_DONE, Call
from gateway.cli.connect import checked, connect
from gateway.cli.output import Output
from gateway.cli.signs import sign
from gateway.control.healthparams import CheckDns
from gateway.control.healthvalues import DnsItem
from gateway.control.protocol import DNS_CHECK


def check(call: Call) -> int:
    """Exit code 1 when something is bad."""
    options, out = call.options, call.out
    with connect(call) as client:
        told = client.call(DNS_CHECK, checked(lambda: CheckDns(options.domain or "", options.language or "")))
    if out.as_json:
        out.json(told)
    else:
        for domain in told.domains:
            out.line(out.styled(domain.domain, "bold"))
            for each in domain.items:
                _print(out, each)
            out.line()
        for server in told.servers:
            state = "ok" if server.answers else "bad"
            said = f"{server.elapsed_ms:.0f} ms" if server.answers else server.cause
            out.line(f"{sign(out, state)} DNS server {server.address}: {said}")
    states = [each.state for domain in told.domains for each in domain.items]
    return NOT_DONE if "bad" in states or not all(each.answers for each in told.servers) else DONE


def _print(out: Output, item: DnsItem) -> None:
    out.line(f"{sign(out, item.state)} {item.check.upper():<8} {item.text}")
    if item.cure:
        out.paragraph(item.cure, indent="             ")
    if item.value:
        out.line(f"               {item.name}  {item.kind}  {item.value}")
