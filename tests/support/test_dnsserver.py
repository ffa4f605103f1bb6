"""The DNS server of the tests, asked by dnspython directly."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import dns.asyncquery
import dns.message
import dns.rcode

from tests.support.dnsserver import DnsServer

ROOT = Path(__file__).resolve().parents[2]


async def ask(port: int, name: str, kind: str = "A", *, tcp: bool = False) -> dns.message.Message:
    send = dns.asyncquery.tcp if tcp else dns.asyncquery.udp
    return await send(dns.message.make_query(name, kind), "127.0.0.1", port=port, timeout=2)


async def test_it_answers_over_udp_and_tcp() -> None:
    async with DnsServer.of("a.test A 192.0.2.1\nbad.test SERVFAIL") as server:
        for tcp in (False, True):
            assert "192.0.2.1" in (await ask(server.port, "a.test", tcp=tcp)).to_text()
            assert (await ask(server.port, "b.test", tcp=tcp)).rcode() == dns.rcode.NXDOMAIN
            assert (await ask(server.port, "bad.test", tcp=tcp)).rcode() == dns.rcode.SERVFAIL
        assert (await ask(server.port, "a.test", "TXT")).rcode() == dns.rcode.NOERROR
        assert ("a.test", "A") in server.asked


async def test_the_command_serves_a_file(tmp_path: Path) -> None:
    zone = tmp_path / "zone"
    zone.write_text("a.test A 192.0.2.1\n", encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.dnsserver", "--zone", str(zone),
        cwd=ROOT, env={**os.environ}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        async with asyncio.timeout(20):
            address = (await process.stdout.readline()).decode().strip()
        port = int(address.rpartition(":")[2])
        assert "192.0.2.1" in (await ask(port, "a.test")).to_text()
    finally:
        process.terminate()
        await process.wait()
