"""`make bench`: all peers take turns with the same mail; a table of medians and ratios, and JSON lines on request."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import TextIO

from tests.bench import goals, interface
from tests.bench.corpus import Sample, lessons, samples
from tests.bench.figures import Turn, percentile, table, wrong_of
from tests.bench.interpreter import Interpreter, interpreter
from tests.bench.peers import Field, Peer, field
from tests.bench.plan import Load, Plan, order, parser, plan_of
from tests.bench.proc import MemoryPeaks, machine_busy_ms, used_by
from tests.bench.scanner import learn
from tests.bench.world import RECIPIENT
from tests.support.process import NotStarted

ARRIVAL_SECONDS = 90.0
WARMING_MESSAGES = 30
LESSONS = 210


def main(arguments: list[str]) -> int:
    """0 when every message arrived once and intact, 1 when not or when something did not start, 2 for usage."""
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    options = parser().parse_args(arguments)
    try:
        plan = plan_of(options)
    except ValueError as error:
        _say(str(error))
        return 2
    profiles = Path(options.trace) if options.trace else None
    python = interpreter()
    _say(f"the gateways run {python.words}")
    # Unix sockets want short paths, and a memory file system would hide what is written.
    with tempfile.TemporaryDirectory(prefix="poterne-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        if options.interface:
            return 0 if _interface(folder, python) else 1
        try:
            with field(folder, plan.peers, python, profiles, _say) as running:
                turns = _run(plan, running, folder, options.json)
        except NotStarted as error:
            _say(f"cannot start: {error}")
            return 1
        _say(f"\nThe gateways ran {python.words}.\n" + goals.table(turns))
        _interface(folder, python)
    return 1 if wrong_of(turns) else 0


def _interface(folder: Path, python: Interpreter) -> bool:
    """The interface's own figures; True when they are good enough."""
    try:
        figures = interface.measure(folder, python)
    except TimeoutError as error:
        _say(f"the interface was not measured: {error}")
        return False
    _say("\n" + interface.table(figures))
    return interface.is_enough(figures)


def _run(plan: Plan, running: Field, folder: Path, json_file: str) -> list[Turn]:
    turns: list[Turn] = []
    _teach(running)
    with open(json_file or "/dev/null", "a") as lines:
        loaded = ""
        mail: list[Sample] = []
        for load in plan.loads:
            if load.kind != loaded:
                loaded, mail = load.kind, _load(load.kind, plan.samples[load.kind], running, folder)
                _warm(running, load, mail)
            mine = _rounds(load, mail, running, lines)
            turns += mine
            _say("\n" + table(mine))
    return turns


def _load(kind: str, count: int, running: Field, folder: Path) -> list[Sample]:
    """Make the mail and let the client read it."""
    _say(f"making {count} {kind} messages …")
    mail = samples(kind, count)
    place = folder / kind
    place.mkdir()
    for number, sample in enumerate(mail):
        (place / f"{number}.eml").write_bytes(sample.octets)
    (place / "senders.json").write_text(json.dumps([(each.sender.domain, each.sender.address) for each in mail]))
    running.client.ask(do="load", folder=str(place))
    return mail


def _warm(running: Field, load: Load, mail: list[Sample]) -> None:
    """What happens once in a life is in no figure: imports, caches, sessions."""
    few = Load(load.kind, 4, min(WARMING_MESSAGES, 2 * len(mail)), 1)
    for peer in running.peers.values():
        _turn(peer, few, 0, mail, running)


def _teach(running: Field) -> None:
    """Bayes takes part from 200 messages of each class on; both rspamd have the same Redis."""
    for number, octets in enumerate(lessons(2 * LESSONS)):
        learn(running.controller, octets, "/learnham" if number % 2 else "/learnspam")


def _rounds(load: Load, mail: list[Sample], running: Field, lines: TextIO) -> list[Turn]:
    turns = []
    for number in range(load.rounds):
        for name in order(tuple(running.peers), number):
            turn = _turn(running.peers[name], load, number, mail, running)
            lines.write(json.dumps(turn.as_json()) + "\n")
            lines.flush()
            turns.append(turn)
    return turns


def _turn(peer: Peer, load: Load, number: int, mail: list[Sample], running: Field) -> Turn:
    names = {f"m{at:06}@{mail[at % len(mail)].sender.domain}": at % len(mail) for at in range(load.messages)}
    families = (peer.own, peer.beside, (running.client.process.pid, running.sink.process.pid))
    running.sink.ask(do="reset")
    before, busy = [used_by(each) for each in families], machine_busy_ms()
    began = time.monotonic()
    with MemoryPeaks(peer.own) as peaks:
        sent = running.client.ask(do="send", port=peer.port, connections=load.connections, names=names)
        arrived = running.sink.ask(do="wait", count=len(sent["times_ms"]), seconds=ARRIVAL_SECONDS)
    own, beside, ours = (used_by(each) - earlier for each, earlier in zip(families, before, strict=True))
    lasted = time.monotonic() - began
    others = machine_busy_ms() - busy - own.cpu_ms - beside.cpu_ms - ours.cpu_ms
    for name, cause in list(sent["failures"].items())[:3]:
        _say(f"  {peer.name}: {name} to {RECIPIENT}: {cause}")
    count = load.messages
    return Turn(
        kind=load.kind,
        connections=load.connections,
        round=number,
        peer=peer.name,
        messages=count,
        per_second=len(sent["times_ms"]) / max(arrived["last"] - sent["begun"], 0.001),
        p50_ms=percentile(sent["times_ms"], 50),
        p99_ms=percentile(sent["times_ms"], 99),
        own_cpu_ms=own.cpu_ms / count,
        whole_cpu_ms=(own.cpu_ms + beside.cpu_ms) / count,
        written_octets=own.written_octets / count,
        rss_mib=peaks.rss_mib,
        pss_mib=peaks.pss_mib,
        others_percent=others / 10 / lasted,
        wrong=wrong(names, mail, arrived["arrived"]),
    )


def wrong(names: dict[str, int], mail: list[Sample], arrived: dict[str, list[str]]) -> int:
    """Messages that did not arrive exactly once with the body that was sent, and those that nobody sent."""
    missing = sum(arrived.get(name) != [mail[number].digest] for name, number in names.items())
    return missing + len(arrived.keys() - names.keys())


def _stop(_number: int, _frame: object) -> None:
    # A second signal must not interrupt the cleaning up.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
