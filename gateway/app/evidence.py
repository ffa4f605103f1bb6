"""Which checks a gateway has, built once: the same for mail at the door and for `poterne judge`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gateway.app import translate
from gateway.app.workshop import Bench
from gateway.checks.arc import ArcCheck
from gateway.checks.attachments import AttachmentCheck
from gateway.checks.base import MessageCheck
from gateway.checks.clamd import ClamdCheck
from gateway.checks.dkim import DkimCheck
from gateway.checks.dmarc import DmarcCheck
from gateway.checks.rspamd import RspamdCheck
from gateway.checks.spf import SpfCheck
from gateway.config.schema import Clamd, Rspamd, Settings
from gateway.core.alignment import evaluate
from gateway.core.authsymbols import rspamd_symbols
from gateway.core.event import Publish
from gateway.core.facts import NOTHING, Facts
from gateway.core.finding import Finding
from gateway.net.clamd import ClamdClient
from gateway.net.clamdhealth import ClamdHealth
from gateway.net.clock import Clock
from gateway.net.resolver import DnsHealth, DnsResolver
from gateway.net.rspamd import RspamdClient
from gateway.net.scanhealth import ScanHealth
from gateway.net.scanprobe import ScanProbe
from gateway.pipeline.judge import Checks, Judge
from gateway.worker.host import WorkerPool

# So that an archive that takes seconds does not hold the attachments of everybody else. The second starts when needed.
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Sources:
    """What evidence comes from; shared by all checks. `rspamd` and `clamd` are None where nobody shall be asked."""

    resolver: DnsResolver
    dns_health: DnsHealth
    rspamd: RspamdClient | None
    scan_health: ScanHealth
    worker: WorkerPool
    clamd: ClamdClient | None
    clamd_health: ClamdHealth


@asynccontextmanager
async def worker() -> AsyncIterator[WorkerPool]:
    """The parser of attachments, started and ended."""
    pool = WorkerPool(WORKERS)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


def sources(
    settings: Settings, clock: Clock, publish: Publish, worker: WorkerPool, with_rspamd: bool = True
) -> Sources:
    """Build them; nothing is asked yet."""
    dns_health = DnsHealth(publish)
    return Sources(
        DnsResolver(settings.dns.servers, settings.dns.timeout_seconds, dns_health),
        dns_health,
        _scanner(settings.rspamd) if with_rspamd else None,
        ScanHealth(clock, publish, settings.rspamd, settings.failure),
        worker,
        _virus_scanner(settings.clamd),
        ClamdHealth(clock, publish, settings.clamd, settings.failure),
    )


def shared_sources(settings: Settings, clock: Clock, publish: Publish, worker: WorkerPool, bench: Bench) -> Sources:
    """The same of a gateway at work: each is taken over from the gateway before where its settings are the same."""
    dns, rspamd, clamd, failure = settings.dns, settings.rspamd, settings.clamd, settings.failure
    resolver = bench.take(
        "resolver",
        (dns,),
        lambda: DnsResolver(dns.servers, dns.timeout_seconds, DnsHealth(publish)),
        lambda built: built.watch(clock.sleep),
    )
    client, health = bench.take(
        "scanner",
        (rspamd, failure),
        lambda: (_scanner(rspamd), ScanHealth(clock, publish, rspamd, failure)),
        lambda built: ScanProbe(_scanner(rspamd), built[1]).watch(clock),
    )
    virus_scanner, virus_health = bench.take(
        "clamd",
        (clamd, failure),
        lambda: (_virus_scanner(clamd), ClamdHealth(clock, publish, clamd, failure)),
        lambda built: _watch_clamd(clamd, built[1], clock),
    )
    return Sources(resolver, resolver.health, client, health, worker, virus_scanner, virus_health)


def judge(settings: Settings, clock: Clock, found: Sources, facts: Callable[[], Facts] = lambda: NOTHING) -> Judge:
    """The judge with all its checks; `facts` gives the lists as they are at each message."""
    resolver = found.resolver
    first: tuple[MessageCheck, ...] = (
        SpfCheck(resolver, settings.hostname),
        DkimCheck(resolver, clock),
        ArcCheck(resolver),
        DmarcCheck(resolver),
        AttachmentCheck(found.worker),
    )
    if found.clamd is not None:
        first = (*first, ClamdCheck(found.clamd, found.clamd_health))
    scan = None
    if found.rspamd is not None:
        scan = RspamdCheck(found.rspamd, found.dns_health.healthy, _symbols, found.scan_health, settings.hostname)
    checks = Checks(first, scan, settings.timeouts.checks_seconds, found.clamd_health.state)
    its_routes = translate.routes(settings)
    return Judge(checks, translate.office(settings), its_routes.policy_of, found.scan_health.state, clock, facts)


def _scanner(rspamd: Rspamd) -> RspamdClient:
    return RspamdClient(rspamd.scan_socket, rspamd.controller_socket, rspamd.timeout_seconds)


def _virus_scanner(clamd: Clamd) -> ClamdClient | None:
    return ClamdClient(clamd.socket, clamd.timeout_seconds) if clamd.socket else None


async def _watch_clamd(clamd: Clamd, health: ClamdHealth, clock: Clock) -> None:
    """By a client of its own, which no mail holds up."""
    if client := _virus_scanner(clamd):
        await health.watch(client, clock)


def _symbols(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    return rspamd_symbols(findings, evaluate(findings))
