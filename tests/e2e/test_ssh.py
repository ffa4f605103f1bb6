"""Our login shell behind a real sshd, as an office's admin and as somebody who wants more than that."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.control import gateway_in_thread
from tests.support.interface import busy_desk
from tests.support.sshd import Sshd
from tests.support.terminal import Terminal, terminal
from tests.support.waiting import until

pytestmark = pytest.mark.xdist_group("ssh")
XTERM = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}


@dataclass
class Host:
    sshd: Sshd
    runtime: Path

    def run(self, *words: str, options: tuple[str, ...] = (), program: str = "ssh") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.sshd.client(*options, host_words=words, program=program),
            stdin=subprocess.DEVNULL, env=XTERM, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def all_ended(self) -> None:
        until(lambda: not self.sshd.sessions(), "no session left", 10)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    runtime = tmp_path_factory.mktemp("run")
    with gateway_in_thread(runtime, busy_desk()):
        sshd = Sshd.start(tmp_path_factory.mktemp("ssh") / "sshd", runtime)
        yield Host(sshd, runtime)
        sshd.stop()


def test_ssh_host_verb_runs_verbs_with_their_exit_codes(host: Host) -> None:
    state = host.run("status")
    assert (state.returncode, state.stderr) == (0, "")
    assert "mx.office.example" in state.stdout
    assert '"schema"' in host.run("poterne", "status", "--json").stdout
    assert host.run("messages", "show", "NOSUCH").returncode == 1
    assert "Did you mean stats?" in host.run("statz").stderr


@pytest.mark.parametrize(
    "text",
    ["sh -c id", "status; id", "status | sh", "$(id)", "`id`", "config edit", "judge -- --help",
     "status --config /etc/passwd", "/usr/lib/openssh/sftp-server"],
)  # fmt: skip
def test_nothing_else_is_run(host: Host, text: str) -> None:
    done = host.run(text)
    assert done.returncode == 1
    assert (done.stdout, "uid=" in done.stderr) == ("", False)
    assert done.stderr != ""


def test_no_file_is_copied_and_no_port_is_forwarded(host: Host, tmp_path: Path) -> None:
    target = tmp_path / "taken"
    name = host.sshd.client()[-1]
    for options in ((), ("-O",)):  # by sftp, and by the old protocol
        copied = host.run(f"{name}:/etc/hostname", str(target), options=options, program="scp")
        assert copied.returncode != 0
        assert not target.exists()
    forwarded = host.run(options=("-W", f"127.0.0.1:{host.sshd.port}"))
    assert (forwarded.returncode != 0, forwarded.stdout) == (True, "")


def test_without_a_terminal_it_says_how_and_ends(host: Host) -> None:
    done = host.run(options=("-T",))
    assert (done.returncode, done.stdout) == (1, "")
    assert "ssh -t" in done.stderr
    host.all_ended()


def test_what_the_client_sends_of_its_environment_changes_nothing(host: Host) -> None:
    sent = {"TEXTUAL_DRIVER": "nothing:Driver", "TEXTUAL_PRESS": "ctrl+q", "LC_ALL": "x;y"}
    with _opened(host, *(each for name, value in sent.items() for each in ("-o", f"SetEnv={name}={value}"))) as shown:
        shown.shows("exchange answers")
        shown.press("2")
        shown.shows("Filter: all")


def test_no_key_gets_out_of_the_interface_and_leaving_leaves_nothing(host: Host) -> None:
    with _opened(host) as shown:
        shown.shows("exchange answers")
        (pid,) = host.sshd.sessions()
        shown.press("\x1a\x1c\x13\x04\x1d\x1f")
        for number in (signal.SIGTSTP, signal.SIGQUIT, signal.SIGTTIN):
            os.kill(pid, number)
        shown.press("2")
        shown.shows("Filter: all")
        shown.press("\x03")
        shown.shows("Leave the interface?")
        shown.press("y")
        assert shown.ended() == 0
        assert "uid=" not in shown.text
    host.all_ended()


def test_the_plain_page_can_neither_be_stopped_nor_left_to_a_shell(host: Host) -> None:
    with _opened(host) as shown:
        shown.shows("exchange answers")
        shown.press("t\r")
        shown.shows("taken")
        shown.press("p")
        shown.shows("Enter brings the interface back.")
        shown.press("\x1a\x1c\x03")
        (pid,) = host.sshd.sessions()
        os.kill(pid, signal.SIGTSTP)
        shown.press("!id\r")
        shown.shows("The whole chain works.", "1Home")
        assert "uid=" not in shown.text


def test_a_client_that_is_killed_ends_the_session_at_once(host: Host) -> None:
    with _opened(host) as shown:
        shown.shows("exchange answers")
        (pid,) = host.sshd.sessions()
        os.kill(shown.pid, signal.SIGKILL)
        until(lambda: not Path(f"/proc/{pid}").exists(), "the interface ended", 10)
    host.all_ended()


def test_the_end_of_the_clients_input_spins_nowhere(host: Host) -> None:
    """`ssh -tt host </dev/null`: the far end of the terminal stays, nobody types any more."""
    command = host.sshd.client("-tt", "-e", "none")
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=XTERM) as client:
        (pid,) = until(host.sshd.sessions, "the interface began")
        assert client.stdout is not None
        until(lambda: b"\x1b[" in os.read(client.stdout.fileno(), 65_536), "it draws")
        before = _cpu_seconds(pid)
        with pytest.raises(subprocess.TimeoutExpired):
            client.communicate(timeout=2)
        assert _cpu_seconds(pid) - before < 1
        client.terminate()
        client.communicate(timeout=20)
    until(lambda: not Path(f"/proc/{pid}").exists(), "the interface ended", 10)


def test_a_dumb_terminal_gets_the_state_in_plain_lines(host: Host) -> None:
    with _opened(host, kind="dumb") as shown:
        assert shown.ended(20) == 0
        assert b"mx.office.example" in shown.written
        assert b"\x1b" not in shown.written


def test_a_verb_on_a_terminal_is_a_verb(host: Host) -> None:
    with _opened(host, words=("config", "edit")) as shown:
        assert shown.ended(20) == 1
        assert b"not run here" in shown.written


def test_when_the_interface_fails_three_times_the_menu_opens_and_is_no_way_out_either(host: Host) -> None:
    host.sshd.shell(host.runtime, more=FAILING)
    try:
        with _opened(host) as shown:
            shown.shows("emergency menu", "Number", seconds=40)
            shown.press("\x1a\x1c")
            shown.press("!id\n9\n0\n")
            assert shown.ended(20) == 0
            assert b"uid=" not in shown.written
            assert b"the journal has it as E" in shown.written
    finally:
        host.sshd.shell(host.runtime)
    host.all_ended()


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


FAILING = """
from tui.screens import home
def broken(self):
    raise RuntimeError("secret inside")
home.HomeScreen.body = broken
"""


@contextmanager
def _opened(host: Host, *options: str, words: tuple[str, ...] = (), kind: str = "xterm-256color") -> Iterator[Terminal]:
    command = host.sshd.client("-tt", "-e", "none", *options, host_words=words)
    with terminal(command, {**XTERM, "TERM": kind}) as shown:
        yield shown
