"""The real gateway, `poterne serve`, as a process with its settings in a folder, and its command line to ask it.

Knows nothing of pytest, and nothing of the gateway's inside.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.ports import answers, first_free_port, free_port
from tests.support.process import NotStarted, start_process, stop_process, wait_until_ready

ROOT = Path(__file__).resolve().parents[2]
ATTEMPTS = 5
COMMAND = (sys.executable, "-m", "gateway")
SERVE = (*COMMAND, "serve", "--config")


class NotAnswered(Exception):
    """A verb of the command line failed; the text is what it said."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """The gateway that was started: SMTP on `port`, its settings in `config`, its log lines in `log`."""

    port: int
    config: Path
    log: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    @classmethod
    def start(cls, folder: Path, settings: str, *, port: int | None = None, program: Sequence[str] = SERVE) -> Gateway:
        """Start one below `folder`; `settings` lack the listener and the folders, which are added.

        `port`: this one or the next free one; any when None. `program` is given the settings file. Raises NotStarted.
        """
        folder.mkdir(parents=True, exist_ok=True)
        for _ in range(ATTEMPTS):
            chosen = free_port() if port is None else first_free_port(port)
            try:
                return cls._start(folder.resolve(), settings, chosen, program)
            except NotStarted:
                # Another program may have taken the port since we looked; then we look again.
                if first_free_port(chosen) == chosen:
                    raise
        raise NotStarted(f"every port was taken by others, {ATTEMPTS} times")

    @classmethod
    def _start(cls, folder: Path, settings: str, port: int, program: Sequence[str]) -> Gateway:
        config, log = folder / "poterne.toml", folder / "gateway.log"
        config.write_text(
            f"schema = 1\n"
            f'state_directory = "{folder}/state"\n'
            f'runtime_directory = "{folder}/run"\n'
            f"{settings}\n"
            f"[listener.internet]\n"
            f'address = "127.0.0.1:{port}"\n'
            f"greet_delay_seconds = 0.0\n"
        )
        process = start_process([*program, str(config)], log, folder=ROOT)
        gateway = cls(port, config, log, process)
        wait_until_ready(process, gateway._is_ready, log, seconds=60)
        return gateway

    def ask(self, *verb: str) -> Any:
        """What a verb answers with --json, such as `ask("messages", "list")`. Raises NotAnswered."""
        command = [*COMMAND, *verb, "--json", "--config", str(self.config)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise NotAnswered(f"poterne {' '.join(verb)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def messages(self) -> list[dict[str, Any]]:
        """All rows of its history, newest first."""
        return list(self.ask("messages", "list", "--all")["items"])

    def stop(self) -> None:
        """End it, by its process id; does nothing when it has ended."""
        stop_process(self.process, seconds=30)

    def _is_ready(self) -> bool:
        with contextlib.suppress(NotAnswered, json.JSONDecodeError):
            return answers(self.port, b"220 ") and bool(self.ask("status"))
        return False


def settings_for(*, dns: str, lmtp: str, rspamd: tuple[str, str] | None, extra: str = "") -> str:
    """The settings of the example office: one domain, whose mail goes to Dovecot, which also knows who exists."""
    scanner = f'[rspamd]\nscan_socket = "{rspamd[0]}"\ncontroller_socket = "{rspamd[1]}"\n' if rspamd else ""
    return f"""\
hostname = "mx.office.example"
postmaster = "it@office.example"
{extra}
[dns]
servers = ["{dns}"]
{scanner}
[backend.dovecot]
transport = "lmtp"
hosts = ["{lmtp}"]
kind = "dovecot"
tls = {{ mode = "none" }}

[domain."office.example"]
backend = "dovecot"
recipient_verification = {{ method = "lmtp" }}
"""
