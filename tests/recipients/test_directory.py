from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from gateway.config.schema import Backend, DomainSettings, LdapSettings, RecipientVerification
from gateway.core.directoryentry import Listed
from gateway.net.ldap import LdapError
from gateway.recipients.base import Existence
from gateway.recipients.directory import Directory, Ground
from gateway.recipients.known import Known
from gateway.recipients.learning import Learning
from tests.support.clock import settle
from tests.support.hops import Office, office
from tests.support.nexthop import Profile, running
from tests.support.values import recipient


def directory(at: Office, method: str, backend: str = "office", **domains: DomainSettings) -> Directory:
    how = RecipientVerification(method, ("bob",))  # type: ignore[arg-type]  # a parametrised literal
    all_domains = {"office.example": DomainSettings(backend, recipient_verification=how), **domains}
    backends = {"office": Backend(("unused:25",), subaddress_delimiter="+")}
    known = Known(cast(Any, None), at.clock)
    learning = Learning(known, at.clock, at.events.append)
    ground = Ground(at.lanes, at.clock, at.events.append, at.tasks, lambda: "word", known, learning, lambda _: _bob)
    return Directory(all_domains, backends, ground)


async def _bob() -> tuple[Listed, ...]:
    raise LdapError("no directory here")


@pytest.mark.parametrize(
    ("method", "state", "nobody"),
    [
        ("callout", "untested", Existence.UNKNOWN),
        ("lmtp", "verifying", Existence.UNKNOWN),
        ("list", "verifying", Existence.UNKNOWN),
        ("none", "unverified", Existence.KNOWN),
        ("ldap", "unavailable", Existence.UNDECIDED),
        ("learned", "learning", Existence.UNKNOWN),
    ],
)
async def test_each_domain_is_verified_by_its_own_method(method: str, state: str, nobody: Existence) -> None:
    profile = Profile(recipients={"x@office.example": "550 5.1.1 no"})
    async with running(profile) as hop, office(Backend((hop.address,))) as at:
        made = directory(at, method)
        assert made.state("office.example") == state
        assert made.states() == {"office.example": state}
        assert (await made.verify(recipient("x@office.example"))).existence is nobody
        if method != "ldap":
            assert (await made.verify(recipient("Bob@Office.Example"))).existence is Existence.KNOWN


async def test_a_domain_that_is_not_ours_has_no_recipients() -> None:
    async with office(Backend(("127.0.0.1:1",))) as at:
        made = directory(at, "none")
        assert (await made.verify(recipient("bob@other.example"))).existence is Existence.UNKNOWN
        assert made.state("other.example") == ""


async def test_a_list_knows_the_backends_delimiter() -> None:
    async with office(Backend(("127.0.0.1:1",))) as at:
        found = await directory(at, "list").verify(recipient("bob+x@office.example"))
        assert found.existence is Existence.KNOWN


async def test_a_backend_without_a_lane_is_undecided_with_a_cause() -> None:
    async with office(Backend(("127.0.0.1:1",))) as at:
        made = directory(at, "callout", backend="elsewhere")
        verification = await made.verify(recipient())
        assert verification.existence is Existence.UNDECIDED
        assert "callout" in verification.cause


async def test_the_canary_flies_at_start_and_turns_a_domain_unverifying() -> None:
    async with running() as hop, office(Backend((hop.address,))) as at:
        made = directory(at, "callout")
        at.tasks.create_task(made.run())
        while made.state("office.example") == "untested":
            await settle()
        assert made.state("office.example") == "unverifying"
        assert "RCPT TO:<gw-canary-word@office.example>" in hop.commands


async def test_without_callout_there_is_no_canary() -> None:
    async with office(Backend(("127.0.0.1:1",))) as at:
        async with asyncio.timeout(1):
            await directory(at, "list").run()


async def test_a_directory_of_the_settings_is_read_at_the_start() -> None:
    async with office(Backend(("127.0.0.1:1",))) as at:
        how = RecipientVerification("ldap", ldap=LdapSettings(("ldaps://dc1.office.lan",), "dc=office"))
        made = directory(at, "none", **{"shop.example": DomainSettings("office", recipient_verification=how)})
        assert made.state("shop.example") == "untested"
        task = at.tasks.create_task(made.run())
        while not made.copies["shop.example"].cause:
            await settle()
        assert made.state("shop.example") == "unavailable"
        task.cancel()
