"""The office's mail leaves by a provider: a real Postfix that wants a login within TLS."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_outside import EXCHANGE, SETTINGS, ZONE, send, until
from tests.support.certificate import make
from tests.support.dnsthread import DnsThread
from tests.support.gateway import Gateway, NotAnswered
from tests.support.nexthop import NextHop, running
from tests.support.postfix import Postfix
from tests.support.process import NotStarted, find_program
from tests.support.saslauth import checking

if os.geteuid() != 0:
    pytest.skip("Postfix can only be started by root", allow_module_level=True)
try:
    find_program("postfix")
except NotStarted as missing:
    pytest.skip(str(missing), allow_module_level=True)

PASSWORD = "grün & 1"
ROUTE = """
[[outbound_route]]
next_hop = "smart_host"
[outbound_route.smart_host]
name = "provider"
host = "127.0.0.1"
port = {port}
tls = {{ mode = "require", pin_sha256 = ["{pin}"], implicit = {implicit} }}
auth = {{ user = "office", secret = "smarthost", mechanism = "{mechanism}" }}
"""


@dataclass(frozen=True)
class World:
    """The gateway, and where the provider brings what it takes."""

    gateway: Gateway
    arrived: NextHop

    async def asked(self, *verb: str) -> Any:
        return await asyncio.to_thread(self.gateway.ask, *verb)

    async def lane(self) -> dict[str, Any]:
        return next(each for each in (await self.asked("status"))["lanes"] if each["name"] == "smart_host:provider")


@asynccontextmanager
async def world(
    folder: Path, *, mechanism: str = "plain", implicit: bool = False, password: str = PASSWORD
) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        dns = DnsThread(ZONE)
        stack.callback(dns.stop)
        exchange = await stack.enter_async_context(running())
        arrived = await stack.enter_async_context(running())
        certificate = make(folder, host="smtp.provider.example")
        auth = Path("/tmp") / f"sasl-{os.getpid()}-{folder.name[-8:]}"
        stack.callback(auth.unlink, missing_ok=True)
        stack.enter_context(checking(auth, {"office": PASSWORD}))
        port = int(arrived.address.rpartition(":")[2])
        files = (certificate.certificate, certificate.key)
        postfix = await asyncio.to_thread(
            lambda: Postfix.smart_host(folder / "postfix", port, auth=auth, certificate=files, implicit_tls=implicit)
        )
        stack.callback(postfix.stop)
        route = ROUTE.format(
            port=postfix.port, pin=certificate.pin, mechanism=mechanism, implicit=str(implicit).lower()
        )
        base = SETTINGS.format(dns=dns.address, exchange=exchange.address, source=EXCHANGE)
        secrets = folder / "gateway" / "state" / "secrets"
        secrets.mkdir(parents=True, mode=0o700)
        (secrets / "smarthost").write_text(password)
        (secrets / "smarthost").chmod(0o600)
        settings = base.replace('[[outbound_route]]\nnext_hop = "direct"\n', route)
        gateway = await asyncio.to_thread(lambda: Gateway.start(folder / "gateway", settings))
        stack.callback(gateway.stop)
        yield World(gateway, arrived)


@pytest.mark.parametrize(("mechanism", "implicit"), [("plain", False), ("login", False), ("plain", True)])
async def test_postfix_takes_our_login_and_brings_the_mail_on(tmp_path: Path, mechanism: str, implicit: bool) -> None:
    async with world(tmp_path, mechanism=mechanism, implicit=implicit) as at:
        for reply in await asyncio.wait_for(send(at, "eve@partner.example", "sue@shop.example", count=3), 30):
            assert reply.startswith("250")
        await until(lambda: len(at.arrived.messages) == 3, "all arrived")
        assert {each.recipients for each in at.arrived.messages} == {("eve@partner.example", "sue@shop.example")}
        assert all(b"X-Poterne" not in each.octets for each in at.arrived.messages)
        assert (await at.lane())["state"] == "up"


async def test_a_wrong_password_bounces_nothing_and_is_told_to_the_admin(tmp_path: Path) -> None:
    async with world(tmp_path, password="wrong") as at:
        await send(at, "eve@partner.example")

        async def tried() -> bool:
            (entry,) = (await at.asked("queue", "list"))["items"]
            return bool(entry["cause"])

        await until(tried, "it was tried")
        lane = await at.lane()
        assert lane["state"] == "sick"
        assert "535 5.7.8" in lane["cause"]
        assert at.arrived.messages == []
        log = at.gateway.log.read_text()
        assert "smart_host:provider is sick" in log
        assert PASSWORD not in log
        secret = at.gateway.config.parent / "state" / "secrets" / "smarthost"
        secret.write_text(PASSWORD)
        (entry,) = (await at.asked("queue", "list"))["items"]

        async def retried() -> bool:
            # Within five seconds of a failure the lane answers for the hop.
            if not at.arrived.messages:
                with suppress(NotAnswered):
                    await at.asked("queue", "retry", entry["id"])
            return bool(at.arrived.messages)

        await until(retried, "it arrived", 40)
