"""The first start, step by step: what is asked, what comes of it as edits, and what to try when a step fails.

Keyboard, password, network and time are steps of the image: they take their places in STEPS when it brings them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from gateway.control.values import Status
from gateway.control.workparams import ProbeBackend
from gateway.control.workvalues import BackendProbed, ChainTest
from tui.format import Line, Piece, fitted, line, paragraph
from tui.language import Language, Words, mark
from tui.state.settings import toml, written

_Toml: TypeAlias = Any
TlsMode = Literal["opportunistic", "none", "require", "verify"]
Step = Literal["language", "name", "server", "domain", "test"]
STEPS: Final[tuple[tuple[Step, str], ...]] = (
    ("language", mark("Language")),
    ("name", mark("Name")),
    ("server", mark("Server")),
    ("domain", mark("Domain")),
    ("test", mark("Test mail")),
)
_ABOUT: Final[dict[Step, str]] = {
    "language": mark("In which language shall the interface and the gateway's notices be?"),
    "name": mark("The gateway's full name, as your provider's DNS knows it, and who gets mail for postmaster."),
    "server": mark("The mail server of the office. It is asked for a greeting before you go on."),
    "domain": mark("For which domain is mail taken? It is what stands behind the @ of your addresses."),
    "test": mark("A message goes through the whole chain, up to your server. Nobody gets it."),
}
KINDS: Final = ("exchange", "exchange-online", "dovecot", "generic")
TLS_MODES: Final[tuple[TlsMode, ...]] = ("opportunistic", "none", "require", "verify")
_LABEL_CELLS: Final = 22
_NAME: Final = re.compile(
    r"(?=.{1,253}\Z)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)+[A-Za-z][A-Za-z0-9-]{0,62}"
)
# A name that stands for none; an image without settings has it until somebody gives a real one.
_PLACEHOLDER: Final = ".invalid"


@dataclass(frozen=True, slots=True)
class Draft:
    """What was given so far. `others` are the server's further hosts, `old_domain` one that is replaced, or ""."""

    hostname: str = ""
    postmaster: str = ""
    backend: str = ""
    kind: str = "exchange"
    host: str = ""
    port: str = "25"
    tls: str = "opportunistic"
    domain: str = ""
    others: tuple[str, ...] = ()
    old_domain: str = ""

    def with_(self, name: str, value: str) -> Draft:
        """With this field given."""
        given: dict[str, Any] = {name: value.strip()}
        return replace(self, **given)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a step: a field (`options` when one of a few), or what Enter does."""

    name: str
    label: str
    options: tuple[str, ...] = ()


FIELDS: Final[dict[Step, tuple[Row, ...]]] = {
    "language": (Row("fr", "Français"), Row("en", "English")),
    "name": (
        Row("hostname", mark("Full name")),
        Row("postmaster", mark("Postmaster's address")),
        Row("next", mark("Continue")),
    ),
    "server": (
        Row("kind", mark("Kind of server"), KINDS),
        Row("host", mark("Address or name")),
        Row("port", mark("Port")),
        Row("tls", mark("Encryption"), TLS_MODES),
        Row("next", mark("Ask it for a greeting, and continue")),
    ),
    "domain": (Row("domain", mark("Domain")), Row("next", mark("Continue"))),
    "test": (Row("test", mark("Send the test mail")), Row("finish", mark("Finish, and test later"))),
}


def is_needed(status: Status) -> bool:
    """True while name or domains are placeholders; a gateway does not run without a server and a domain at all."""
    domains = [each.domain for each in status.recipients]
    return status.hostname.endswith(_PLACEHOLDER) or (
        bool(domains) and all(each.endswith(_PLACEHOLDER) for each in domains)
    )


def draft_of(data: Mapping[str, _Toml]) -> Draft:
    """What the settings say already; placeholders count as nothing said."""
    backends, domains = data.get("backend", {}), data.get("domain", {})
    name = next(iter(backends), "")
    backend = backends.get(name, {})
    hosts = [str(each) for each in backend.get("hosts", ())]
    host, port = _parted(hosts[0]) if hosts else ("", "25")
    domain = next(iter(domains), "")
    return Draft(
        hostname=_real(str(data.get("hostname", ""))),
        postmaster=_real(str(data.get("postmaster", ""))),
        backend=name,
        kind=str(backend.get("kind", "generic" if name else "exchange")),
        host=_real(host),
        port=port,
        tls=str(backend.get("tls", {}).get("mode", "opportunistic")),
        domain=_real(domain),
        others=tuple(hosts[1:]),
        old_domain="" if _real(domain) else domain,
    )


def wrong(step: Step, draft: Draft, words: Words) -> str:
    """What must be mended before the step can end, "" for nothing."""
    if step == "name" and not _NAME.fullmatch(draft.hostname):
        return words("The full name has at least one dot, as mail.office.example.")
    local, _, domain = draft.postmaster.rpartition("@")
    if step == "name" and not (local and _NAME.fullmatch(domain)):
        return words("The postmaster is an address, as it@office.example.")
    if step == "server" and not draft.host:
        return words("The server's address is missing.")
    if step == "server" and not draft.host.startswith("/") and not _is_port(draft.port):
        return words("A port is a number from 1 to 65535; mail servers have 25.")
    if step == "domain" and not _NAME.fullmatch(draft.domain):
        return words("A domain has at least one dot, as office.example, and no @.")
    return ""


def edits(step: Step, draft: Draft, data: Mapping[str, _Toml], language: str) -> tuple[tuple[str, str], ...]:
    """What this step changes of the settings; nothing when they say so already."""
    wanted: list[tuple[str, str]] = []
    if step == "language" and data.get("language", "en") != language:
        wanted = [("language", toml(language))]
    elif step == "name":
        wanted = [
            (name, toml(value))
            for name, value in (("hostname", draft.hostname), ("postmaster", draft.postmaster))
            if data.get(name) != value
        ]
    elif step == "server":
        before = draft_of(data)
        name = server_name(draft)
        if (draft.kind, draft.host, draft.port, draft.tls) != (before.kind, before.host, before.port, before.tls):
            table = f"backend.{written(name)}"
            wanted = [
                (f"{table}.hosts", toml([_joined(draft), *draft.others])),
                (f"{table}.kind", toml(draft.kind)),
                (f"{table}.tls.mode", toml(draft.tls)),
            ]
    elif step == "domain" and draft.domain not in data.get("domain", {}):
        wanted = [(f"domain.{written(draft.domain)}.backend", toml(server_name(draft)))]
        if draft.old_domain:
            wanted.append((f"domain.{written(draft.old_domain)}", ""))
    return tuple(wanted)


def server_name(draft: Draft) -> str:
    """Under which name the server stands in the settings."""
    return draft.backend or draft.kind


def asked_greeting(draft: Draft, language: Language) -> ProbeBackend:
    """The question to the server. Raises ValueError for what can't be asked."""
    tls: TlsMode = next((each for each in TLS_MODES if each == draft.tls), "opportunistic")
    transport: Literal["smtp", "lmtp"] = "lmtp" if draft.host.startswith("/") else "smtp"
    return ProbeBackend(hosts=(_joined(draft),), transport=transport, tls=tls, language=language)


def value(row: Row, draft: Draft) -> str:
    """What is given for a field, "" for a line that only acts."""
    return str(getattr(draft, row.name, "")) if row.name in Draft.__dataclass_fields__ else ""


def row_line(row: Row, draft: Draft, shown: str, words: Words) -> Line:
    """One line of the step."""
    if row.name in ("next", "test", "finish"):
        return line(Piece(f"→ {words(row.label)}", "key"))
    if row.name in ("fr", "en"):
        return line(Piece(row.label, "strong"))
    label = Piece(fitted(words(row.label), _LABEL_CELLS))
    return line(label, Piece(f" {shown}", "strong") if shown else Piece(f" {words('(empty)')}", "muted"))


def progress(current: Step, words: Words) -> Line:
    """The steps with what is done: `1 Language ✓  2 Name ●  3 Server ○`."""
    place = next(number for number, (name, _) in enumerate(STEPS) if name == current)
    pieces: list[Piece | str] = [" "]
    for number, (_, label) in enumerate(STEPS):
        sign = "✓" if number < place else "●" if number == place else "○"
        tone: Literal["ok", "strong", "muted"] = "ok" if number < place else "strong" if number == place else "muted"
        pieces.append(Piece(f" {number + 1} {words(label)} {sign} ", tone))
    return line(*pieces)


def about(step: Step, cells: int, words: Words) -> list[Line]:
    """What the step is for."""
    return paragraph(words(_ABOUT[step]), cells, "info")


def greeting_failed(probed: BackendProbed, draft: Draft, cells: int, words: Words) -> list[Line]:
    """What the server said, and what to try."""
    said = words("{server} does not take mail from us.", server=_joined(draft))
    tries = (
        words("Is it switched on, and is this its address?"),
        words("Does its firewall let this gateway in on port {port}?", port=draft.port),
        words("Does it take mail from this gateway (on Exchange: a receive connector)?"),
        words("If it speaks of TLS: try another kind of encryption."),
    )
    rows = paragraph(said, cells, "bad", first=line(Piece("✗ ", "bad")))
    for step in probed.steps:
        if step.state != "ok":
            rows += paragraph(step.text, cells, "warn", first=line("  "))
    for each in tries:
        rows += paragraph(each, cells, first=line("• "))
    return rows


def tested(test: ChainTest, cells: int, words: Words) -> list[Line]:
    """How the test mail fared, link by link."""
    good = line(Piece(words("✓ Mail flows through the whole chain. Enter finishes."), "ok"))
    rows = [good] if test.works else [line(Piece(words("✗ The chain is broken; mend it and send again."), "bad"))]
    for each in test.steps:
        rows += paragraph(
            each.text, cells, first=line(Piece("✓ " if each.done else "✗ ", "ok" if each.done else "bad"))
        )
    return rows


def _real(text: str) -> str:
    return "" if text.endswith(_PLACEHOLDER) else text


def _parted(host: str) -> tuple[str, str]:
    if host.startswith("/"):
        return host, ""
    name, _, port = host.rpartition(":")
    return (name, port) if name else (host, "25")


def _joined(draft: Draft) -> str:
    if draft.host.startswith("/"):
        return draft.host
    host = f"[{draft.host}]" if ":" in draft.host and not draft.host.startswith("[") else draft.host
    return f"{host}:{draft.port}"


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 1 <= int(text) <= 65_535
