"""`poterne status`: does mail flow, in one sentence; then what is wrong, what to do, and the figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from gateway.cli.call import DONE, NOT_DONE, Call
from gateway.cli.connect import connect
from gateway.cli.output import Column, Output, age, size, span
from gateway.cli.tried import trial_words
from gateway.cli.waiting import waiting_line
from gateway.control.params import Asked
from gateway.control.protocol import STATUS
from gateway.control.values import Status


def status(call: Call) -> int:
    """Exit code 0; with --check 1 when mail does not flow."""
    with connect(call) as client:
        state = client.call(STATUS, Asked())
    if call.out.as_json:
        call.out.json(state)
    else:
        _print(call.out, state, call.now())
    return NOT_DONE if call.options.check and not state.mail_flows else DONE


def _print(out: Output, state: Status, now: datetime) -> None:
    out.line(_headline(out, state))
    if state.trial is not None:
        out.line()
        out.paragraph(f"The settings are on trial, version {state.trial.version} of {state.trial.by}.")
        out.paragraph(trial_words(state.trial), indent="  ")
    for trouble in state.troubles:
        out.line()
        out.paragraph(trouble.what)
        out.paragraph(trouble.cure, indent="  ")
    out.line()
    out.table((Column(""), Column(""), Column("", shrinks=True)), list(_rows(state, now)))


def _headline(out: Output, state: Status) -> str:
    if not state.mail_flows:
        return out.styled("Mail does not flow.", "bad")
    return out.styled("Mail flows.", "good") + (" But:" if state.troubles else "")


def _rows(state: Status, now: datetime) -> Iterator[tuple[str, str, str]]:
    yield "gateway", state.hostname, f"version {state.version}, started {age(state.since, now)}"
    for listener in state.listeners:
        yield "listener", listener.state, _words(f"{listener.address} ({listener.role})", listener.cause)
    for lane in state.lanes:
        since = f"for {span(lane.since, now) or 'a moment'}" if lane.since else ""
        yield lane.name, lane.state, _words(since, lane.cause, lane.last_reply)
    rspamd = state.rspamd
    scanned = f"last scan {age(rspamd.last_scan, now)}" if rspamd.last_scan else "no scan yet"
    yield "rspamd", rspamd.state, _words(rspamd.version and f"version {rspamd.version}", scanned, rspamd.cause)
    antivirus = state.antivirus
    signed = f"signatures of {age(antivirus.signatures, now)}" if antivirus.signatures else ""
    version = antivirus.version and f"ClamAV {antivirus.version}"
    yield "antivirus", antivirus.state, _words(version, signed, antivirus.cause)
    for part in (state.redis, state.dns, state.disk, state.clock):
        yield part.name, part.state, part.cause
    missing = state.worker.not_enforced
    fences = f"not enforced here: {', '.join(missing)}" if missing else ""
    yield "attachments", state.worker.state, _words(fences, state.worker.cause)
    for domain in state.recipients:
        known = f"{domain.known} known" if domain.known or domain.state == "learning" else ""
        until = f"until {domain.until:%Y-%m-%d}" if domain.until else ""
        yield "recipients", domain.state, _words(domain.domain, known, until, domain.cause)
    for zone in state.zones:
        yield "block list", zone.state, _words(f"{zone.zone} IPv{zone.family}", zone.cause)
    yield from _figures(state)
    yield from _queue(state, now)


def _figures(state: Status) -> Iterator[tuple[str, str, str]]:
    today, held, load = state.today, state.quarantine, state.load
    total = today.accept + today.mark + today.quarantine + today.reject + today.defer
    kinds = (
        ("accepted", today.accept),
        ("marked", today.mark),
        ("held", today.quarantine),
        ("rejected", today.reject),
        ("deferred", today.defer),
        ("refused before content", today.refused),
    )
    yield "today", str(total), ", ".join(f"{number} {name}" for name, number in kinds if number)
    yield "quarantine", str(held.items), f"{size(held.size_octets)} of {size(held.limit_octets)}"
    memory = f"{size(load.memory_octets)} of {size(load.memory_limit_octets)} in hand"
    yield "connections", str(load.connections), f"of {load.connections_limit}, {memory}"


def _queue(state: Status, now: datetime) -> Iterator[tuple[str, str, str]]:
    queue = state.queue
    dead = f"{queue.dead} dead" if queue.dead else ""
    yield "queue", str(queue.entries), _words(f"{size(queue.size_octets)} of {size(queue.limit_octets)}", dead)
    for each in queue.waiting:
        yield "", "", waiting_line(each, now)


def _words(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
