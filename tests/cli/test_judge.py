from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import Printed, poterne
from tests.support.dnsthread import DnsThread

ZONE = """
sender.example TXT "v=spf1 ip4:192.0.2.7 -all"
_dmarc.sender.example TXT "v=DMARC1; p=reject"
"""
CAME = ("--client-ip", "192.0.2.7", "--helo", "mail.sender.example", "--mail-from", "ann@sender.example")


@pytest.fixture
def message(tmp_path: Path) -> Path:
    path = tmp_path / "mail.eml"
    path.write_bytes(b"From: ann@sender.example\nSubject: Hello\n\nHello\n")
    return path


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    dns = DnsThread(ZONE)
    path = tmp_path / "poterne.toml"
    path.write_text(
        'schema = 1\nhostname = "mx.office.example"\npostmaster = "it@office.example"\n'
        f'[dns]\nservers = ["{dns.address}"]\ntimeout_seconds = 2\n'
        '[backend.b]\nhosts = ["127.0.0.1:25"]\n[domain."office.example"]\nbackend = "b"\n'
    )
    yield path
    dns.stop()


def batch(config: Path, *lines: str) -> Printed:
    stdin = io.StringIO("".join(f"{line}\n" for line in lines))
    return poterne("judge", "--batch", "--no-rspamd", "--config", str(config), stdin=stdin)


def test_one_message_in_words(message: Path, config: Path) -> None:
    printed = poterne("judge", str(message), *CAME, "--no-rspamd", "--config", str(config))
    assert printed.code == 0
    assert printed.lines[0].startswith("accept, ")
    assert any(line.split()[:2] == ["DMARC", "pass"] for line in printed.lines)


def test_the_reasons_are_told_as_everywhere_and_none_says_what_did_not_happen(tmp_path: Path, config: Path) -> None:
    path = tmp_path / "hostile.eml"
    path.write_bytes(
        b"From: ann@sender.example\nContent-Type: text/plain\n"
        b"Content-Disposition: attachment; filename*=utf-8''a%1B[31m.exe\n\nHello\n"
    )
    printed = poterne("judge", str(path), *CAME, "--no-rspamd", "--config", str(config))
    assert printed.lines[0].startswith("quarantine, ")
    assert "  - No spam scanner looked at it." in printed.lines
    assert "+0.0" not in printed.out
    assert ".exe" in printed.out
    assert "\x1b" not in printed.out


def test_one_message_as_json(message: Path, config: Path) -> None:
    printed = poterne("judge", str(message), *CAME, "--no-rspamd", "--json", "--config", str(config))
    assert printed.json["schema"] == "poterne/1"
    assert printed.json["dmarc"]["result"] == "pass"
    assert printed.json["verdict"] == "accept"


def test_the_exit_code_is_0_whatever_the_verdict(message: Path, config: Path) -> None:
    forged = ("--client-ip", "203.0.113.9", "--helo", "x", "--mail-from", "ann@sender.example")
    printed = poterne("judge", str(message), *forged, "--no-rspamd", "--json", "--config", str(config))
    assert (printed.code, printed.json["verdict"]) == (0, "quarantine")


def test_a_batch_answers_each_line_and_a_bad_one_stops_nothing(message: Path, config: Path) -> None:
    good = json.dumps({"file": str(message), "client_ip": "192.0.2.7", "mail_from": "ann@sender.example", "rcpt": []})
    bad = ["no json", "[]", '{"file": 1}', '{"file": "/nowhere"}', json.dumps({"file": str(message), "hello": "x"})]
    wrong = json.dumps({"file": str(message), "client_ip": "nonsense"})
    printed = batch(config, good, *bad, "", wrong, good)
    answers = [json.loads(line) for line in printed.lines]
    assert printed.code == 0
    assert [("verdict" in each, "error" in each) for each in answers] == [
        (True, False),
        *[(False, True)] * 6,
        (True, False),
    ]
    assert answers[0]["file"] == answers[6]["file"] == str(message)
    assert "Traceback" not in printed.out + printed.err


def test_what_to_judge_must_be_said(message: Path, config: Path) -> None:
    for arguments in ((), (str(message), "--batch")):
        printed = poterne("judge", *arguments, "--config", str(config))
        assert printed.code == 2
        assert "--batch" in printed.err


def test_a_missing_file_is_named(config: Path) -> None:
    printed = poterne("judge", "/nowhere.eml", "--no-rspamd", "--config", str(config))
    assert printed.code == 2
    assert "/nowhere.eml" in printed.err


def test_without_a_settings_file_the_defaults_apply(message: Path) -> None:
    printed = poterne("judge", str(message), "--no-rspamd", "--json")
    assert printed.code == 0
    assert printed.json["spf"]["result"] == "none"
