"""The real daemon on a settings file that a test rewrites: started again and again, asked by its command line.

Knows nothing of pytest.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.ports import answers
from tests.support.process import start_process, stop_process, wait_until_ready

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "gateway")


def settings(folder: Path, port: int, hop: str, dns: str) -> str:
    """A small office that is in nobody's way: its server at `hop`, no scanner, mail on `port`."""
    return f"""# The office's gateway.
schema = 1
state_directory = "{folder}/state"
runtime_directory = "{folder}/run"
hostname = "mx.office.example" # our name
postmaster = "it@office.example"
[dns]
servers = ["{dns}"]
[rspamd]
scan_socket = "{folder}/nobody.sock"
controller_socket = "{folder}/nobody.sock"
[failure]
rspamd = "mark"
[backend.exchange]
hosts = ["{hop}"]
tls = {{ mode = "none" }}
[domain."office.example"]
backend = "exchange"
recipient_verification = {{ method = "none" }}
[listener.internet]
address = "127.0.0.1:{port}"
greet_delay_seconds = 0.0
tls = {{ mode = "none" }}
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call of the command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on stdout."""
        return json.loads(self.out)


class Daemon:
    """Below `folder`; `config` is its settings file."""

    def __init__(self, folder: Path, text: str) -> None:
        self.config = folder / "poterne.toml"
        self.log = folder / "gateway.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.write(text)

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll() if self._process else None

    def write(self, text: str) -> None:
        """Edit the file by hand."""
        self.config.write_text(text)

    async def start(self, port: int) -> None:
        """Until it greets on `port` and answers. Raises NotStarted."""
        await asyncio.to_thread(self._start, port)

    async def stop(self) -> None:
        """In order, as systemd would."""
        if self._process is not None:
            await asyncio.to_thread(stop_process, self._process, 30)

    async def kill(self) -> None:
        """As a power cut would."""
        assert self._process is not None
        self._process.kill()
        await asyncio.to_thread(self._process.wait, 10)

    async def call(self, *words: str, stdin: str = "") -> Answer:
        """A call of `poterne`."""
        return await asyncio.to_thread(self._call, words, stdin)

    async def ask(self, *words: str) -> Any:
        """The same with --json; it must succeed."""
        answer = await self.call(*words, "--json")
        assert answer.code == 0, answer
        return answer.json

    def _start(self, port: int) -> None:
        self._process = start_process([*COMMAND, "serve", "--config", str(self.config)], self.log, folder=ROOT)
        wait_until_ready(self._process, lambda: self._is_ready(port), self.log, seconds=60)

    def _is_ready(self, port: int) -> bool:
        with contextlib.suppress(json.JSONDecodeError):
            return answers(port, b"220 ") and self._call(("status",), "").code == 0
        return False

    def _call(self, words: tuple[str, ...], stdin: str) -> Answer:
        # The state says where the socket is; the file may be broken.
        done = subprocess.run(
            [*COMMAND, *words, "--socket", str(self.config.parent / "run" / "control.sock")],
            cwd=ROOT, input=stdin, capture_output=True, text=True, timeout=90, check=False,
        )  # fmt: skip
        return Answer(done.returncode, done.stdout, done.stderr)
