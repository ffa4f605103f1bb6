"""A message of 200,000 MIME parts in 1.6 MB beside honest mail, before the real rspamd, which must not see it."""

from __future__ import annotations

import statistics
import threading
from collections.abc import Iterator

from tests.probes.failing.faults import Outcome
from tests.probes.failing.memory import memory_mib
from tests.probes.failing.scanner import scanned_stage
from tests.probes.failing.stage import Sent

PARTS = 200_000
HEAD = """From: Ann <ann@shop.example>
To: bob@office.example
Subject: many
Date: Wed, 25 Nov 2026 10:00:00 +0000
Message-ID: <{number}@shop.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

"""
BOMBS = 3
HONEST = 100
# Issue 4: no other client waits beyond this.
HONEST_P95_SECONDS = 0.25
RSPAMD_GROWTH_MIB = 50.0


def run() -> Iterator[Outcome]:
    """One outcome: how the honest fared, and what rspamd takes afterwards."""
    with scanned_stage() as (made, rspamd, _):
        for _ in range(5):
            made.send()
        before = memory_mib(rspamd.process.pid)
        made.hop.messages.clear()
        bombs: list[Sent] = []

        def throw() -> None:
            for number in range(BOMBS):
                bombs.append(made.send(content=HEAD.format(number=f"bomb{number}") + "--b\n\nx\n" * PARTS + "--b--\n"))

        thrower = threading.Thread(target=throw, daemon=True)
        thrower.start()
        honest = [made.send() for _ in range(HONEST)]
        thrower.join(60)
        p95 = statistics.quantiles((each.seconds for each in honest), n=20)[-1]
        worst = max(bombs, key=lambda each: each.seconds)
        outcome = Outcome(f"{BOMBS} bombs of {PARTS:,} parts", worst, None, p95, memory_mib=made.memory_mib())
        if any(each.code != 250 for each in (*honest, *bombs)):
            outcome.failures.append("not all were taken")
        if len(made.hop.messages) != HONEST or len(made.ask("quarantine", "list")["items"]) != BOMBS:
            outcome.failures.append(f"{len(made.hop.messages)} were delivered, and not {HONEST}")
        if p95 > HONEST_P95_SECONDS:
            outcome.failures.append(f"honest mail waited for {p95:.2f} s")
        if (growth := memory_mib(rspamd.process.pid) - before) > RSPAMD_GROWTH_MIB:
            outcome.failures.append(f"rspamd grew by {growth:.0f} MiB")
        yield outcome
