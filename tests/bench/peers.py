"""Starts everything that takes part: resolver, Redis, two rspamd, the sink, the client, three gateways, two Postfix.

Each peer is asked for its SMTP port and for the processes that are its own, and those it shares.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.child import Child
from tests.bench.interpreter import Interpreter
from tests.bench.plan import FILTERED, GATEWAY, PLAIN, UNAUTHENTICATED, UNCHECKED
from tests.bench.scanner import Scanner, start_scanner
from tests.bench.world import unbound_settings
from tests.support.ports import answers, free_port
from tests.support.postfix import Postfix
from tests.support.process import find_program, start_process, stop_process, wait_until_ready
from tests.support.redis import start_redis

_ROOT = Path(__file__).resolve().parents[2]
_VARIANTS = {GATEWAY: "all", UNAUTHENTICATED: "noauth", UNCHECKED: "nochecks"}
_CONNECTIONS = 200
# Of a minute: the senders have twenty addresses for all the world.
_WITHOUT_END = 1_000_000
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Peer:
    """One that is measured: processes of its `own`, and those that it uses `beside` them."""

    name: str
    port: int
    own: tuple[int, ...]
    beside: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """All that runs."""

    peers: dict[str, Peer]
    client: Child
    sink: Child
    controller: Path


@contextmanager
def field(folder: Path, names: Sequence[str], python: Interpreter, profiles: Path | None, say: Say) -> Iterator[Field]:
    """Start what these peers need below `folder`, the gateways with `python`, and end it. Raises NotStarted."""
    with ExitStack() as stack:
        say("resolver, Redis, rspamd …")
        dns_port, dns = _start_unbound(folder / "dns")
        stack.callback(stop_process, dns)
        redis = start_redis(folder / "redis")
        stack.callback(redis.stop)
        scanners: dict[str, Scanner] = {}
        for name in (GATEWAY, FILTERED):
            place = folder / f"rspamd-{len(scanners)}"
            place.mkdir()
            scanners[name] = start_scanner(place, f"127.0.0.1:{dns_port}", redis.socket, milter=name == FILTERED)
            stack.callback(scanners[name].stop)
        sink_port = free_port()
        sink, client = Child("tests.bench.sink", str(sink_port)), Child("tests.bench.client")
        stack.callback(sink.stop)
        stack.callback(client.stop)
        shared = (dns.pid, redis.process.pid)
        peers: dict[str, Peer] = {}
        for name in names:
            say(f"{name} …")
            if name in (FILTERED, PLAIN):
                scanner = scanners[FILTERED] if name == FILTERED else None
                postfix = Postfix.relay(
                    folder / f"postfix-{len(peers)}",
                    "office.example",
                    sink_port,
                    milter=scanner.socket if scanner else None,
                )
                stack.callback(postfix.stop)
                beside = (scanner.process.pid, *shared) if scanner else ()
                peers[name] = Peer(name, postfix.port, (postfix.master_pid,), beside)
            else:
                place = folder / f"gateway-{len(peers)}"
                place.mkdir()
                settings = _gateway_settings(place, port := free_port(), dns_port, sink_port, scanners[GATEWAY])
                process = _start_gateway(place, _VARIANTS[name], port, settings, python, profiles)
                stack.callback(stop_process, process)
                peers[name] = Peer(name, port, (process.pid,), (scanners[GATEWAY].process.pid, *shared))
        yield Field(peers, client, sink, scanners[GATEWAY].controller)


def _start_unbound(folder: Path) -> tuple[int, subprocess.Popen[bytes]]:
    folder.mkdir()
    port = free_port()
    config, log = folder / "unbound.conf", folder / "unbound.log"
    config.write_text(unbound_settings(str(folder), port))
    process = start_process([find_program("unbound"), "-d", "-c", str(config)], log)
    wait_until_ready(process, lambda: answers(port), log, seconds=20)
    return port, process


def _start_gateway(
    folder: Path, variant: str, port: int, settings: str, python: Interpreter, profiles: Path | None
) -> subprocess.Popen[bytes]:
    config, log = folder / "poterne.toml", folder / "gateway.log"
    config.write_text(settings)
    command = [python.program, "-m", "tests.bench.variant", variant, str(config)]
    if profiles is not None:
        command.append(str(profiles.resolve() / f"{variant}.prof"))
    process = start_process(command, log, environment={**os.environ, **python.environment()}, folder=_ROOT)
    wait_until_ready(process, lambda: answers(port, b"220 "), log, seconds=60)
    return process


def _gateway_settings(folder: Path, port: int, dns_port: int, sink_port: int, scanner: Scanner) -> str:
    """Defaults, but for what would stop the load: what one client may do, and any verdict but "accept"."""
    return f"""\
schema = 1
hostname = "mx.office.example"
postmaster = "it@office.example"
state_directory = "{folder}/state"
runtime_directory = "{folder}/run"
[listener.internet]
address = "127.0.0.1:{port}"
greet_delay_seconds = 0.0
[limits]
connections_per_client = {_CONNECTIONS}
connections_per_minute = {_WITHOUT_END}
messages_per_minute = {_WITHOUT_END}
recipients_per_minute = {_WITHOUT_END}
[dns]
servers = ["127.0.0.1:{dns_port}"]
[rspamd]
scan_socket = "{scanner.socket}"
controller_socket = "{scanner.controller}"
[policy.standard]
mark_at = 100.0
quarantine_at = 200.0
reject_at = 300.0
[backend.sink]
transport = "smtp"
hosts = ["127.0.0.1:{sink_port}"]
kind = "generic"
tls = {{ mode = "none" }}
[domain."office.example"]
backend = "sink"
recipient_verification = {{ method = "none" }}
"""
