"""A real sshd on loopback whose only command is our login shell, with keys and a home of its own. Knows no test.

It serves the user who runs it: that needs no account of this machine to be touched.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.ports import answers, free_port
from tests.support.process import find_program, start_process, stop_process, wait_until_ready

ROOT = Path(__file__).resolve().parents[2]
# sshd wants it when root starts it; Debian's unit makes it.
_SEPARATION = Path("/run/sshd")

# What the image's sshd has in common with this one: our shell for everything, nothing forwarded, no file of the user.
_SETTINGS = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/user.pub
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
ForceCommand {folder}/poterne-shell
DisableForwarding yes
PermitUserRC no
PrintMotd no
PrintLastLog no
AcceptEnv LANG LC_* TEXTUAL_* PYTHON*
Subsystem sftp /usr/lib/openssh/sftp-server
LogLevel VERBOSE
"""
# As installed, but for the gateway of this test and the home of nobody else.
_SHELL = """\
#!{python}
import os, pathlib, sys
sys.path.insert(0, {root!r})
os.environ["HOME"] = {folder!r}
from gateway.cli import connect, shell
connect.DEFAULT_RUNTIME_DIRECTORY = pathlib.Path({runtime!r})
{more}
shell.main()
"""


@dataclass
class Sshd:
    """`folder` is the home of whoever logs in."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] = field(repr=False)

    @classmethod
    def start(cls, folder: Path, runtime: Path) -> Sshd:
        """Before the gateway whose runtime directory this is. Raises NotStarted."""
        program, keygen = find_program("sshd"), find_program("ssh-keygen")
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            _SEPARATION.mkdir(mode=0o755, exist_ok=True)
        for name in ("host", "user"):
            command = [keygen, "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        port = free_port()
        (folder / "sshd.conf").write_text(_SETTINGS.format(port=port, folder=folder))
        log = folder / "sshd.log"
        sshd = cls(folder, port, start_process([program, "-D", "-e", "-f", str(folder / "sshd.conf")], log))
        sshd.shell(runtime)
        wait_until_ready(sshd.process, lambda: answers(port, b"SSH-2.0"), log, 30)
        return sshd

    def shell(self, runtime: Path, more: str = "") -> None:
        """What the next login gets. `more` is Python that runs first."""
        kept = self.folder / ".local" / "state" / "poterne" / "tui.toml"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text('language = "en"\n')
        names = {"root": str(ROOT), "folder": str(self.folder), "runtime": str(runtime)}
        script = self.folder / "poterne-shell"
        script.write_text(_SHELL.format(python=sys.executable, more=more, **names))
        script.chmod(0o755)

    def client(self, *options: str, host_words: Sequence[str] = (), program: str = "ssh") -> list[str]:
        """The command line of a client that trusts this server and reads no settings of anybody."""
        trust = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "BatchMode=yes", "LogLevel=ERROR")
        port = ["-P" if program in ("scp", "sftp") else "-p", str(self.port)]
        told = [each for option in trust for each in ("-o", option)]
        key = ["-F", "none", "-i", str(self.folder / "user"), *port, *told, *options]
        where = f"{pwd.getpwuid(os.geteuid()).pw_name}@127.0.0.1"
        return [find_program(program), *key, *([where] if program == "ssh" else []), *host_words]

    def sessions(self) -> list[int]:
        """The process ids of our login shells that run now."""
        found, below = [], [self.process.pid]
        while below:
            children = [pid for each in below for pid in _children(each)]
            found += [pid for pid in children if b"poterne-shell" in _command(pid)]
            below = children
        return found

    def stop(self) -> None:
        """End it; sessions that are open are ended too."""
        for pid in self.sessions():
            os.kill(pid, 9)
        stop_process(self.process)


def _children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
