from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config.load import load, parse
from gateway.config.problems import SettingsError
from gateway.config.schema import Limits, Listener, Pair, PolicySettings, Settings

MINIMAL = """
hostname = "mx.office.example"
postmaster = "it@office.example"
[backend.exchange]
hosts = ["10.0.0.9:25"]
[domain."office.example"]
backend = "exchange"
"""

AGREED = """
schema = 1
hostname = "mx.office.example"
postmaster = "it@office.example"
state_directory = "/var/lib/poterne"
runtime_directory = "/run/poterne"
[listener.internet]
address = "0.0.0.0:25"
role = "inbound"
greet_delay_seconds = 0.5
proxy_protocol_from = []
tls = { mode = "opportunistic", certificate = "mx" }
[limits]
message_size_octets = 36_700_160
memory_octets = 134_217_728
spool_octets = 2_147_483_648
connections = { normal = 200, overload = 100 }
connections_per_client = 20
recipients = 100
[timeouts]
[dns]
servers = ["127.0.0.1:53"]
timeout_seconds = 5
[[dnsbl]]
zone = "bl.example"
[rspamd]
scan_socket = "/run/rspamd/normal.sock"
controller_socket = "/run/rspamd/controller.sock"
timeout_seconds = 20
unscanned_grace_seconds = 600
[failure]
rspamd = "defer-then-mark"
backend = "spool"
dns = "go-on"
disk = "defer"
[backend.exchange]
transport = "smtp"
hosts = ["10.0.0.9:25"]
kind = "exchange"
tls = { mode = "opportunistic" }
max_connections = 10
[domain."office.example"]
backend = "exchange"
policy = "standard"
acceptance = "cut-through"
recipient_verification = { method = "callout" }
[policy.standard]
mark_at = 6.0
quarantine_at = 9.0
reject_at = 15.0
dmarc_reject = "quarantine"
[arc]
trusted_sealers = []
[quarantine]
keep_days = 30
[history]
keep_days = 30
subjects = "masked"
[[relay_client]]
name = "exchange"
addresses = ["10.0.0.9"]
sender_domains = ["office.example"]
[[outbound_route]]
next_hop = "direct"
"""


def read(text: str) -> Settings:
    return parse(text.encode(), "p.toml")


def problems(text: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(text)
    return str(caught.value).splitlines()


def test_hostname_postmaster_one_backend_and_one_domain_suffice() -> None:
    settings = read(MINIMAL)
    assert settings.listener == {"internet": Listener("0.0.0.0:25"), "internet6": Listener("[::]:25")}
    assert settings.policy == {"standard": PolicySettings()}
    assert settings.limits == Limits()


def test_the_agreed_shape_is_accepted_whole() -> None:
    settings = read(AGREED)
    assert settings.limits.connections == Pair(200, 100)
    assert settings.dns.timeout_seconds == 5.0
    assert settings.relay_client[0].sender_domains == ("office.example",)


def test_all_problems_come_at_once_with_their_lines() -> None:
    assert problems(
        'hostname = "mx"\n'
        "colour = 1\n"
        "[backend.exchange]\n"
        'host = ["10.0.0.9:25"]\n'
        '[domain."office.example"]\n'
        'backend = "exchang"\n'
        "[policy.standard]\n"
        "mark_at = '6'\n"
        "quarantine_at = 20\n"
        "[dns]\ntimeout_seconds = 0\n"
    ) == [
        "p.toml: postmaster: is required",
        'p.toml:1: hostname: must be a full host name, as in "mx.office.example"',
        "p.toml:2: colour: unknown key",
        "p.toml:3: backend.exchange.hosts: is required",
        'p.toml:4: backend.exchange.host: unknown key; did you mean "hosts"?',
        'p.toml:6: domain."office.example".backend: there is no backend "exchang"; did you mean "exchange"?',
        "p.toml:8: policy.standard.mark_at: must be a number",
        "p.toml:11: dns.timeout_seconds: must be more than 0 seconds",
    ]


def test_a_domain_is_kept_as_a_labels_in_lower_case() -> None:
    assert list(read(MINIMAL.replace("office.example", "BÜRO.example")).domain) == ["xn--bro-hoa.example"]


def test_one_domain_in_two_spellings_is_a_problem_on_its_line() -> None:
    (line,) = problems(MINIMAL + '[domain."Office.Example."]\nbackend = "exchange"\n')
    assert line.startswith('p.toml:8: domain."Office.Example.": stands twice')


def test_a_syntax_error_is_told_with_its_line() -> None:
    assert problems("a = 1\nb = = 2\n") == ["p.toml:2: is no valid TOML: Invalid value"]
    assert problems('a = "') == ["p.toml:1: is no valid TOML: Unterminated string"]
    (twice,) = problems("a = 1\na = 2\n")
    assert twice.startswith("p.toml:2: is no valid TOML: Cannot overwrite")


def test_a_file_that_is_not_utf_8_is_told_with_its_line() -> None:
    with pytest.raises(SettingsError, match=r"^p.toml:2: is not UTF-8 text here$"):
        parse(b"a = 1\nb = '\xe9'\n", "p.toml")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("schema = '1'", "schema: must be a whole number"),
        ("schema = 1.5", "schema: must be a whole number"),
        ("schema = true", "schema: must be a whole number"),
        ("hostname = 5", 'hostname: must be text in quotes, as in "…"'),
        ("hostname = 2026-11-24", 'hostname: must be text in quotes, as in "…"'),
        ("limits = 5", "limits: must be a table, as in { … }"),
        ("limits.recipients = 'x'", "limits.recipients: must be a whole number, or { normal = …, overload = … }"),
        ("limits.recipients = {normal = 5}", "limits.recipients.overload: is required"),
        ("dns.servers = '127.0.0.1:53'", "dns.servers: must be a list, as in [ … ]"),
        ("dns.servers = [5]", 'dns.servers[1]: must be text in quotes, as in "…"'),
        ("language = 'de'", 'language: must be "en" or "fr"'),
        ("listener = []", "listener: must be a table of names"),
    ],
)
def test_a_wrong_type_is_told_in_words(line: str, message: str) -> None:
    key = line.split(" =")[0].split(".")[0]
    rest = "\n".join(kept for kept in MINIMAL.splitlines() if not kept.startswith(key))
    (found,) = problems(line + "\n" + rest)
    assert found.endswith(message)
    assert found.startswith("p.toml:1: ")


def test_one_wrong_entry_does_not_hide_the_problems_of_others() -> None:
    text = MINIMAL + '[[relay_client]]\nname = 5\naddresses = ["10.0.0.9"]\n[[relay_client]]\nname = "b"\n'
    found = problems(text + 'addresses = ["10.0.0.0/8"]\n[dns]\nservers = ["x"]\n')
    assert any("relay_client[1].name" in line for line in found)
    assert any("dns.servers[1]" in line for line in found)


def test_a_backend_that_is_wrong_itself_is_not_called_missing() -> None:
    found = problems(MINIMAL.replace('hosts = ["10.0.0.9:25"]', "hosts = 5"))
    assert found == ["p.toml:5: backend.exchange.hosts: must be a list, as in [ … ]"]


def test_a_gateway_for_nobody_is_a_problem() -> None:
    found = problems('hostname = "mx.office.example"\npostmaster = "it@office.example"\n')
    assert [line.split(":")[1] for line in found] == [" backend", " domain"]


def test_lists_in_lists_without_end_are_refused_and_do_not_crash() -> None:
    assert "levels" in problems("a = " + "[" * 60 + "]" * 60)[0]
    assert "no valid TOML" in problems("a = " + "[" * 5_000)[0]
    assert "no valid TOML" in problems("a = " + "9" * 5_000)[0]


def test_a_file_that_is_too_long_is_not_parsed() -> None:
    assert "is longer than" in problems("#" * 1_048_577)[0]


def test_a_file_is_read_and_one_that_is_missing_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "poterne.toml"
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        load(path)
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())
    assert load(path).hostname == "mx.office.example"


LINES = AGREED.splitlines()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(LINES) - 1),
            st.sampled_from(["", "x = 1", "5", "hosts = 5", "[[backend]]", "[policy]", "name = {a = [1, {b = 2}]}"]),
        ),
        max_size=4,
    )
)
def test_no_file_ends_in_anything_but_settings_or_problems(changes: list[tuple[int, str]]) -> None:
    lines = list(LINES)
    for number, text in changes:
        lines[number] = text
    with suppress(SettingsError):
        read("\n".join(lines))
