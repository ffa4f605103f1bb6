from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from gateway.config.edit import Edit, edited
from gateway.config.load import parse
from gateway.control.workvalues import BackendProbed, ChainStep, ChainTest, DomainStatus, ProbeStep
from tests.support.office import OFFICE, TEXT
from tui.format import Line, width
from tui.language import LANGUAGES, Language, words
from tui.state import assistant
from tui.state.assistant import FIELDS, STEPS, Draft

EN = words("en")
DATA = tomllib.loads(TEXT)
BLANK = """\
hostname = "mx.invalid"
postmaster = "it@office.invalid"

[backend.exchange]
hosts = ["10.0.0.9:25", "10.0.0.10:25"]

[domain."office.invalid"]
backend = "exchange"
"""
GIVEN = Draft("mx.office.example", "it@office.example", "", "exchange", "10.0.0.9", "25", "verify", "office.example")


def text(lines: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in each) for each in lines)


def test_it_is_needed_while_name_or_domains_are_placeholders() -> None:
    assert not assistant.is_needed(OFFICE)
    assert assistant.is_needed(replace(OFFICE, hostname="mx.invalid"))
    assert not assistant.is_needed(replace(OFFICE, recipients=()))
    assert not assistant.is_needed(
        replace(OFFICE, recipients=(*OFFICE.recipients, DomainStatus("x.invalid", "untested")))
    )
    assert assistant.is_needed(replace(OFFICE, recipients=(DomainStatus("x.invalid", "untested"),)))


def test_it_begins_with_what_the_settings_say_and_without_placeholders() -> None:
    known = assistant.draft_of(DATA)
    assert (known.hostname, known.domain, known.backend, known.host, known.port) == (
        "mx.office.example", "office.example", "exchange", "10.0.0.9", "25",
    )  # fmt: skip
    blank = assistant.draft_of(tomllib.loads(BLANK))
    assert (blank.hostname, blank.postmaster, blank.domain) == ("", "", "")
    assert (blank.old_domain, blank.others) == ("office.invalid", ("10.0.0.10:25",))
    assert assistant.draft_of({}) == Draft()


@pytest.mark.parametrize(
    ("step", "changes", "why"),
    [
        ("name", {"hostname": "mx"}, "at least one dot"),
        ("name", {"postmaster": "it"}, "an address"),
        ("server", {"host": ""}, "missing"),
        ("server", {"port": "99999"}, "1 to 65535"),
        ("server", {"port": "²"}, "1 to 65535"),
        ("domain", {"domain": "it@office.example"}, "no @"),
    ],
)
def test_what_can_not_be_is_said_before_anything_is_tried(step: str, changes: dict[str, str], why: str) -> None:
    name = next(each for each, _ in STEPS if each == step)
    assert assistant.wrong(name, GIVEN, EN) == ""
    assert why in assistant.wrong(name, replace(GIVEN, **changes), EN)  # type: ignore[arg-type]  # fields of the draft


def test_the_steps_together_give_settings_that_are_valid() -> None:
    given = replace(GIVEN, backend="exchange", others=("10.0.0.10:25",), old_domain="office.invalid")
    made = BLANK
    for step, _ in STEPS:
        changed = assistant.edits(step, given, tomllib.loads(made), "fr")
        made = edited(made, [Edit(key, value) for key, value in changed])
    settings = parse(made.encode(), "settings")
    assert (settings.hostname, settings.postmaster, settings.language) == (
        "mx.office.example",
        "it@office.example",
        "fr",
    )
    assert list(settings.domain) == ["office.example"]
    assert settings.backend["exchange"].hosts == ("10.0.0.9:25", "10.0.0.10:25")
    assert (settings.backend["exchange"].kind, settings.backend["exchange"].tls.mode) == ("exchange", "verify")


def test_what_the_settings_say_already_is_no_edit() -> None:
    known = assistant.draft_of(DATA)
    assert [assistant.edits(step, known, DATA, "en") for step, _ in STEPS] == [()] * len(STEPS)


def test_the_server_is_asked_as_it_would_be_written() -> None:
    asked = assistant.asked_greeting(GIVEN, "fr")
    assert (asked.hosts, asked.transport, asked.tls) == (("10.0.0.9:25",), "smtp", "verify")
    assert assistant.asked_greeting(replace(GIVEN, host="fd00::9"), "en").hosts == ("[fd00::9]:25",)
    lmtp = assistant.asked_greeting(replace(GIVEN, host="/run/lmtp.sock", port=""), "en")
    assert (lmtp.hosts, lmtp.transport) == (("/run/lmtp.sock",), "lmtp")
    assert assistant.wrong("server", replace(GIVEN, host="/run/lmtp.sock", port=""), EN) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_fits_and_says_what_it_is_for(language: Language) -> None:
    say = words(language)
    for step, _ in STEPS:
        assert width(assistant.progress(step, say)) <= 80
        assert len(assistant.about(step, 76, say)) <= 3
        for row in FIELDS[step]:
            assert width(assistant.row_line(row, GIVEN, assistant.value(row, GIVEN), say)) <= 78
    shown = text([assistant.progress("server", EN)])
    assert "2 Name ✓" in shown
    assert "3 Server ●" in shown
    assert "4 Domain ○" in shown


def test_a_server_that_does_not_greet_is_told_with_what_to_try() -> None:
    probed = BackendProbed(False, (ProbeStep("session", "bad", "connection refused"), ProbeStep("mx", "ok", "fine")))
    shown = text(assistant.greeting_failed(probed, GIVEN, 70, EN))
    assert "✗ 10.0.0.9:25 does not take mail from us." in shown
    assert "connection refused" in shown
    assert "fine" not in shown
    assert "port 25" in shown


def test_the_test_is_told_link_by_link() -> None:
    steps = (ChainStep("receive", True, "received"), ChainStep("deliver", False, "refused"))
    broken = text(assistant.tested(ChainTest(False, "F7K2Q", steps), 70, EN)).splitlines()
    assert broken[0].startswith("✗ The chain is broken")
    assert broken[1:] == ["✓ received", "✗ refused"]
    assert text(assistant.tested(ChainTest(True, "F7K2Q", ()), 70, EN)).startswith("✓ Mail flows")
