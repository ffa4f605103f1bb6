from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

from gateway.app import translate
from gateway.config.schema import (
    Arc,
    AttachmentPolicy,
    Backend,
    DomainSettings,
    Failure,
    KnownCorrespondents,
    Lists,
    OutboundRoute,
    PolicySettings,
    RecipientVerification,
    RelayClient,
    Settings,
    SmartHost,
)
from gateway.core.bounce import Reporter
from gateway.core.verdict import Action
from gateway.pipeline.routes import WayOut
from tests.support.values import recipient

SETTINGS = Settings(
    hostname="mx.office.example",
    postmaster="it@office.example",
    backend={"exchange": Backend(("10.0.0.9:25",))},
    domain={
        "office.example": DomainSettings("exchange"),
        "slow.example": DomainSettings("exchange", policy="strict", acceptance="queue"),
    },
    policy={"standard": PolicySettings(), "strict": PolicySettings(mark_at=1.0, dmarc_reject="reject")},
    arc=Arc(("List.Example",)),
    lists=Lists(("Club.List.Example",)),
    failure=Failure(dns="defer"),
    relay_client=(RelayClient("exchange", ("10.0.0.9", "10.1.0.0/24"), ("Office.example",)),),
)


def test_each_domain_goes_to_its_backend_by_its_policy() -> None:
    routes = translate.routes(SETTINGS)
    slow = routes.of(recipient("ann@slow.example"))
    assert slow is not None
    assert (slow.lane, slow.cut_through, slow.policy.mark_at) == ("backend:exchange", False, 1.0)
    assert slow.policy.dmarc_reject is Action.REJECT
    assert routes.policy_of(recipient("x@elsewhere.example")).attachments["executable"] is Action.QUARANTINE
    assert str(routes.addressed(recipient("postmaster"))) == "it@office.example"


def test_what_dns_trouble_means_reaches_every_policy() -> None:
    assert all(each.policy.defer_without_dns for each in translate.routes(SETTINGS).domains.values())


def test_known_names_are_compared_in_lower_case() -> None:
    office = translate.office(SETTINGS)
    assert office.trusted_sealers == {"list.example"}
    assert office.known_lists == {"club.list.example"}
    assert office.domains == {"office.example", "slow.example"}


def test_each_kind_of_attachment_has_an_action_under_its_own_name() -> None:
    actions = translate.attachment_actions(AttachmentPolicy())
    assert actions["encrypted-archive"] is Action.MARK
    assert actions["unscannable"] is Action.QUARANTINE
    assert len(actions) == len(AttachmentPolicy.__dataclass_fields__) - 1


def test_endings_that_an_office_forbids_are_compared_in_lower_case_and_without_their_dot() -> None:
    policy = translate.policy(PolicySettings(attachments=AttachmentPolicy(forbidden_endings=(".HTML", "one"))))
    assert policy.forbidden_endings == {"html", "one"}
    assert policy.virus is Action.REJECT


def test_addresses_and_networks_of_a_relay_client_are_its_own() -> None:
    clients = translate.relay_clients(SETTINGS)
    for inside in ("10.0.0.9", "10.1.0.200"):
        rights = clients.rights_of(ip_address(inside))
        assert rights is not None
        assert rights.sender_domains == {"office.example"}
    assert clients.rights_of(ip_address("10.0.0.10")) is None
    assert clients.rights_of(ip_address("::1")) is None


def test_a_relay_client_that_holds_the_router_would_open_the_relay() -> None:
    assert "10.1.0.0/24" in translate.opened_to_all(SETTINGS, {ip_address("10.1.0.1")})
    assert "10.0.0.9" in translate.opened_to_all(SETTINGS, {ip_address("10.0.0.9")})
    assert translate.opened_to_all(SETTINGS, {ip_address("10.2.0.1"), ip_address("fe80::1")}) == ""


def test_routes_out_and_who_may_use_them_are_those_of_the_settings() -> None:
    provider = SmartHost("smtp.provider.example", name="provider")
    copier = RelayClient("copier", ("10.0.0.50",), sender_addresses=("Scan@Office.example",), max_messages_per_hour=60)
    ways = (
        OutboundRoute(recipient_domains=("partner.example",)),
        OutboundRoute("smart_host", sender_domains=("office.example",), smart_host=provider),
    )
    settings = replace(SETTINGS, outbound_route=ways, relay_client=(copier,))
    assert translate.routes(settings).ways_out == (
        WayOut(recipient_domains=frozenset({"partner.example"})),
        WayOut(sender_domains=frozenset({"office.example"}), smart_host="provider"),
    )
    rights = translate.relay_clients(settings).rights_of(ip_address("10.0.0.50"))
    assert rights is not None
    assert (rights.sender_addresses, rights.messages_per_hour) == ({"scan@office.example"}, 60)


def test_notices_are_written_by_the_office_in_its_language() -> None:
    office = translate.notices(replace(SETTINGS, language="fr"))
    assert office.reporter == Reporter("mx.office.example", "it@office.example", "fr")


def test_each_domain_has_its_backends_delimiter_and_says_what_nobody_gets() -> None:
    held = RecipientVerification("learned", unknown="quarantine")
    domains = {
        "office.example": DomainSettings("exchange", recipient_verification=held),
        "shop.example": DomainSettings("dovecot", recipient_verification=RecipientVerification("learned")),
        "list.example": DomainSettings("dovecot", recipient_verification=RecipientVerification(unknown="quarantine")),
    }
    backends = {"exchange": Backend(("a:25",)), "dovecot": Backend(("b:24",), subaddress_delimiter="+")}
    made = replace(SETTINGS, domain=domains, backend=backends)
    assert translate.delimiters(made) == {"office.example": "", "shop.example": "+", "list.example": "+"}
    assert translate.doubting_domains(made) == {"office.example"}


def test_whoever_shall_not_be_known_is_kept_for_no_day() -> None:
    known = replace(SETTINGS, known_correspondents=KnownCorrespondents(keep_days=30))
    assert translate.store_limits(known).correspondents_keep_days == 30
    unknown = replace(SETTINGS, known_correspondents=KnownCorrespondents(learn=False, keep_days=30))
    assert translate.store_limits(unknown).correspondents_keep_days == 0
