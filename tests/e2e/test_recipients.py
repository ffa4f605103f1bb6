"""Who exists, through the whole gateway: learned behind a server that says yes to everybody, and read by LDAP."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.control import protocol
from gateway.control.params import Asked
from gateway.control.recipientsparams import AddAddresses, OneAddress, SyncDirectory
from gateway.control.values import Status
from gateway.core.event import LaneChanged
from gateway.system.credentials import Secrets
from tests.core.test_undeliverable import REPORT
from tests.support.clock import settle
from tests.support.household import Household, household
from tests.support.slapd import BASE, PASSWORD, READER, Person, Slapd

INSIDE = "127.0.0.2"
RELAY = f"""
[[relay_client]]
name = "exchange"
addresses = ["{INSIDE}"]
sender_domains = ["office.example"]
"""


def verified_by(how: str, more: str = "") -> Callable[[str], str]:
    return lambda text: text.replace('{ method = "none" }', how) + more


async def rcpt(at: Household, *users: str) -> list[str]:
    """The reply codes for these, in one session."""
    client = await at.client()
    await client.begin()
    replies = [await client.ask(f"RCPT TO:<{user}@office.example>") for user in users]
    await client.close()
    return [reply[:9] if reply[0] in "45" else reply[:3] for reply in replies]


async def send(at: Household, to: str, *, sender: str = "ann@sender.example", source: str = "127.0.0.1") -> str:
    client = await type(await at.client()).connect(at.port, source=source)
    await client.begin(to, sender=sender)
    content = REPORT if not sender else f"From: {sender}\r\nSubject: x\r\n\r\nx\r\n".encode()
    reply = await client.send(content + b".\r\n")
    await client.close()
    return reply


async def status_of(at: Household) -> Status:
    return await at.ask(protocol.STATUS, Asked())


async def test_a_server_that_says_yes_to_everybody_does_not_make_us_take_everything(tmp_path: Path) -> None:
    change = verified_by('{ method = "learned" }', RELAY)
    async with household(tmp_path, change=change) as at:
        for to in ("bob@office.example", "nobody@office.example"):
            assert (await send(at, to)).startswith("250 ")
        await send(at, "bob@office.example", sender="anna@office.example", source=INSIDE)
        assert (await status_of(at)).recipients[0].known == 3
        await send(at, "bob@office.example", sender="", source=INSIDE)
        domain = (await status_of(at)).recipients[0]
        assert (domain.state, domain.known) == ("learning", 2)
        assert any("2 addresses are known" in each.what for each in (await status_of(at)).troubles)
        done = await at.ask(protocol.RECIPIENTS_ADD, AddAddresses(("carl@office.example",), is_import=True))
        assert done.learning_ended == ("office.example",)
        assert await rcpt(at, "bob", "ANNA", "carl", "postmaster") == ["250"] * 4
        assert await rcpt(at, "eve", "nobody", "bob+x") == ["550 5.1.1"] * 3
        at.hop.profile = replace(at.hop.profile, greeting="421 4.3.2 Service not available")
        at.hop.hang_up()
        assert (await send(at, "bob@office.example")).startswith("250 ")
        while not any(isinstance(event, LaneChanged) and event.state == "away" for event in at.events):
            await settle()
        assert await rcpt(at, "eve", "carl") == ["451 4.4.1", "250"]
    async with household(tmp_path, change=change) as at:
        assert await rcpt(at, "bob", "eve") == ["250", "550 5.1.1"]
        undone = await at.ask(protocol.RECIPIENTS_UNDO, Asked())
        assert undone.what == "import"
        assert (await status_of(at)).recipients[0].state == "learning"


async def test_by_setting_mail_for_nobody_is_held_for_a_person(tmp_path: Path) -> None:
    async with household(tmp_path, change=verified_by('{ method = "learned", unknown = "quarantine" }')) as at:
        await at.ask(protocol.RECIPIENTS_ADD, AddAddresses(("bob@office.example",), is_import=True))
        assert (await send(at, "eve@office.example")).startswith("250 ")
        assert at.hop.messages == []
        assert (await status_of(at)).quarantine.items == 1
        checked = await at.ask(protocol.RECIPIENTS_CHECK, OneAddress("eve@office.example"))
        assert checked.existence == "doubted"


@pytest.mark.e2e
@pytest.mark.skipif(shutil.which("slapd", path="/usr/sbin:/usr/bin") is None, reason="slapd is not installed")
async def test_the_directory_says_who_exists_and_its_copy_when_it_is_down(tmp_path: Path) -> None:
    people = [Person(f"u{n}", "", (f"SMTP:u{n}@office.example", f"smtp:v{n}@office.example")) for n in range(10)]
    slapd = Slapd.start(tmp_path / "slapd", [*people, Person("all", "all@office.example", restricted=True)])
    try:
        how = (
            f'{{ method = "ldap", ldap = {{ urls = ["{slapd.url}"], base = "{BASE}", bind_dn = "{READER}", '
            'secret = "ldap", authority = "office-root" } }'
        )
        for name in ("secrets", "certificates"):
            (tmp_path / "state" / name).mkdir(parents=True)
        Secrets(tmp_path / "state" / "secrets").write("ldap", PASSWORD.encode())
        shutil.copy(slapd.certificate.certificate, tmp_path / "state" / "certificates" / "office-root.pem")
        async with household(tmp_path, change=verified_by(how)) as at:
            assert await rcpt(at, "U1", "v1", "eve", "all") == ["250", "250", "550 5.1.1", "550 5.7.1"]
            slapd.replace(people[:5])
            held = await at.ask(protocol.RECIPIENTS_SYNC, SyncDirectory())
            assert (held.items[0].outcome, held.items[0].removed) == ("held", 11)
            assert any("--accept-loss" in each.cure for each in (await status_of(at)).troubles)
            assert await rcpt(at, "u9") == ["250"]
        slapd.stop()
        async with household(tmp_path, change=verified_by(how)) as at:
            assert await rcpt(at, "u9", "eve") == ["250", "451 4.4.1"]
            assert (await status_of(at)).recipients[0].state == "directory-away"
            slapd.run()
            done = await at.ask(protocol.RECIPIENTS_SYNC, SyncDirectory(accepts_loss=True))
            assert (done.complete, done.items[0].known) == (True, 10)
            assert await rcpt(at, "u9") == ["550 5.1.1"]
    finally:
        slapd.stop()
