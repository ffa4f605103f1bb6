import base64
from dataclasses import replace

import pytest

from gateway.config.references import Names, reference_remarks
from gateway.config.schema import (
    Arc,
    AttachmentPolicy,
    Backend,
    BackendTls,
    Clamd,
    Dns,
    Dnsbl,
    DomainSettings,
    Listener,
    ListenerTls,
    PolicySettings,
    RecipientVerification,
    RelayClient,
    Rspamd,
    Settings,
)

BACKEND = Backend(("10.0.0.9:25",))
DOMAIN = DomainSettings("b")
FORBIDS = PolicySettings(attachments=AttachmentPolicy(forbidden_endings=(".html", "*.one")))
GOOD = Settings("mx.office.example", "it@office.example", backend={"b": BACKEND}, domain={"office.example": DOMAIN})
NAMES = Names({"b"}, {"standard"})
PIN = base64.b64encode(bytes(32)).decode()


def paths(settings: Settings) -> list[tuple[str | int, ...]]:
    return [remark.path for remark in reference_remarks(settings, NAMES)]


def with_backend(**changes: object) -> Settings:
    return replace(GOOD, backend={"b": replace(BACKEND, **changes)})  # type: ignore[arg-type]  # fields by name


def with_relay(*addresses: str) -> Settings:
    return replace(GOOD, relay_client=(RelayClient("r", addresses),))


def with_verification(*addresses: str) -> Settings:
    verification = RecipientVerification("list", addresses)
    return replace(GOOD, domain={"office.example": replace(DOMAIN, recipient_verification=verification)})


def test_a_good_file_has_no_remarks() -> None:
    assert paths(GOOD) == []
    assert paths(with_backend(transport="lmtp", hosts=("/run/lmtp.sock", "[::1]:24"))) == []
    assert paths(with_backend(tls=BackendTls("verify", (PIN,)))) == []
    assert paths(with_relay("10.0.0.9", "10.0.1.0/24", "fd00::/120")) == []
    assert paths(with_verification("marie", "Paul@OFFICE.example")) == []


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        (replace(GOOD, hostname="192.0.2.1"), ("hostname",)),
        (replace(GOOD, postmaster="it"), ("postmaster",)),
        (replace(GOOD, postmaster="a b@office.example"), ("postmaster",)),
        (replace(GOOD, state_directory=""), ("state_directory",)),
        (replace(GOOD, listener={"a": Listener("mx.office.example:25")}), ("listener", "a", "address")),
        (replace(GOOD, listener={"a": Listener("/run/x.sock")}), ("listener", "a", "address")),
        (
            replace(GOOD, listener={"a": Listener("0.0.0.0:25"), "b": Listener("0.0.0.0:25")}),
            ("listener", "b", "address"),
        ),
        (
            replace(GOOD, listener={"a": Listener("0.0.0.0:25", proxy_protocol_from=("x",))}),
            ("listener", "a", "proxy_protocol_from", 0),
        ),
        (
            replace(GOOD, listener={"a": Listener("0.0.0.0:25", tls=ListenerTls(certificate="../x"))}),
            ("listener", "a", "tls", "certificate"),
        ),
        (replace(GOOD, dns=Dns(())), ("dns", "servers")),
        (replace(GOOD, dns=Dns(("dns.example:53",))), ("dns", "servers", 0)),
        (replace(GOOD, dnsbl=(Dnsbl("a b"),)), ("dnsbl", 0, "zone")),
        (replace(GOOD, dnsbl=(Dnsbl("a.example", ("10.0.0.1",)),)), ("dnsbl", 0, "codes", 0)),
        (replace(GOOD, rspamd=Rspamd(scan_socket="rel.sock")), ("rspamd", "scan_socket")),
        (replace(GOOD, clamd=Clamd("clamd.ctl")), ("clamd", "socket")),
        (replace(GOOD, clamd=Clamd("127.0.0.1:3310")), ("clamd", "socket")),
        (replace(GOOD, policy={"standard": FORBIDS}), ("policy", "standard", "attachments", "forbidden_endings", 1)),
        (replace(GOOD, arc=Arc(("a b",))), ("arc", "trusted_sealers", 0)),
        (replace(GOOD, arc=Arc(("a.example", "a.example"))), ("arc", "trusted_sealers", 1)),
        (with_backend(hosts=()), ("backend", "b", "hosts")),
        (with_backend(hosts=("/run/lmtp.sock",)), ("backend", "b", "hosts", 0)),
        (with_backend(hosts=("a:25", "a:25")), ("backend", "b", "hosts", 1)),
        (with_backend(tls=BackendTls("require", ("abc",))), ("backend", "b", "tls", "pin_sha256", 0)),
        (with_backend(tls=BackendTls("opportunistic", (PIN,))), ("backend", "b", "tls", "mode")),
        (with_backend(subaddress_delimiter="++"), ("backend", "b", "subaddress_delimiter")),
        (replace(GOOD, domain={"office": DOMAIN}), ("domain", "office")),
        (replace(GOOD, domain={"o.example": DomainSettings("c")}), ("domain", "o.example", "backend")),
        (replace(GOOD, domain={"o.example": DomainSettings("b", "strict")}), ("domain", "o.example", "policy")),
        (with_verification(), ("domain", "office.example", "recipient_verification", "addresses")),
        (
            with_verification("a", "b@else.example"),
            ("domain", "office.example", "recipient_verification", "addresses", 1),
        ),
        (with_verification("a", "a"), ("domain", "office.example", "recipient_verification", "addresses", 1)),
        (with_relay(), ("relay_client", 0, "addresses")),
        (with_relay("banana"), ("relay_client", 0, "addresses", 0)),
        (with_relay("10.0.0.9/24"), ("relay_client", 0, "addresses", 0)),
        (replace(GOOD, relay_client=(RelayClient("", ("10.0.0.9",)),)), ("relay_client", 0, "name")),
        (
            replace(GOOD, relay_client=(RelayClient("r", ("10.0.0.9",), ("a b",)),)),
            ("relay_client", 0, "sender_domains", 0),
        ),
    ],
)
def test_each_wrong_name_or_address_is_named(settings: Settings, path: tuple[str | int, ...]) -> None:
    assert paths(settings) == [path]


@pytest.mark.parametrize("network", ["10.0.0.0/23", "0.0.0.0/0", "::/0", "fd00::/119"])
def test_a_relay_network_that_would_let_strangers_send_is_refused(network: str) -> None:
    (remark,) = reference_remarks(with_relay(network), NAMES)
    assert "would let strangers send" in remark.message


def test_two_relay_clients_of_one_name_are_a_problem() -> None:
    clients = (RelayClient("r", ("10.0.0.9",)), RelayClient("r", ("10.0.0.8",)))
    assert paths(replace(GOOD, relay_client=clients)) == [("relay_client", 1, "name")]


def test_many_listeners_may_let_the_kernel_choose_their_port() -> None:
    assert paths(replace(GOOD, listener={"a": Listener("127.0.0.1:0"), "b": Listener("127.0.0.1:0")})) == []


def test_names_in_other_scripts_are_domains() -> None:
    assert paths(replace(GOOD, domain={"büro.example": DOMAIN})) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [("to", "nobody"), ("to", "a b@office.example"), ("quiet_hours", "22:00"), ("morning_at", "25:00")],
)
def test_letters_to_the_admin_need_an_address_and_times_of_day(key: str, value: str) -> None:
    notify = replace(GOOD.notify, **{key: value})  # type: ignore[arg-type]  # fields by name
    assert paths(replace(GOOD, notify=notify)) == [("notify", key)]
