from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network
from typing import Any, cast

import pytest

from gateway.core.address import ReversePath
from gateway.core.case import Office, Policy
from gateway.core.envelope import Client, Role
from gateway.core.event import Fault, MessageHandled
from gateway.core.facts import NOTHING, Facts
from gateway.core.finding import DnsblFinding, DnsblListing, Finding, ReverseNameFinding
from gateway.core.message import Message
from gateway.core.outcome import Result
from gateway.core.relaying import RelayRights
from gateway.core.reply import Reply
from gateway.pipeline.brake import NOTICES_PER_HOUR, Brakes
from gateway.pipeline.codes import Codes
from gateway.pipeline.intake import Parts, RelayClients, SmtpIntake
from gateway.pipeline.judge import Checks, Judge
from gateway.pipeline.probes import DOMAIN, Probes
from gateway.recipients.learning import Learning
from tests.support.clock import HandClock
from tests.support.lists import entry
from tests.support.pipeline import ROUTES, FakeDirectory, Log, hand_on
from tests.support.values import client, recipient, reverse_path, transaction

EXCHANGE = RelayRights("exchange", frozenset({"office.example"}))


class Says:
    def __init__(self, name: str, finding: Finding) -> None:
        self.name = name
        self._finding = finding

    async def check(self, client: Client) -> Finding:
        return self._finding


class Switch:
    """A bypass that is on or off."""

    def __init__(self, on: bool) -> None:
        self._on = on

    def is_on(self) -> bool:
        return self._on


class Deaf:
    """Learns nothing."""

    def note_sender(self, reverse_path: ReversePath) -> None: ...

    def note_notice(self, message: Message) -> None: ...


def intake(
    log: Log,
    *checks: Says,
    hidden: tuple[str, ...] = (),
    fits: Reply | None = None,
    bypassed: bool = False,
    probes: Probes | None = None,
    rights: RelayRights = EXCHANGE,
    learning: Learning | None = None,
    facts: Facts = NOTHING,
    wrote_to: Callable[[Iterable[str]], None] = lambda addresses: None,
) -> SmtpIntake:
    clock = HandClock()
    judge = Judge(Checks((), None, 25.0), Office(frozenset(ROUTES.domains)), lambda to: Policy(), lambda _: "ok", clock)
    return SmtpIntake(
        Parts(
            client_checks=checks,
            relay_clients=RelayClients(((ip_network("10.0.0.9"), rights),)),
            routes=ROUTES,
            directory=FakeDirectory(log),
            judge=judge,
            hand_on=hand_on(log),
            codes=Codes(b"secret", clock),
            clock=clock,
            publish=log.events.append,
            fits=lambda to: fits,
            bypass=cast(Any, Switch(bypassed)),
            probes=probes or Probes(),
            hostname="mx.office.example",
            brakes=Brakes(HandClock()),
            learning=learning or cast(Any, Deaf()),
            doubting_domains=frozenset({"office.example"}),
            hidden_origins=frozenset(ip_address(each) for each in hidden),
            facts=lambda: facts,
            wrote_to=wrote_to,
        )
    )


async def reply_to(log: Log, to: str, sender: str = "ann@sender.example", who: Client | None = None) -> Reply:
    return await intake(log).admit_recipient(who or client(), reverse_path(sender), recipient(to))


async def test_a_known_recipient_is_taken_without_a_row_of_history() -> None:
    log = Log()
    assert (await reply_to(log, "bob@office.example")).code == 250
    assert log.events == []


async def test_an_unknown_recipient_is_refused_with_a_code_that_history_knows() -> None:
    log = Log(unknown={"eve@office.example"})
    reply = await reply_to(log, "eve@office.example")
    assert str(reply).startswith("550 5.1.1 No such recipient here [")
    event = log.events[0]
    assert isinstance(event, MessageHandled)
    assert f"[{event.record.code}]" in str(reply)


async def test_a_recipient_that_can_not_be_asked_is_deferred_never_refused() -> None:
    assert str(await reply_to(Log(undecided={"bob@office.example"}), "bob@office.example")).startswith("451 4.4.1")


@pytest.mark.parametrize(
    "to", ["bob@other.example", "bob@sub.office.example", "bob@[10.0.0.9]", "eve%other.example@office.example"]
)
async def test_a_stranger_never_gets_through_to_elsewhere(to: str) -> None:
    for sender in ("ann@sender.example", "bob@office.example", ""):
        assert (await reply_to(Log(), to, sender)).code == 550


async def test_a_percent_address_that_is_on_the_list_is_a_user() -> None:
    assert (await reply_to(Log(source="list"), "eve%other.example@office.example")).code == 250


async def test_a_relay_client_may_not_send_as_a_stranger() -> None:
    ours = client(ip=ip_address("10.0.0.9"))
    assert (await reply_to(Log(), "x@other.example", "eve@evil.example", ours)).code == 550


@pytest.mark.parametrize("to", ["postmaster", "postmaster@shop.example"])
async def test_postmaster_exists_everywhere(to: str) -> None:
    assert (await reply_to(Log(unknown={"postmaster@shop.example"}), to)).code == 250


async def test_an_address_that_the_next_hop_can_not_take_is_refused() -> None:
    no = Reply.of(553, "5.6.7", "The recipient's server takes no international addresses")
    reply = await intake(Log(), fits=no).admit_recipient(client(), reverse_path(), recipient())
    assert reply.enhanced == "5.6.7"


async def test_a_listed_client_is_refused_and_a_noted_one_is_not() -> None:
    hit = DnsblListing("zen.example", "127.0.0.2", "spam", "reject")
    refused = await intake(Log(), Says("dnsbl", DnsblFinding((hit,), "listed"))).admit_client(client())
    noted = DnsblFinding((replace(hit, action="note"),), "listed")
    assert refused.refusal is not None
    assert (await intake(Log(), Says("dnsbl", noted)).admit_client(client())).refusal is None


async def test_our_own_server_is_let_in_although_listed_and_is_named() -> None:
    hit = DnsblListing("zen.example", "127.0.0.2", "spam", "reject")
    admission = await intake(Log(), Says("dnsbl", DnsblFinding((hit,), "listed"))).admit_client(
        client(ip=ip_address("10.0.0.9"))
    )
    assert admission.refusal is None
    assert admission.client.relay_client == "exchange"


async def test_an_outbound_listener_is_closed_to_strangers() -> None:
    admission = await intake(Log()).admit_client(client(role=Role.OUTBOUND))
    assert admission.refusal is not None
    assert admission.refusal.is_permanent


async def test_the_proven_name_is_the_client_s() -> None:
    named = Says("iprev", ReverseNameFinding("pass", "out.sender.example"))
    assert (await intake(Log(), named).admit_client(client())).client.hostname == "out.sender.example"


async def test_behind_a_router_that_hides_clients_nobody_is_judged_by_address() -> None:
    hit = DnsblListing("zen.example", "127.0.0.2", "spam", "reject")
    log = Log()
    hidden = intake(log, Says("dnsbl", DnsblFinding((hit,), "listed")), hidden=("192.0.2.7",))
    assert (await hidden.admit_client(client())).refusal is None
    await hidden.receive(transaction())
    assert log.steps == ["deliver backend:exchange"]


async def test_a_message_is_judged_and_handed_on() -> None:
    log = Log()
    assert (await intake(log).receive(transaction())).code == 250


async def test_a_fault_of_ours_is_451_and_its_text_stays_here() -> None:
    log = Log()
    broken = intake(log)
    cast(Any, broken)._parts = replace(cast(Any, broken)._parts, judge=None)
    reply = await broken.receive(transaction())
    assert str(reply) == "451 4.3.0 Local error, please try again later [F7K2Q]"
    assert isinstance(log.events[0], Fault)


async def test_the_bypass_lets_listed_clients_in_and_judges_nothing_but_who_may_send_to_whom() -> None:
    log = Log(unknown={"eve@office.example"})
    listed = Says("dnsbl", DnsblFinding((DnsblListing("bl.example", "127.0.0.2", "", "reject"),), "listed"))
    door = intake(log, listed, bypassed=True)
    assert (await door.admit_client(client())).refusal is None
    for to, code in (("bob@office.example", 250), ("eve@office.example", 550), ("bob@elsewhere.example", 550)):
        assert (await door.admit_recipient(client(), reverse_path(), recipient(to))).code == code
    assert (await door.receive(transaction())).code == 250
    (record,) = [
        each.record for each in log.events if isinstance(each, MessageHandled) and each.record.kind == "message"
    ]
    assert (record.dispositions[0].flags, record.dispositions[0].reasons[0].name) == (("bypassed",), "bypassed")
    assert b"X-Poterne-Reasons: bypassed" in b"".join(log.delivered[0].octets())


async def test_the_address_of_a_test_is_good_while_the_test_goes_on_and_for_nobody_else() -> None:
    probes = Probes()
    probe = probes.begin()
    door = intake(Log(), probes=probes)

    async def code_for(local_part: str) -> int:
        to = recipient(f"{local_part}@{DOMAIN}")
        return (await door.admit_recipient(client(), reverse_path(), to)).code

    assert await code_for(probe.token) == 250
    assert await code_for("0" * 32) == 550
    probes.end(probe)
    assert await code_for(probe.token) == 550


OURS = client(ip=ip_address("10.0.0.9"), relay_client="exchange")


@pytest.mark.parametrize(
    ("sender", "to", "code"),
    [
        ("ann@office.example", "eve@partner.example", 250),
        ("ann@office.example", "eve@elsewhere.example", 250),
        ("", "eve@partner.example", 250),
        ("ann@office.example", "eve@[192.0.2.1]", 550),
        ("ann@office.example", "eve@[127.0.0.1]", 550),
        ("ann@other.example", "eve@partner.example", 550),
    ],
)
async def test_our_own_servers_may_send_out_where_a_route_leads(sender: str, to: str, code: int) -> None:
    log = Log()
    reply = await intake(log).admit_recipient(OURS, reverse_path(sender), recipient(to))
    assert reply.code == code
    assert "lane" not in str(reply)


async def test_where_no_route_leads_nothing_is_taken() -> None:
    rights = RelayRights("exchange", frozenset({"shop.example"}))
    one = intake(Log(), rights=rights)
    assert (await one.admit_recipient(OURS, reverse_path("a@shop.example"), recipient("e@partner.example"))).code == 250
    reply = await one.admit_recipient(OURS, reverse_path("a@shop.example"), recipient("e@elsewhere.example"))
    assert str(reply).startswith("550 5.7.1 No route leads to that domain")


async def test_a_device_may_send_as_its_one_address_only() -> None:
    rights = RelayRights("copier", frozenset(), sender_addresses=frozenset({"scan@office.example"}))
    one = intake(Log(), rights=rights)
    out = recipient("eve@partner.example")
    assert (await one.admit_recipient(OURS, reverse_path("Scan@office.example"), out)).code == 250
    assert (await one.admit_recipient(OURS, reverse_path("boss@office.example"), out)).code == 550


async def test_a_client_that_sends_too_much_is_put_off_for_the_hour() -> None:
    one = intake(Log(), rights=replace(EXCHANGE, messages_per_hour=2))
    out, ann = recipient("eve@partner.example"), reverse_path("ann@office.example")
    for _ in range(2):
        assert (await one.admit_recipient(OURS, ann, out)).code == 250
        await one.receive(transaction(sender="ann@office.example", ip=OURS.ip, relay_client="exchange"))
    assert str(await one.admit_recipient(OURS, ann, out)).startswith("451 4.7.1 This client sends too much")


async def test_a_storm_of_notices_for_one_recipient_is_put_off_and_questions_are_not_counted() -> None:
    one = intake(Log())
    bob, sue = recipient("bob@office.example"), recipient("sue@shop.example")
    for _ in range(NOTICES_PER_HOUR):
        for _ in range(3):  # asking is no notice
            assert (await one.admit_recipient(client(), reverse_path(""), bob)).code == 250
        await one.receive(transaction(sender=""))
    assert str(await one.admit_recipient(client(), reverse_path(""), bob)).startswith("451 4.7.1 Too many notices")
    assert (await one.admit_recipient(client(), reverse_path(""), sue)).code == 250
    assert (await one.admit_recipient(client(), reverse_path("ann@sender.example"), bob)).code == 250


@dataclass
class Pupil:
    """Notes what it could learn from."""

    senders: list[str] = field(default_factory=list)
    notices: int = 0

    def note_sender(self, reverse_path: ReversePath) -> None:
        self.senders.append(str(reverse_path))

    def note_notice(self, message: Message) -> None:
        self.notices += 1


@pytest.mark.parametrize("taken", [True, False])
async def test_only_mail_of_relay_clients_that_was_taken_teaches(taken: bool) -> None:
    log, pupil = Log(), Pupil()
    log.results = {} if taken else {"bob@office.example": Result.REFUSED_CONTENT}
    made = intake(log, learning=cast(Any, pupil))
    await made.receive(transaction(sender="anna@office.example", relay_client="exchange"))
    await made.receive(transaction(sender="", relay_client="exchange"))
    await made.receive(transaction(sender="eve@office.example"))
    assert (pupil.senders, pupil.notices) == ((["anna@office.example"], 1) if taken else ([], 0))


async def test_mail_for_a_doubted_recipient_is_taken_and_held() -> None:
    log = Log(doubted={"eve@office.example"})
    assert (await reply_to(log, "eve@office.example")).code == 250
    assert (await intake(log).receive(transaction(recipients=("eve@office.example",)))).code == 250
    assert [about.reasons[0] for about, _ in log.held] == ["recipient-unknown"]
    assert log.delivered == []


async def test_the_bypass_does_not_deliver_to_doubted_recipients() -> None:
    log = Log(doubted={"eve@office.example"})
    await intake(log, bypassed=True).receive(transaction(recipients=("eve@office.example",)))
    assert log.delivered == []


async def test_a_recipient_that_takes_no_mail_of_strangers_takes_that_of_relay_clients() -> None:
    log = Log(inside_only={"all@office.example"})
    refused = await reply_to(log, "all@office.example")
    assert (refused.code, refused.enhanced) == (550, "5.7.1")
    inside = client(ip=ip_address("10.0.0.9"), relay_client="exchange")
    assert (await reply_to(log, "all@office.example", "anna@office.example", inside)).code == 250


async def test_a_server_that_the_office_allows_is_not_turned_away_by_a_list_of_the_internet() -> None:
    listed = DnsblFinding((DnsblListing("zen.example", "127.0.0.2", "", "reject"),), "listed")
    trusting = Facts((entry("allow", "192.0.2.0/24"),))
    with_facts = intake(Log(), Says("dnsbl", listed), facts=trusting)
    assert (await with_facts.admit_client(client())).refusal is None
    only_for_bob = Facts((entry("allow", "192.0.2.0/24", "bob@office.example"),))
    at = intake(Log(), Says("dnsbl", listed), facts=only_for_bob)
    assert (await at.admit_client(client())).refusal is not None


async def test_whom_the_office_writes_to_is_learned_once_the_letter_is_taken() -> None:
    log, known = Log(), set[str]()
    at = intake(log, wrote_to=known.update)
    to = ("Ann@partner.example", "bob@office.example")
    letter = transaction(recipients=to, sender="bob@office.example", relay_client="exchange", ip=ip_address("10.0.0.9"))
    assert (await at.receive(letter)).is_positive
    assert known == {"ann@partner.example"}
    assert (await at.receive(transaction(recipients=("bob@office.example",)))).is_positive
    assert known == {"ann@partner.example"}


async def test_whom_nobody_took_a_letter_for_is_not_learned() -> None:
    known = set[str]()
    at = intake(Log(disk_full={"queue"}), wrote_to=known.update)
    letter = transaction(recipients=("ann@partner.example",), sender="bob@office.example", relay_client="exchange")
    assert not (await at.receive(letter)).is_positive
    assert known == set()
