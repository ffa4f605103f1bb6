from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC

import pytest

from gateway.config.edit import Edit, edited
from gateway.config.load import parse
from gateway.control.workparams import ProbeBackend
from gateway.control.workvalues import BackendProbed, ProbeStep
from tests.support.domains import TEXT
from tui.format import Line
from tui.language import LANGUAGES, Language, words
from tui.state import newdomain
from tui.state.newdomain import Draft
from tui.state.servers import Server, rows, servers
from tui.state.settings import TypedError

EN = words("en", UTC)
KNOWN = servers(TEXT.encode())
NEW = Draft("new.example", Server("exchange2", ("10.0.0.77:25",), "smtp", "exchange"), is_new=True)


def text(shown: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in row).rstrip() for row in shown)


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("New.Example", "new.example"),
        (" new.example. ", "new.example"),
        ("anna@new.example", "new.example"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_domain_is_taken_as_people_write_it(typed: str, domain: str) -> None:
    assert newdomain.judged_domain(typed, (), EN) == domain


@pytest.mark.parametrize("typed", ["", "office", "a b.example", "-.example", "a..example", "office.example"])
def test_what_is_no_domain_or_is_there_already_is_refused(typed: str) -> None:
    with pytest.raises(TypedError, match=r"A domain is needed|is there already"):
        newdomain.judged_domain(typed, rows(TEXT.encode()), EN)


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("10.0.0.9", "10.0.0.9:25"),
        ("exchange.office.lan:2525", "exchange.office.lan:2525"),
        ("[2001:db8::1]", "[2001:db8::1]:25"),
        ("[2001:db8::1]:26", "[2001:db8::1]:26"),
        ("/run/dovecot/lmtp", "/run/dovecot/lmtp"),
    ],
)
def test_a_server_has_port_25_where_no_other_is_given(typed: str, host: str) -> None:
    assert newdomain.judged_host(typed, EN) == host


@pytest.mark.parametrize("typed", ["", "10.0.0.9:0", "10.0.0.9:99999", "a b", "host:port", "http://x"])
def test_what_is_no_server_is_refused(typed: str) -> None:
    with pytest.raises(TypedError, match="such as 10"):
        newdomain.judged_host(typed, EN)


def test_a_new_server_has_a_name_that_is_free() -> None:
    assert newdomain.new_server("10.0.0.77:25", "exchange", KNOWN).name == "exchange2"
    assert newdomain.new_server("10.0.0.77:25", "generic", KNOWN).name == "server"
    assert newdomain.new_server("/run/lmtp", "dovecot", KNOWN).transport == "lmtp"


@pytest.mark.parametrize("method", newdomain.OFFERED)
def test_what_it_makes_of_the_settings_is_valid(method: str) -> None:
    made = edited(TEXT.replace('policy = "strict"\n', ""), [Edit(*each) for each in _with(NEW, method).edits])
    settings = parse(made.encode(), "settings")
    assert settings.domain["new.example"].backend == "exchange2"
    assert settings.domain["new.example"].recipient_verification.method == method
    assert settings.backend["exchange2"].kind == "exchange"


def test_with_a_server_of_the_settings_only_the_domain_is_new() -> None:
    draft = Draft("new.example", KNOWN[0])
    assert draft.edits == (('domain."new.example".backend', '"exchange"'),)
    assert draft.probe == ProbeBackend("exchange", domain="new.example")
    assert NEW.probe == ProbeBackend(hosts=("10.0.0.77:25",), domain="new.example")
    local = Draft("new.example", newdomain.new_server("/run/lmtp", "dovecot", KNOWN), is_new=True)
    assert local.probe.transport == "lmtp"
    assert tomllib.loads("\n".join(f"{key} = {value}" for key, value in local.edits))["backend"]["dovecot"]


def test_a_server_that_takes_anybody_makes_the_gateway_learn() -> None:
    assert NEW.learned_from(BackendProbed(True, (), False)).method == "learned"
    assert NEW.learned_from(BackendProbed(True, (), True)).method == "callout"
    assert NEW.learned_from(BackendProbed(False, (), None)).method == "callout"
    assert _with(NEW, "none").learned_from(BackendProbed(True, (), False)).method == "none"


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_it_is_set_it_is_shown_with_what_the_server_says(language: Language) -> None:
    say = words(language, UTC)
    waits = text(newdomain.review(NEW, None, "", 78, say))
    assert "new.example" in waits
    assert "10.0.0.77:25" in waits
    step = ProbeStep("recipients", "warn", "it takes any address")
    shown = text(
        newdomain.review(
            NEW.learned_from(BackendProbed(True, (step,), False)), BackendProbed(True, (step,), False), "", 78, say
        )
    )
    assert "learned" in shown
    assert "It takes any address" in shown
    away = text(newdomain.review(NEW, BackendProbed(False, ()), "", 78, say))
    assert away.count("F10") == 1
    assert "oops" in text(newdomain.review(NEW, None, "oops", 78, say))


def _with(draft: Draft, method: str) -> Draft:
    return replace(draft, method=method)
