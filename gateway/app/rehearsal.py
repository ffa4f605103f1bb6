"""What would become of a message, without a gateway and without delivering: the judge on a file (DESIGN §5).

The same checks and policy as at the door; knows nothing of the command line.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from ipaddress import ip_address

from gateway.app import evidence
from gateway.checks.reverse import ReverseNameCheck
from gateway.checks.runner import run_client_checks
from gateway.config.schema import Settings
from gateway.core.address import NULL_REVERSE_PATH, ForwardPath, Mailbox, ReversePath
from gateway.core.envelope import (
    SMTP_DOOR,
    SMTP_HIDDEN_ORIGIN_DOOR,
    Client,
    Envelope,
    Recipient,
    Role,
    Transaction,
)
from gateway.core.explain import sentence
from gateway.core.finding import ArcFinding, DkimFinding, ReverseNameFinding, SpfFinding, find
from gateway.core.message import Message, MessageError
from gateway.core.path import PathError, scan_path
from gateway.net.clock import Clock, SystemClock
from gateway.pipeline.judge import Judge, Judgement

CLIENT_CHECKS_SECONDS = 4.0
# For a message whose recipient nobody named: the rules for role addresses must not apply to it.
ANYBODY = "recipient@poterne.invalid"


class RehearsalError(Exception):
    """The message or what is said of it can't be judged; the text says why."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How the message came. `client_ip` "" when unknown: then nothing is asked about the origin."""

    octets: bytes
    client_ip: str = ""
    helo: str = ""
    mail_from: str = ""
    recipients: tuple[str, ...] = ()


class Rehearsal:
    """Judges one message after the other. Build it with `open_rehearsal`."""

    def __init__(self, judge: Judge, found: evidence.Sources, clock: Clock, language: str) -> None:
        self._judge = judge
        self._reverse = ReverseNameCheck(found.resolver)
        self._clock = clock
        self._language = language

    async def of(self, sent: Sent) -> dict[str, object]:
        """The verdict with its evidence, in the shape of DESIGN §5. Raises RehearsalError."""
        return described(await self._judge.judge(await self._transaction(sent)), self._language)

    async def _transaction(self, sent: Sent) -> Transaction:
        client = _client(sent)
        if sent.client_ip:
            timed = await run_client_checks((self._reverse,), client, CLIENT_CHECKS_SECONDS, self._clock)
            findings = tuple(each.finding for each in timed)
        else:
            findings = ()
        reverse = find(findings, ReverseNameFinding)
        client = replace(client, hostname=reverse.hostname if reverse else None)
        recipients = tuple(Recipient(ForwardPath(_mailbox(each))) for each in sent.recipients or (ANYBODY,))
        envelope = Envelope(_reverse_path(sent.mail_from), recipients)
        door = SMTP_DOOR if sent.client_ip else SMTP_HIDDEN_ORIGIN_DOOR
        # Nobody waits for us: a scanner that is away must not hide what the other checks found.
        door = replace(door, may_defer=False)
        whole = Transaction("JUDGE", door, client, envelope, _message(sent.octets), self._clock.now())
        return whole.with_findings(*findings)


@asynccontextmanager
async def open_rehearsal(settings: Settings, with_rspamd: bool = True) -> AsyncIterator[Rehearsal]:
    """A rehearsal with the checks of these settings."""
    clock = SystemClock()
    async with evidence.worker() as worker:
        found = evidence.sources(settings, clock, _ignore, worker, with_rspamd)
        yield Rehearsal(evidence.judge(settings, clock, found), found, clock, settings.language)


def described(judgement: Judgement, language: str) -> dict[str, object]:
    """A judgement as plain values; of several recipients the strictest verdict."""
    verdict = max(judgement.verdicts, key=lambda each: each.action.severity)
    findings = judgement.transaction.findings
    spf, dkim, arc = find(findings, SpfFinding), find(findings, DkimFinding), find(findings, ArcFinding)
    dmarc = judgement.dmarc
    return {
        "verdict": verdict.action.value,
        "score": verdict.score,
        "flags": sorted(flag.value for flag in verdict.flags),
        "reasons": [
            {"name": each.name, "score": each.score, "text": sentence(each, language)} for each in verdict.reasons
        ],
        "spf": {"result": spf.result if spf else "temperror", "domain": spf.domain if spf else None},
        "dkim": [
            {"result": each.result, "domain": each.domain, "selector": each.selector}
            for each in (dkim.signatures if dkim else ())
        ],
        "arc": {"result": arc.result if arc else "temperror"},
        "dmarc": {
            "result": dmarc.result,
            "policy": dmarc.policy,
            "domain": dmarc.domain or None,
            "record_domain": dmarc.record_domain,
        },
    }


def _client(sent: Sent) -> Client:
    try:
        ip = ip_address(sent.client_ip or "127.0.0.1")
    except ValueError as error:
        raise RehearsalError(f"{sent.client_ip!r} is no IP address") from error
    return Client(ip, 0, "rehearsal", Role.INBOUND, sent.helo, esmtp=True)


def _reverse_path(address: str) -> ReversePath:
    bare = address.strip().removeprefix("<").removesuffix(">")
    return ReversePath(_mailbox(bare)) if bare else NULL_REVERSE_PATH


def _mailbox(address: str) -> Mailbox:
    try:
        mailbox, end = scan_path(f"<{address}>", 0)
    except PathError as error:
        raise RehearsalError(f"{address!r} is no mail address: {error}") from error
    if mailbox is None or end != len(address) + 2:
        raise RehearsalError(f"{address!r} is no mail address")
    return mailbox


def _message(octets: bytes) -> Message:
    """A file may have the line ends of its system; on the wire there is only CRLF (RFC 5321 §2.3.8)."""
    if octets.count(b"\r\n") != octets.count(b"\n"):
        octets = octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    if not octets:
        raise RehearsalError("the message is empty")
    try:
        return Message.of(octets)
    except MessageError as error:
        raise RehearsalError(str(error)) from error


def _ignore(event: object) -> None:
    """Nobody listens to the events of a rehearsal."""
