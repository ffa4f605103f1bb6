"""The domains, servers and ways out that the settings name, read from their text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

_Toml: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Server:
    """A server of the settings."""

    name: str
    hosts: tuple[str, ...]
    transport: str = "smtp"
    kind: str = "generic"
    tls: str = "opportunistic"

    @property
    def lane(self) -> str:
        """Its lane."""
        return f"backend:{self.name}"


@dataclass(frozen=True, slots=True)
class Row:
    """A domain with its server, a server without one, or a way out (`of` some domains); direct has no `lane`."""

    kind: Literal["domain", "server", "route"]
    name: str
    lane: str
    server: Server | None = None
    policy: str = "standard"
    acceptance: str = "cut-through"
    method: str = "callout"
    of: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What it is found by when everything is told anew."""
        return f"{self.kind} {self.name} {self.lane}"


def servers(text: bytes) -> tuple[Server, ...]:
    """The servers of a settings text."""
    return tuple(_server(name, each) for name, each in _tables(_parsed(text), "backend"))


def rows(text: bytes) -> tuple[Row, ...]:
    """Domains first, by name; then servers that no domain uses; then the ways out, in their order."""
    data = _parsed(text)
    known = {each.name: each for each in servers(text)}
    domains: list[Row] = []
    for name, each in sorted(_tables(data, "domain")):
        backend = str(each.get("backend", ""))
        server = known.get(backend, Server(backend, ()))
        verification = _table(each.get("recipient_verification"))
        domains.append(
            Row(
                "domain",
                name,
                server.lane,
                server,
                str(each.get("policy", "standard")),
                str(each.get("acceptance", "cut-through")),
                str(verification.get("method", "callout")),
            )
        )
    used = {each.lane for each in domains}
    alone = [Row("server", each.name, each.lane, each) for each in known.values() if each.lane not in used]
    return (*domains, *alone, *_routes(data))


def _routes(data: Mapping[str, _Toml]) -> Iterator[Row]:
    for each in data.get("outbound_route", ()):
        host = _table(each.get("smart_host"))
        to = tuple(map(str, each.get("recipient_domains", ())))
        if each.get("next_hop", "direct") != "smart_host":
            yield Row("route", "direct", "", of=to)
            continue
        name = str(host.get("name") or host.get("host", ""))
        server = Server(name, (f"{host.get('host', '')}:{host.get('port', 587)}",), "smtp", "generic", "verify")
        yield Row("route", name, f"smart_host:{name}", server, of=to)


def _server(name: str, table: Mapping[str, _Toml]) -> Server:
    return Server(
        name,
        tuple(map(str, table.get("hosts", ()))),
        str(table.get("transport", "smtp")),
        str(table.get("kind", "generic")),
        str(_table(table.get("tls")).get("mode", "opportunistic")),
    )


def _parsed(text: bytes) -> Mapping[str, _Toml]:
    """The gateway runs it, so it is valid; what is none after all has no rows."""
    try:
        return tomllib.loads(text.decode("utf-8", "replace"))
    except tomllib.TOMLDecodeError:
        return {}


def _tables(data: Mapping[str, _Toml], name: str) -> list[tuple[str, Mapping[str, _Toml]]]:
    return [(str(key), _table(each)) for key, each in _table(data.get(name)).items()]


def _table(value: _Toml) -> Mapping[str, _Toml]:
    return value if isinstance(value, Mapping) else {}
