"""The command as a shell sees it: words, exit codes, streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli.verbs import VERBS
from tests.support.command import poterne
from tests.support.control import FakeDesk, gateway_in_thread

HEAVY = ("pydantic", "textual", "dkim", "aiosmtpd", "asyncio", "dns", "spf", "gateway.config.load", "gateway.app")


def test_without_a_verb_it_shows_the_verbs_and_exits_2() -> None:
    printed = poterne()
    assert printed.code == 2
    assert printed.out == ""
    assert all(verb.words[0] in printed.err for verb in VERBS)


def test_a_noun_alone_shows_its_verbs() -> None:
    printed = poterne("quarantine")
    assert printed.code == 2
    assert "release" in printed.err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("statut", "Did you mean status?"), ("quarentine", "quarantine"), ("xyzzy", "There are: serve, check")],
)
def test_an_unknown_verb_names_what_was_meant(typed: str, meant: str) -> None:
    printed = poterne(typed)
    assert printed.code == 2
    assert meant in printed.err
    assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    "arguments", [("messages", "show"), ("status", "--chek"), ("messages", "list", "--limit", "x")]
)
def test_wrong_usage_exits_2_and_points_to_the_help(arguments: tuple[str, ...]) -> None:
    printed = poterne(*arguments)
    assert printed.code == 2
    assert "--help" in printed.err


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_has_help_with_the_options_of_all(verb: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert poterne(*verb.words, "--help").code == 0  # type: ignore[attr-defined]  # a Verb
    shown = capsys.readouterr().out
    assert all(option in shown for option in ("--json", "--config", "--socket"))


def test_no_gateway_exits_3_with_the_cause_and_the_cure(tmp_path: Path) -> None:
    printed = poterne("status", "--socket", str(tmp_path / "control.sock"))
    assert printed.code == 3
    assert printed.out == ""
    assert f"The gateway is not running: nothing listens on {tmp_path}/control.sock." in printed.err
    assert "Start it with: poterne serve --config FILE" in printed.err


def test_options_of_all_may_stand_before_the_verb(tmp_path: Path) -> None:
    with gateway_in_thread(tmp_path, FakeDesk()) as gateway:
        printed = poterne("--json", "--socket", str(gateway.path), "status")
    assert printed.json["schema"] == "poterne/1"


@pytest.mark.parametrize("code", ["ZZZZZ", "..."])
def test_an_error_of_the_gateway_goes_to_stderr(tmp_path: Path, code: str) -> None:
    with gateway_in_thread(tmp_path, FakeDesk()) as gateway:
        printed = poterne("messages", "show", code, "--socket", str(gateway.path))
    assert printed.code == (1 if code == "ZZZZZ" else 2)
    assert printed.out == ""
    assert "code" in printed.err


def test_control_characters_in_an_argument_do_not_reach_the_terminal() -> None:
    printed = poterne("status", "--socket", "/tmp/\x1b[2Jx")
    assert "\x1b" not in printed.err


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_most_verbs_start_without_the_heavy_libraries(tmp_path: Path) -> None:
    code = (
        "import sys; from gateway.cli.main import main\n"
        "assert main(['messages', 'list', '--json', '--socket', '/nowhere/x']) == 3\n"
        "import gateway.cli.messages, gateway.cli.quarantine, gateway.cli.status, gateway.cli.completion\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = run("-c", code)
    assert found.stdout.strip() == "[]", found.stderr


def test_a_reader_that_has_enough_ends_it_silently(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        found = subprocess.run(
            [sys.executable, "-m", "gateway", "completion", "bash"],
            stdout=gone,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert found.stderr == ""
    assert found.returncode == 0


def test_a_terminal_without_utf_8_gets_question_marks_and_no_traceback() -> None:
    code = "import sys; from gateway.cli.main import main; sys.exit(main(['messages', 'é→']))"
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        timeout=60,
        check=False,
    )
    assert found.returncode == 2
    assert "Traceback" not in found.stderr
