"""Whose door a probe knocks at: the real gateway's, or Debian's Postfix as its peer, each with a strict sink behind.

Both take mail for office.example, have one relay client at `RELAY`, and offer STARTTLS.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.probes.failing.memory import memory_mib
from tests.probes.sink import Sink
from tests.probes.talk import Talk
from tests.probes.world import NO_RATES, World
from tests.support.certificate import make
from tests.support.postfix import Postfix
from tests.support.process import NotStarted

STRANGER, RELAY = "127.0.0.1", "127.0.9.9"
PEERS = ("postfix",)

_RELAY_CLIENT = f"""\
[[relay_client]]
name = "printer"
addresses = ["{RELAY}"]
sender_domains = ["office.example"]
[limits]
{NO_RATES}"""


@dataclass(frozen=True, slots=True)
class Door:
    """Where to knock, and what stands behind. `pid` is the server's."""

    name: str
    port: int
    sink: Sink
    pid: int

    def talk(self, source: str = STRANGER) -> Talk:
        """A connection whose greeting is not read yet."""
        return Talk(self.port, source)

    def greeted(self, source: str = STRANGER, *, is_encrypted: bool = False) -> Talk:
        """A connection behind its EHLO. Raises ConnectionError when that is refused."""
        talk = self.talk(source)
        replies = [talk.reply(), talk.ask("EHLO mail.shop.example")]
        if is_encrypted:
            replies.append(talk.ask("STARTTLS"))
            talk.start_tls()
            replies.append(talk.ask("EHLO mail.shop.example"))
        if not all(each.startswith("2") for each in replies):
            raise ConnectionError(f"no way in: {replies}")
        return talk


@contextmanager
def gateway(folder: Path, sink: Sink | None = None, *, onward_tls: str = "none") -> Iterator[Door]:
    """`poterne serve` itself. `onward_tls`: its TLS mode towards the sink."""
    with ExitStack() as stack:
        sink = sink or stack.enter_context(Sink())
        changes = {
            "top": _RELAY_CLIENT,
            "host": f"127.0.0.1:{sink.port}",
            "listener_tls": "opportunistic",
            "timeouts": "refused_recipient_seconds = 0.0",
        }
        world = stack.enter_context(World(folder, changes))
        text = world.config.read_text().replace(
            'tls = { mode = "none" }\n[domain', f'tls = {{ mode = "{onward_tls}" }}\n[domain'
        )
        world.config.write_text(text)
        world.start()
        world.await_greeting()
        assert world.process is not None
        yield Door("gateway", world.port, sink, world.process.pid)


@contextmanager
def postfix(folder: Path, sink: Sink | None = None, *, onward_tls: str = "none") -> Iterator[Door]:
    """Debian's Postfix, hardened. Raises NotStarted where there is none, or we are not root."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        sink = sink or stack.enter_context(Sink())
        level = {"none": "none", "require": "encrypt"}[onward_tls]
        certificate = make(folder, host="mx.office.example")
        files = (certificate.certificate, certificate.key)
        server = Postfix.door(
            folder / "postfix", "office.example", sink.port, certificate=files, relay_client=RELAY, onward_tls=level
        )
        stack.callback(server.stop)
        yield Door("postfix", server.port, sink, server.master_pid)


def doors(folder: Path, peer: str) -> Iterator[Door]:
    """The gateway's, then the peer's where one is asked for; a peer that cannot be started is named and left out."""
    with gateway(folder / "gateway") as door:
        with door.greeted():
            at_rest = memory_mib(door.pid)
        yield door
        print(f"{door.name:8} memory at rest {at_rest:.0f} MiB, after the probe {memory_mib(door.pid):.0f} MiB")
    if peer:
        try:
            with postfix(folder / "peer") as door:
                yield door
        except NotStarted as reason:
            print(f"no {peer}: {reason}", file=sys.stderr)


def run(name: str, text: str | None, probe: Callable[[Path, str], bool]) -> int:
    """The command line of a probe: 0 when `probe` was content with the gateway."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.probes.{name}", description=text)
    parser.add_argument("--peer", default="", choices=PEERS, help="ask this peer the same")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        return 0 if probe(Path(place), asked.peer) else 1
