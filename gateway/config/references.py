"""Which names and addresses make sense in the settings, each alone and with those it refers to.

Looks nothing up: whether a host answers is found out by trying.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final, TypeAlias

from gateway.config.daytime import hours, time_of_day
from gateway.config.endpoints import Inet, Inherited, Local, is_fully_qualified, is_hostname, parse_endpoint
from gateway.config.known import nearest
from gateway.config.normal import a_label
from gateway.config.problems import Path, Remark
from gateway.config.schema import Backend, DomainSettings, NotifySettings, RelayClient, Settings

# D18: one wider network behind a router that hides clients would be an open relay.
RELAY_NETWORK_MINIMUM_PREFIX: Final = {4: 24, 6: 120}


_Kinds: TypeAlias = tuple[type[Inet] | type[Local] | type[Inherited], ...]


@dataclass(frozen=True, slots=True)
class Names:
    """What the file defines, also where the definition itself is wrong: then a reference to it is right."""

    backends: Collection[str]
    policies: Collection[str]


def reference_remarks(settings: Settings, names: Names) -> Iterator[Remark]:
    """Everything about names and addresses that is malformed, refers to nothing or stands there twice."""
    yield from _host(settings)
    yield from _listeners(settings)
    yield from _look_ups(settings)
    for name, backend in settings.backend.items():
        yield from _backend(backend, ("backend", name))
    for name, domain in settings.domain.items():
        yield from _domain(name, domain, names)
    yield from _domain_lists(settings)
    for name, policy in settings.policy.items():
        yield from _endings(policy.attachments.forbidden_endings, ("policy", name, "attachments", "forbidden_endings"))
    yield from _relay_clients(settings.relay_client)


def _host(settings: Settings) -> Iterator[Remark]:
    if not is_fully_qualified(a_label(settings.hostname)):
        yield Remark(("hostname",), 'must be a full host name, as in "mx.office.example"')
    local_part, _, domain = settings.postmaster.rpartition("@")
    if not local_part or not is_fully_qualified(a_label(domain)) or any(octet <= " " for octet in local_part):
        yield Remark(("postmaster",), 'must be a mail address, as in "it@office.example"')
    yield from _notify(settings.notify)
    for name in ("state_directory", "runtime_directory"):
        if not getattr(settings, name) or "\0" in getattr(settings, name):
            yield Remark((name,), "must be the path of a folder")


def _notify(notify: NotifySettings) -> Iterator[Remark]:
    local_part, _, domain = notify.to.rpartition("@")
    if notify.to and (
        not local_part or not is_fully_qualified(a_label(domain)) or any(each <= " " for each in notify.to)
    ):
        yield Remark(("notify", "to"), 'must be a mail address, as in "it@office.example", or empty')
    if notify.quiet_hours and not _holds(lambda: hours(notify.quiet_hours)):
        yield Remark(("notify", "quiet_hours"), 'must be two times of day, as in "22:00-07:00", or empty')
    if notify.morning_at and not _holds(lambda: time_of_day(notify.morning_at)):
        yield Remark(("notify", "morning_at"), 'must be a time of day, as in "07:30", or empty')


def _listeners(settings: Settings) -> Iterator[Remark]:
    yield from _twice(("listener",), [(name, one.address) for name, one in settings.listener.items()], "address")
    for name, listener in settings.listener.items():
        path: Path = ("listener", name)
        yield from _endpoint(listener.address, (*path, "address"), (Inet, Inherited), must_be_address=True)
        for number, network in enumerate(listener.proxy_protocol_from):
            if not _is_network(network):
                yield Remark((*path, "proxy_protocol_from", number), f'"{network}" is no address and no network')
        certificate = listener.tls.certificate
        # It becomes a file name in certificates/.
        if not is_hostname(certificate):
            yield Remark((*path, "tls", "certificate"), "must be a name of letters, digits, dots, hyphens, underscores")


def _look_ups(settings: Settings) -> Iterator[Remark]:
    if not settings.dns.servers:
        yield Remark(("dns", "servers"), "needs at least one server")
    for number, server in enumerate(settings.dns.servers):
        yield from _endpoint(server, ("dns", "servers", number), (Inet,), must_be_address=True)
    for name in ("scan_socket", "controller_socket"):
        yield from _endpoint(getattr(settings.rspamd, name), ("rspamd", name), (Inet, Local))
    socket = settings.clamd.socket
    if socket and not socket.startswith("/"):
        yield Remark(("clamd", "socket"), f'"{socket}" is no path of a Unix socket, as in "/run/clamav/clamd.ctl"')
    elif socket:
        yield from _endpoint(socket, ("clamd", "socket"), (Local,))
    for number, dnsbl in enumerate(settings.dnsbl):
        path: Path = ("dnsbl", number)
        if not is_hostname(a_label(dnsbl.zone)):
            yield Remark((*path, "zone"), f'"{dnsbl.zone}" is no domain')
        for place, code in enumerate(dnsbl.codes):
            if not _is_return_code(code):
                yield Remark((*path, "codes", place), f'"{code}" is no address in 127.0.0.0/8 (RFC 5782)')


def _backend(backend: Backend, path: Path) -> Iterator[Remark]:
    if not backend.hosts:
        yield Remark((*path, "hosts"), 'needs at least one host, as in ["10.0.0.9:25"]')
    yield from _repeated(backend.hosts, (*path, "hosts"))
    allowed: _Kinds = (Inet, Local) if backend.transport == "lmtp" else (Inet,)
    for number, host in enumerate(backend.hosts):
        yield from _endpoint(host, (*path, "hosts", number), allowed)
    for number, pin in enumerate(backend.tls.pin_sha256):
        if not is_pin(pin):
            yield Remark((*path, "tls", "pin_sha256", number), "must be the base64 of 32 octets (SHA-256)")
    if backend.tls.pin_sha256 and backend.tls.mode in ("none", "opportunistic"):
        yield Remark((*path, "tls", "mode"), 'a pin needs mode "require" or "verify", or it can be stripped away')
    if len(backend.subaddress_delimiter) > 1 or backend.subaddress_delimiter in ("@", '"'):
        yield Remark((*path, "subaddress_delimiter"), 'must be one character, as in "+", or empty')


def _domain(name: str, domain: DomainSettings, names: Names) -> Iterator[Remark]:
    path: Path = ("domain", name)
    if not is_fully_qualified(a_label(name)):
        yield Remark(path, f'"{name}" is no domain')
    if domain.backend not in names.backends:
        yield Remark((*path, "backend"), *_absent("backend", domain.backend, names.backends))
    if domain.policy not in names.policies:
        yield Remark((*path, "policy"), *_absent("policy", domain.policy, names.policies))
    verification = domain.recipient_verification
    if verification.method == "list" and not verification.addresses:
        yield Remark((*path, "recipient_verification", "addresses"), 'needs at least one address for method "list"')
    for number, address in enumerate(verification.addresses):
        if problem := _wrong_listed_address(address, name):
            yield Remark((*path, "recipient_verification", "addresses", number), problem)
    yield from _repeated(verification.addresses, (*path, "recipient_verification", "addresses"))


def _domain_lists(settings: Settings) -> Iterator[Remark]:
    for number, sealer in enumerate(settings.arc.trusted_sealers):
        if not is_hostname(a_label(sealer)):
            yield Remark(("arc", "trusted_sealers", number), f'"{sealer}" is no domain')
    yield from _repeated(settings.arc.trusted_sealers, ("arc", "trusted_sealers"))
    yield from _repeated(settings.lists.known, ("lists", "known"))


def _relay_clients(clients: tuple[RelayClient, ...]) -> Iterator[Remark]:
    seen: set[str] = set()
    for number, client in enumerate(clients):
        path: Path = ("relay_client", number)
        if not client.name or client.name in seen:
            yield Remark((*path, "name"), "must not be empty" if not client.name else f'"{client.name}" stands twice')
        seen.add(client.name)
        if not client.addresses:
            yield Remark((*path, "addresses"), "needs at least one address")
        for place, address in enumerate(client.addresses):
            if problem := _wrong_relay_network(address):
                yield Remark((*path, "addresses", place), problem)
        yield from _repeated(client.addresses, (*path, "addresses"))
        for place, domain in enumerate(client.sender_domains):
            if not is_hostname(a_label(domain)):
                yield Remark((*path, "sender_domains", place), f'"{domain}" is no domain')


def _endpoint(text: str, path: Path, allowed: _Kinds, *, must_be_address: bool = False) -> Iterator[Remark]:
    try:
        endpoint = parse_endpoint(text)
    except ValueError as error:
        yield Remark(path, f'"{text}" {error}')
        return
    if not isinstance(endpoint, allowed):
        yield Remark(path, f'"{text}" is not possible here')
    elif must_be_address and isinstance(endpoint, Inet) and not endpoint.is_address:
        yield Remark(path, f'"{text}" needs an address, not a name')


def _twice(path: Path, values: list[tuple[str, str]], key: str) -> Iterator[Remark]:
    """The same value under two names."""
    first: dict[str, str] = {}
    for name, value in values:
        if value in first and not value.endswith(":0"):
            yield Remark((*path, name, key), f'"{value}" is already the {key} of "{first[value]}"')
        first.setdefault(value, name)


def _repeated(values: tuple[str, ...], path: Path) -> Iterator[Remark]:
    seen: set[str] = set()
    for number, value in enumerate(values):
        if value in seen:
            yield Remark((*path, number), f'"{value}" stands twice')
        seen.add(value)


def _endings(endings: tuple[str, ...], path: Path) -> Iterator[Remark]:
    yield from _repeated(endings, path)
    for number, ending in enumerate(endings):
        bare = ending.removeprefix(".")
        if not bare or any(each in "./\\* \t" for each in bare):
            yield Remark((*path, number), f'"{ending}" is no ending of a file name, as in "html"')


def _absent(kind: str, name: str, known: Collection[str]) -> tuple[str, str]:
    return f'there is no {kind} "{name}"', nearest(name, sorted(known))


def _wrong_listed_address(address: str, domain: str) -> str:
    local_part, at, its_domain = address.rpartition("@")
    if at and a_label(its_domain) != a_label(domain):
        return f'"{address}" is not in this domain'
    local_part = local_part if at else address
    return "" if local_part and not any(octet <= " " for octet in local_part) else f'"{address}" is no address'


def _wrong_relay_network(text: str) -> str:
    try:
        network = ip_network(text)
    except ValueError:
        return f'"{text}" is no address and no network'
    minimum = RELAY_NETWORK_MINIMUM_PREFIX[network.version]
    return "" if network.prefixlen >= minimum else f'"{text}" is wider than /{minimum}: it would let strangers send'


def _is_network(text: str) -> bool:
    return _holds(lambda: ip_network(text))


def _is_return_code(text: str) -> bool:
    return _holds(lambda: ip_address(text)) and text.startswith("127.") and isinstance(ip_address(text), IPv4Address)


def is_pin(text: str) -> bool:
    """True for the base64 of 32 octets: a SHA-256."""
    try:
        return len(base64.b64decode(text, validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def _holds(parse: Callable[[], object]) -> bool:
    try:
        parse()
    except ValueError:
        return False
    return True
