from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from gateway.app.recipients_desk import GatewayRecipients
from gateway.config.schema import Backend, DomainSettings, LdapSettings, RecipientVerification, Settings
from gateway.control.recipientsvalues import RecipientCheck
from gateway.control.refusal import Refusal
from gateway.control.workvalues import DomainStatus
from gateway.core.envelope import Recipient
from gateway.recipients.base import Existence, Verification
from gateway.recipients.ldap import DirectoryCopy
from gateway.recipients.learning import DAY_SECONDS
from tests.recipients.test_ldap import TEN, Server
from tests.support.facts import OFFICE, Facts, facts

ANNA = f"anna@{OFFICE}"
LDAP = LdapSettings(("ldaps://dc1.office.lan",), "dc=office,dc=lan")
SETTINGS = Settings(
    hostname="mx.office.example",
    postmaster="it@office.example",
    backend={"exchange": Backend(("10.0.0.9:25",))},
    domain={
        OFFICE: DomainSettings("exchange", recipient_verification=RecipientVerification("learned")),
        "shop.example": DomainSettings("exchange", recipient_verification=RecipientVerification("ldap", ldap=LDAP)),
        "list.example": DomainSettings("exchange"),
    },
)


@dataclass
class Answers:
    """A directory of verifiers that answers what a test says."""

    verification: Verification = field(default_factory=lambda: Verification(Existence.KNOWN, "learned"))
    named: dict[str, str] = field(default_factory=lambda: {OFFICE: "learning", "list.example": "verifying"})
    copies: dict[str, DirectoryCopy] = field(default_factory=dict)

    async def verify(self, recipient: Recipient) -> Verification:
        return self.verification

    def states(self) -> dict[str, str]:
        return self.named


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[tuple[GatewayRecipients, Facts, Answers]]:
    async with facts(folder) as at:
        answers = Answers()
        made = GatewayRecipients(at.known, at.by_hand, lambda: SETTINGS, lambda: cast(Any, answers))
        yield made, at, answers


async def test_a_page_names_every_source_with_its_times(tmp_path: Path) -> None:
    async with desk(tmp_path) as (made, at, _):
        at.deliver(ANNA, f"bob@{OFFICE}")
        await made.add([ANNA], "it", is_import=False, is_rehearsal=False)
        page = made.page(OFFICE, "", 1, "en")
        assert [each.address for each in page.items] == [ANNA]
        assert [(each.source, each.by) for each in page.items[0].sources] == [("delivery", ""), ("person", "it")]
        assert page.items[0].sources[0].since == at.clock.now()
        assert [each.address for each in made.page("", page.next or "", 1, "fr").items] == [f"bob@{OFFICE}"]


@pytest.mark.parametrize(
    ("verification", "reply", "word"),
    [
        (Verification(Existence.KNOWN, "learned"), "250", "It exists"),
        (Verification(Existence.KNOWN, "learning"), "250", "still learning"),
        (Verification(Existence.KNOWN, "none"), "250", "not verified"),
        (Verification(Existence.KNOWN, "directory", inside_only=True), "550 5.7.1", "inside only"),
        (Verification(Existence.UNKNOWN, "learned"), "550 5.1.1", "refused"),
        (Verification(Existence.UNKNOWN, "removed"), "550 5.1.1", "took it off"),
        (Verification(Existence.DOUBTED, "learned"), "250", "quarantine"),
        (Verification(Existence.UNDECIDED, "learned", cause="the hop is away"), "451 4.4.1", "the hop is away"),
    ],
)
async def test_a_check_says_what_rcpt_gets_and_why(
    tmp_path: Path, verification: Verification, reply: str, word: str
) -> None:
    async with desk(tmp_path) as (made, _, answers):
        answers.verification = verification
        found = await made.check(ANNA, "en")
        assert isinstance(found, RecipientCheck)
        assert found.reply.startswith(reply)
        assert word in found.text
        assert found.method == "learned"


async def test_a_postmaster_is_always_taken_and_a_strange_domain_is_not_ours(tmp_path: Path) -> None:
    async with desk(tmp_path) as (made, _, answers):
        answers.verification = Verification(Existence.UNKNOWN, "learned")
        postmaster = await made.check(f"postmaster@{OFFICE}", "en")
        stranger = await made.check("a@other.example", "en")
        assert isinstance(postmaster, RecipientCheck)
        assert isinstance(stranger, RecipientCheck)
        assert postmaster.reply.startswith("250")
        assert (stranger.method, stranger.text) == ("", "Its domain is not one of ours.")
        assert isinstance(await made.check("no address", "en"), Refusal)


async def test_an_import_says_what_it_ended_and_who_does_not_listen(tmp_path: Path) -> None:
    async with desk(tmp_path) as (made, at, _):
        at.learning.is_going_on(OFFICE, 14)
        added = await made.add([ANNA, "x@list.example", "y@other.example"], "it", is_import=True, is_rehearsal=False)
        assert (added.done, added.new_count, added.learning_ended) == (True, 2, (OFFICE,))
        assert added.idle == ("list.example",)
        assert [(each.domain, each.addresses) for each in added.foreign] == [("other.example", 1)]
        bad = await made.add(["nobody"], "it", is_import=True, is_rehearsal=False)
        assert (bad.done, bad.bad, bad.bad_count) == (False, ("nobody",), 1)


async def test_removing_names_the_directory_where_only_that_can(tmp_path: Path) -> None:
    async with desk(tmp_path) as (made, at, _):
        at.deliver(ANNA)
        await at.known.swap(OFFICE, {f"dir@{OFFICE}": False})
        assert not isinstance(await made.remove(ANNA, "it", "en"), Refusal)
        assert isinstance(await made.remove(f"dir@{OFFICE}", "it", "en"), Refusal)
        assert await made.remove(f"nobody@{OFFICE}", "it", "en") is None
        assert isinstance(await made.remove("nobody", "it", "en"), Refusal)
        undone = await made.undo("it")
        assert undone is not None
        assert (undone.what, undone.addresses) == ("remove", 1)
        assert await made.undo("it") is None


async def test_a_directory_is_read_when_asked_for(tmp_path: Path) -> None:
    async with desk(tmp_path) as (made, at, answers):
        assert await made.sync("", "en", accepts_loss=False) is None
        server = Server(tuple(each.replace(OFFICE, "shop.example") for each in TEN))
        server.may_answer.set()
        copy = DirectoryCopy("shop.example", server, at.known, at.clock, at.events.append, 3_600.0)
        answers.copies["shop.example"] = copy
        assert await made.sync("other.example", "en", accepts_loss=False) is None
        read = await made.sync("", "en", accepts_loss=False)
        assert read is not None
        assert (read.complete, read.items[0].known, read.items[0].added) == (True, 10, 10)
        server.addresses = server.addresses[:5]
        held = await made.sync("shop.example", "en", accepts_loss=False)
        assert held is not None
        assert (held.complete, held.items[0].outcome) == (False, "held")
        assert "--accept-loss" in held.items[0].text
        answers.named["shop.example"] = copy.state()
        assert made.domains()[-1] == DomainStatus("shop.example", "directory-held", 10, None, copy.cause)


async def test_the_state_of_a_domain_that_learns_has_its_number_and_its_end(tmp_path: Path) -> None:
    async with desk(tmp_path) as (made, at, _):
        at.learning.is_going_on(OFFICE, 14)
        at.deliver(ANNA)
        office, other = made.domains()
        assert (office.state, office.known) == ("learning", 1)
        assert office.until is not None
        assert office.until.timestamp() == at.clock.now().timestamp() + 14 * DAY_SECONDS
        assert other == DomainStatus("list.example", "verifying")
