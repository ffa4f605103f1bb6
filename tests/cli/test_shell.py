from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.shell import Process, RefusedError, allow, asked, cleaned, run
from gateway.cli.verbs import VERBS
from tests.support.terminal import terminal

ROOT = Path(__file__).resolve().parents[2]
SHELL = "/usr/bin/poterne-shell"


class Machine:
    def __init__(self, *arguments: str, is_terminal: bool = True, **environment: str) -> None:
        self.ran: list[list[str]] = []
        self.noted: list[str] = []
        self.environment = {"TERM": "linux", **environment}
        self.code = run(Process((SHELL, *arguments), self.environment, is_terminal, self.noted.append, self._verb))

    def _verb(self, words: Sequence[str]) -> int:
        self.ran.append(list(words))
        return 7


def test_a_login_opens_the_interface() -> None:
    machine = Machine()
    assert (machine.ran, machine.code) == ([["tui"]], 7)
    assert machine.noted == ["opens the interface"]


def test_without_a_terminal_it_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    machine = Machine(is_terminal=False)
    assert (machine.ran, machine.code) == ([], 1)
    assert "ssh -t" in capsys.readouterr().err


def test_a_dumb_terminal_gets_the_state_in_plain_lines() -> None:
    assert Machine(TERM="dumb").ran == [["status"]]


@pytest.mark.parametrize("text", ["status", "poterne status", "messages list --limit 5", "quarantine release F7K2Q"])
def test_ssh_host_verb_runs_the_verb(text: str) -> None:
    words = [each for each in text.split() if each != "poterne"]
    assert Machine("-c", text, is_terminal=False).ran == [words]
    assert Machine("-c", SHELL, is_terminal=False, SSH_ORIGINAL_COMMAND=text).ran == [words]
    assert Machine(is_terminal=False, SSH_ORIGINAL_COMMAND=text).ran == [words]


@pytest.mark.parametrize(
    "text",
    [
        "sh",
        "sh -c id",
        "status; sh",
        "status && sh",
        "$(sh)",
        "`sh`",
        "scp -t /tmp",
        "/usr/lib/openssh/sftp-server",
        "internal-sftp",
        "serve --config x",
        "config edit",
        "judge /etc/shadow",
        "judge -- --help",
        "config try -- -h",
        "status --config /etc/shadow",
        "status --config=/etc/shadow",
        "--config /etc/shadow status",
        "status --socket /tmp/x",
        "config try /etc/shadow",
        "'",
    ],
)
def test_anything_else_is_refused_and_noted(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    machine = Machine("-c", text, is_terminal=False)
    assert (machine.ran, machine.code) == ([], 1)
    assert machine.noted[0].startswith("refused: ")
    assert capsys.readouterr().err


def test_options_of_a_shell_are_refused() -> None:
    for arguments in (("-i",), ("--norc",), ("-c",), ("-c", "status", "x", "y"), ("-l", "-c", "status")):
        with pytest.raises(RefusedError):
            asked((SHELL, *arguments), {})


def test_a_login_shell_has_a_dash_before_its_name() -> None:
    assert asked(("-poterne-shell",), {}) is None
    assert asked(("-poterne-shell", "-c", SHELL), {}) is None


def test_help_is_for_everybody() -> None:
    assert asked((SHELL, "-c", "help"), {}) == ["--help"]
    allow(["--help"])
    allow(["queue", "--help"])


def test_every_verb_is_either_closed_or_open_without_files() -> None:
    words = {" ".join(each.words) for each in VERBS}
    assert {"serve", "check", "judge", "config edit", "completion", "status", "tui"} <= words
    for each in ("status", "test", "queue list", "dead list", "config history", "bypass off", "tui"):
        allow(each.split())


@given(st.text(max_size=60))
def test_no_text_gets_through_but_a_verb(text: str) -> None:
    try:
        words = asked((SHELL, "-c", text), {})
        if words is not None:
            allow(words)
    except RefusedError:
        return
    except SystemExit:
        pytest.fail("argparse ended the process")
    known = {each.words[0] for each in VERBS}
    assert words is None or {"--help", "-h"} & set(words) or known & set(words)


def test_of_the_environment_only_harmless_names_and_values_stay() -> None:
    sent = {
        "TERM": "xterm-256color",
        "LANG": "fr_FR.UTF-8",
        "LC_ALL": "x\x1b]52;c;x\x07",
        "TZ": "Europe/Paris",
        "HOME": "/home/admin",
        "TEXTUAL_DRIVER": "evil:Driver",
        "PYTHONPATH": "/tmp",
        "LD_PRELOAD": "/tmp/x.so",
        "EDITOR": "sh",
        "PAGER": "sh",
        "PATH": "/tmp",
    }
    assert cleaned(sent) == {
        "TERM": "xterm-256color",
        "LANG": "fr_FR.UTF-8",
        "TZ": "Europe/Paris",
        "HOME": "/home/admin",
        "PATH": "/usr/bin:/bin",
    }
    machine = Machine(**sent)
    assert machine.environment == cleaned(sent)


def test_the_command_itself_refuses_a_shell() -> None:
    code = "import sys; from gateway.cli.shell import main; sys.argv = ['-poterne-shell', '-c', 'sh -c id']; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"uid=" not in done.stdout
    assert b"verbs of Poterne only" in done.stderr


def test_in_a_terminal_no_key_gets_out_and_its_end_ends_it() -> None:
    code = (
        "import sys; from gateway.cli import shell, emergency; import tui.launch;"
        "tui.launch.run = lambda *a: tui.launch.FAILED; sys.argv = ['-poterne-shell']; shell.main()"
    )
    with terminal([sys.executable, "-c", code], {"TERM": "linux"}) as at:
        at.shows("emergency menu", "Number")
        at.press("\x1a\x1c")  # Ctrl+Z, Ctrl+\\: a shell below would be stopped, or leave a core
        at.press("0\n")
        assert at.ended() == 0


def test_words_are_noted_as_they_would_be_typed() -> None:
    assert Machine("-c", "messages list --search 'a b'").noted == [f"runs: messages list --search {shlex.quote('a b')}"]
