"""A new domain: what was given, what comes of it as edits of the settings, and how that reads before it is done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from gateway.control.workparams import ProbeBackend
from gateway.control.workvalues import BackendProbed
from gateway.core.domain import to_ascii
from tui.format import Line, Piece, fit, fitted, line, paragraph
from tui.language import Words, mark
from tui.state.domains import KINDS, probed
from tui.state.servers import Row, Server
from tui.state.settings import TypedError, toml, written

METHODS: Final = ("callout", "learned", "ldap", "list", "none")
METHOD_WORDS: Final = {
    "callout": mark("the server is asked for each"),
    "learned": mark("the gateway learns from mail"),
    "ldap": mark("the directory is read"),
    "list": mark("only those of a list"),
    "lmtp": mark("the server says so by LMTP"),
    "none": mark("everybody is taken"),
}
# These need more than their name: their settings are given with `m` afterwards.
OFFERED: Final = ("callout", "learned", "none")
_LABEL_CELLS: Final = 14
_HOST: Final = re.compile(r"(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?\Z")


@dataclass(frozen=True, slots=True)
class Draft:
    """What was given. `is_new`: the server is not in the settings yet, so its host and kind were asked for."""

    domain: str
    server: Server
    is_new: bool = False
    method: str = "callout"

    def learned_from(self, found: BackendProbed) -> Draft:
        """A server that takes any address can't be asked who exists."""
        return replace(self, method="learned") if found.verifies is False and self.method == "callout" else self

    @property
    def probe(self) -> ProbeBackend:
        """How it is tried."""
        if not self.is_new:
            return ProbeBackend(self.server.name, domain=self.domain)
        hosts = self.server.hosts
        if self.server.transport == "lmtp":
            return ProbeBackend(hosts=hosts, domain=self.domain, transport="lmtp")
        return ProbeBackend(hosts=hosts, domain=self.domain)

    @property
    def edits(self) -> tuple[tuple[str, str], ...]:
        """What `config.edit` is asked for: the server first, so that the domain never names one that is not there."""
        server, domain = self.server, f"domain.{written(self.domain)}"
        made: list[tuple[str, str]] = []
        if self.is_new:
            key = f"backend.{written(server.name)}"
            made += [(f"{key}.hosts", toml(list(server.hosts))), (f"{key}.kind", toml(server.kind))]
            made += [(f"{key}.transport", toml(server.transport))] if server.transport != "smtp" else []
        made.append((f"{domain}.backend", toml(server.name)))
        if self.method != "callout":
            made.append((f"{domain}.recipient_verification.method", toml(self.method)))
        return tuple(made)


def judged_domain(text: str, known: Sequence[Row], words: Words) -> str:
    """What was typed, as a domain. Raises TypedError for none, and for one that is there."""
    name = text.strip().rpartition("@")[2].removesuffix(".").lower()
    plain = to_ascii(name)
    if plain is None or "." not in plain:
        raise TypedError(words("A domain is needed, such as office.example."))
    if any(each.kind == "domain" and each.name in (name, plain) for each in known):
        raise TypedError(words("{name} is there already: m changes it.", name=plain))
    return plain


def judged_host(text: str, words: Words) -> str:
    """What was typed, as a next hop; port 25 where none is given. Raises TypedError."""
    host = text.strip()
    if host.startswith("/"):
        return host
    port = host.rpartition(":")[2]
    if not _HOST.match(host) or (port.isdigit() and ":" in host and not 0 < int(port) < 65_536):
        raise TypedError(words("An address is needed, such as 10.0.0.9 or exchange.office.lan:25."))
    return host if re.search(r":\d+\Z", host) and not host.endswith("]") else f"{host}:25"


def new_server(host: str, kind: str, known: Sequence[Server]) -> Server:
    """A server of this kind, under a name that is free."""
    base = "server" if kind == "generic" else kind
    taken = {each.name for each in known}
    number = next(count for count in range(1, len(taken) + 2) if _numbered(base, count) not in taken)
    transport = "lmtp" if host.startswith("/") else "smtp"
    return Server(_numbered(base, number), (host,), transport, kind)


def _numbered(base: str, number: int) -> str:
    return base if number == 1 else f"{base}{number}"


def review(draft: Draft, found: BackendProbed | None, why_not: str, cells: int, words: Words) -> list[Line]:
    """Before it is done: what it will be, and what the server says of it."""
    kind = words(KINDS.get(draft.server.kind, draft.server.kind))
    server = f"{draft.server.name}  {', '.join(draft.server.hosts)}  {kind}"
    shown = [
        _fact(words("Domain"), f"{words('(none)')} → {draft.domain}", cells),
        _fact(words("Server"), f"{words('(none)')} → {server}" if draft.is_new else server, cells),
        _fact(words("Recipients"), f"{draft.method}: {words(METHOD_WORDS[draft.method])}", cells),
        (),
    ]
    if why_not:
        return [*shown, *paragraph(why_not, cells, "bad", first=line(Piece("✗ ", "bad")))]
    if found is None:
        return [*shown, line(Piece(words("The server is being tried, without a message …"), "info"))]
    shown += [*probed(found, cells, words), ()]
    if found.verifies is False:
        said = words("So the gateway learns who exists from the mail it hands on; v chooses another way.")
        shown += paragraph(said, cells, "info")
    cure = (
        words("F10 sets it. The gateway tries it first, and goes back by itself if mail does not flow.")
        if found.works
        else words("F10 sets it all the same: mail then waits here until the server answers. t tries again.")
    )
    return [*shown, *paragraph(cure, cells, "" if found.works else "warn")]


def _fact(label: str, text: str, cells: int) -> Line:
    return fit(line(Piece(fitted(label, _LABEL_CELLS), "muted"), Piece(text, "strong")), cells)
