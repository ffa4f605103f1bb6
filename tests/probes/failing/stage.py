"""The real daemon between peers that can be broken: what it answers, tells and shows, with the time of each."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.control.client import AwayError, Client
from gateway.control.params import Subscribe
from gateway.control.place import socket_path
from gateway.net.clock import SystemClock
from tests.probes.failing.backstage import Backstage
from tests.probes.failing.memory import memory_mib
from tests.probes.failing.names import Liar
from tests.support.nexthop import NextHop, Profile, running
from tests.support.ports import answers, free_port
from tests.support.process import start_process, stop_process, wait_until_ready
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-m", "gateway")
ZONE = """
shop.example A 127.0.0.1
shop.example TXT "v=spf1 ip4:127.0.0.1 -all"
_dmarc.shop.example TXT "v=DMARC1; p=reject"
mail.shop.example A 127.0.0.1
1.0.0.127.in-addr.arpa PTR mail.shop.example.
"""
MESSAGE = """From: Ann <ann@shop.example>
To: Bob <bob@office.example>
Subject: The offer {number}
Date: Wed, 25 Nov 2026 10:00:00 +0000
Message-ID: <{number}@shop.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Dear Bob, here is the offer that we talked about on Tuesday.
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A notification of the control socket: when (monotonic), on which part, which state."""

    at: float
    part: str
    state: str
    cause: str


@dataclass(frozen=True, slots=True)
class Sent:
    """How one message fared: the deciding reply and how long its sender waited in all."""

    code: int
    text: str
    seconds: float


@dataclass
class Stage:
    """`settings` are sections that replace those of the same name; `environment` is added to the gateway's.

    `wrapper` is put in front of its command line, `command` in the place of `poterne serve --config`.
    """

    folder: Path
    names: Liar
    hop: NextHop
    backstage: Backstage
    settings: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    wrapper: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    told: list[Told] = field(default_factory=list)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    _rest_mib: float = 0.0
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def start(self) -> None:
        """The gateway greets and its socket is listened to. Raises NotStarted."""
        self.config.write_text(self._text())
        self.process = start_process(
            [*self.wrapper, *self._program(), str(self.config)],
            self.folder / "gateway.log",
            folder=ROOT,
            environment={**os.environ, **self.environment},
        )
        wait_until_ready(self.process, self._is_ready, self.folder / "gateway.log", seconds=60)
        self._listen()

    def stop(self) -> None:
        """In order, as systemd would."""
        if self.process is not None:
            stop_process(self.process, 40)
            self.process = None

    def send(
        self,
        sender: str = "ann@shop.example",
        recipient: str = "bob@office.example",
        content: str = "",
        source: str = "127.0.0.1",
    ) -> Sent:
        """One message from this address of loopback; whatever the reply is."""
        number = next(self._numbers)
        began = time.monotonic()
        content = content or MESSAGE.format(number=f"{number}.{os.getpid()}")
        try:
            with smtplib.SMTP(
                "127.0.0.1", self.port, "mail.shop.example", timeout=60, source_address=(source, 0)
            ) as client:
                client.ehlo()
                code, text = client.mail(sender)
                if code == 250:
                    code, text = client.rcpt(recipient)
                if code == 250:
                    code, text = client.data(content.replace("\n", "\r\n").encode())
        except (OSError, smtplib.SMTPException) as error:
            code, text = getattr(error, "smtp_code", 0), str(error).encode()
        return Sent(code, text.decode("utf-8", "replace"), time.monotonic() - began)

    def memory_mib(self) -> float:
        """What the daemon and its workers take now."""
        assert self.process is not None
        return memory_mib(self.process.pid)

    def memory_at_rest(self) -> float:
        """The same before any fault, once everything was used: mail, history, the command line."""
        if not self._rest_mib:
            for _ in range(5):
                self.send()
            self.words()
            self.evidence()
            self._rest_mib = self.memory_mib()
        return self._rest_mib

    def words(self) -> str:
        """What `poterne status` prints, in one line."""
        return " ".join(self._call("status").split())

    def ask(self, *verb: str) -> Any:
        """What a verb answers as JSON."""
        return json.loads(self._call(*verb, "--json"))

    def await_told(self, part: str, states: tuple[str, ...], since: float, seconds: float) -> float | None:
        """How long after `since` (monotonic) the socket said that this part is in one of these states; None: never."""

        def heard() -> list[Told]:
            return [each for each in self.told if each.part == part and each.state in states and each.at >= since]

        with contextlib.suppress(TimeoutError):
            return until(heard, f"{part} is {states}", seconds, 0.02)[0].at - since
        return None

    def evidence(self) -> dict[str, str]:
        """The result of each check for the newest message of history."""
        (newest, *_) = self.ask("messages", "list")["items"]
        return {each["check"]: each["result"] for each in self.ask("messages", "show", newest["code"])["evidence"]}

    @property
    def config(self) -> Path:
        """Its settings file."""
        return self.folder / "poterne.toml"

    @property
    def state(self) -> Path:
        """Its state, as it sees it."""
        if self.wrapper and self.process is not None:
            return Path(f"/proc/{self.process.pid}/root{self.folder}/state")
        return self.folder / "state"

    def _program(self) -> tuple[str, ...]:
        return self.command or (*COMMAND, "serve", "--config")

    def _call(self, *words: str) -> str:
        done = subprocess.run(
            [*COMMAND, *words, "--socket", str(self.folder / "run" / "control.sock")],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def _is_ready(self) -> bool:
        return answers(self.port, b"220 ") and (self.folder / "run" / "control.sock").exists()

    def _listen(self) -> None:
        threading.Thread(target=self._hear, name="events", daemon=True).start()

    def _hear(self) -> None:
        with contextlib.suppress(AwayError, OSError), Client(socket_path(str(self.folder / "run"))) as client:
            for each in client.events(Subscribe(("lane", "dependency"))):
                value = json.loads(bytes(each.params))
                self.told.append(Told(time.monotonic(), value["name"], value["state"], value["cause"]))

    def _text(self) -> str:
        sections = {
            "dns": f'servers = ["{self.names.address}"]',
            "rspamd": f'scan_socket = "{self.folder}/scan.sock"\ncontroller_socket = "{self.folder}/control.sock"',
            "failure": 'rspamd = "mark"',
            "backend.office": f'hosts = ["{self.hop.address}"]\ntls = {{ mode = "none" }}',
            'domain."office.example"': 'backend = "office"\nrecipient_verification = { method = "none" }',
            "listener.internet": (
                f'address = "127.0.0.1:{self.port}"\ngreet_delay_seconds = 0.0\ntls = {{ mode = "none" }}'
            ),
            **self.settings,
        }
        head = (
            'schema = 1\nhostname = "mx.office.example"\npostmaster = "it@office.example"\n'
            f'state_directory = "{self.folder}/state"\nruntime_directory = "{self.folder}/run"\n'
        )
        return head + "".join(f"[{name}]\n{text}\n" for name, text in sections.items())


@contextmanager
def stage(
    settings: Mapping[str, str] | None = None, environment: Mapping[str, str] | None = None, *, starts: bool = True
) -> Iterator[Stage]:
    """Peers and, unless it `starts` not, the gateway, in a folder of their own that goes with them."""
    with tempfile.TemporaryDirectory(prefix="failing-") as place, Backstage() as backstage:
        # NextHop's own clock for delays; the port stays the same when it comes back.
        hop = backstage.enter(running(Profile(), clock=SystemClock()))
        names = backstage.enter(Liar.knowing(ZONE))
        made = Stage(Path(place), names, hop, backstage, dict(settings or {}), dict(environment or {}))
        if starts:
            made.start()
        try:
            yield made
        finally:
            made.stop()
