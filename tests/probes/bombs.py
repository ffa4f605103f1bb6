"""A bomb after another at the real gateway, with attachments looked into, while honest clients send beside.

    python -m tests.probes.bombs [--kind WORD] [--rspamd] [--corpus [--count N]]

Prints a line for each class and one figure last. A bomb is survived when it got a reply and the gateway goes on.
`--corpus`: messages with odd MIME instead; what was accepted must arrive octet for octet.
"""

from __future__ import annotations

import argparse
import random
import re
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final

from gateway.store.format import decode
from tests.probes.bombcases import Bomb, all_bombs, attached
from tests.probes.letters import MARK, read
from tests.probes.mimecorpus import corpus
from tests.probes.world import World
from tests.support.rspamd import start_rspamd
from tests.support.waiting import until

PATIENCE_SECONDS: Final = 90.0
HONEST: Final = b"From: Bob <bob@shop.example>\r\nTo: user1@office.example\r\nSubject: lunch\r\n\r\nAt noon?\r\n"
# Each below the rate that one client may have, with room for a slow machine.
PAUSE_SECONDS: Final = 0.2
ACCEPT_ALL: Final = "[policy.standard.attachments]\n" + "\n".join(
    f'{kind} = "mark"' for kind in ("executable", "script", "shortcut", "disk_image", "double_extension",
                                    "deceptive_name", "nested_too_deep", "unscannable")
)  # fmt: skip


class Link:
    """One SMTP connection; `told` hears how long each reply took, also one that never came."""

    def __init__(self, port: int, source: str, told: Callable[[float], None] = lambda seconds: None) -> None:
        self._told = told
        self._socket = socket.create_connection(
            ("127.0.0.1", port), timeout=PATIENCE_SECONDS, source_address=(source, 0)
        )
        self._file = self._socket.makefile("rb")
        self._reply(time.monotonic())
        self._ask(b"EHLO mail.shop.example\r\n")

    def send(self, octets: bytes) -> str:
        """The deciding reply to this message."""
        for command in (b"MAIL FROM:<ann@shop.example>\r\n", b"RCPT TO:<user1@office.example>\r\n", b"DATA\r\n"):
            reply = self._ask(command)
            if reply[0] not in "23":
                return reply
        stuffed = octets.replace(b"\r\n.", b"\r\n..")
        if stuffed.startswith(b"."):
            stuffed = b"." + stuffed
        self._socket.sendall(stuffed)
        return self._ask(b"" if stuffed.endswith(b"\r\n") else b"\r\n", b".\r\n")

    def close(self) -> None:
        """Give the descriptor back."""
        self._file.close()
        self._socket.close()

    def _ask(self, *octets: bytes) -> str:
        begun = time.monotonic()
        self._socket.sendall(b"".join(octets))
        return self._reply(begun)

    def _reply(self, begun: float) -> str:
        try:
            while (line := self._file.readline())[3:4] == b"-":
                pass
        finally:
            self._told(time.monotonic() - begun)
        if not line.endswith(b"\n"):
            raise ConnectionError("the gateway hung up")
        return line.decode("ascii", "replace").strip()


@dataclass
class Honest:
    """A thread that sends one message again and again and waits for each reply."""

    port: int
    source: str
    octets: bytes
    stop: threading.Event = field(default_factory=threading.Event)
    longest_seconds: float = 0.0
    sent: int = 0
    refused: str = ""
    cut_off: int = 0
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def end(self) -> None:
        """Stop, and wait."""
        self.stop.set()
        if self.thread is not None:
            self.thread.join(PATIENCE_SECONDS)

    def take(self) -> float:
        """The longest wait since the last time that was asked."""
        longest, self.longest_seconds = self.longest_seconds, 0.0
        return longest

    def _waited(self, seconds: float) -> None:
        self.longest_seconds = max(self.longest_seconds, seconds)

    def _run(self) -> None:
        while not self.stop.is_set():
            try:
                link = Link(self.port, self.source, self._waited)
                # A few messages on each connection, as servers do.
                for _ in range(20):
                    reply = link.send(self.octets)
                    self.sent += reply.startswith("250")
                    self.refused = self.refused if reply.startswith("250") else reply
                    if self.stop.wait(PAUSE_SECONDS):
                        break
                link.close()
            except OSError:
                self.cut_off += 1


@dataclass
class Memory:
    """Samples what the gateway and its children hold: the proportional set size, which counts shared pages once."""

    pid: int
    peak_octets: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def end(self) -> None:
        """Stop, and wait."""
        self.stop.set()
        if self.thread is not None:
            self.thread.join()

    def take(self) -> int:
        """The peak since the last time that was asked."""
        peak, self.peak_octets = self.peak_octets, 0
        return peak

    def _run(self) -> None:
        while not self.stop.wait(0.02):
            self.peak_octets = max(self.peak_octets, sum(_pss_octets(pid) for pid in _tree(self.pid)))


def _tree(pid: int) -> list[int]:
    found = [pid]
    for each in found:
        with suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split() if int(child) not in found]
    return found


def _pss_octets(pid: int) -> int:
    with suppress(OSError):
        match = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        return int(match[1]) * 1024 if match else 0
    return 0


@dataclass
class Tally:
    """What became of the bombs of one class."""

    bombs: int = 0
    survived: int = 0
    slowest: tuple[float, str] = (0.0, "")
    waits_seconds: tuple[float, float] = (0.0, 0.0)
    peak_octets: int = 0
    replies: dict[str, int] = field(default_factory=dict)


class Range:
    """The gateway, the honest clients beside it, and the meter."""

    def __init__(self, folder: Path, stack: ExitStack, *, with_rspamd: bool, changes: dict[str, str]) -> None:
        self.world = stack.enter_context(World(folder, changes))
        if with_rspamd:
            rspamd = start_rspamd(self.world.folder / "rspamd", self.world.names.address)
            stack.callback(rspamd.stop)
            text = self.world.config.read_text().replace(f"{self.world.folder}/nobody.sock", str(rspamd.scan_socket), 1)
            self.world.config.write_text(
                text.replace(f"{self.world.folder}/nobody.sock", str(rspamd.controller_socket))
            )
        self.world.start()
        self.world.await_greeting()
        port = self.world.port
        assert self.world.process is not None
        self.honest = [
            Honest(port, "127.0.7.1", HONEST),
            Honest(port, "127.0.8.1", attached("menu.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 100)),
        ]
        self.memory = Memory(self.world.process.pid)
        for each in (*self.honest, self.memory):
            each.start()
            stack.callback(each.end)

    def throw(self, octets: bytes, source: str = "127.0.9.1") -> str:
        """The reply to one message, "" when there was none."""
        try:
            link = Link(self.world.port, source)
        except OSError:
            return ""
        try:
            return link.send(octets)
        except OSError:
            return ""
        finally:
            link.close()

    def is_well(self) -> bool:
        """True when the gateway runs and never showed a traceback."""
        runs = self.world.process is not None and self.world.process.poll() is None
        return runs and "Traceback" not in self.world.log.read_text(errors="replace")


def throw_all(range_: Range, bombs: list[Bomb]) -> dict[str, Tally]:
    """Each bomb in turn; a line for each class."""
    tallies: dict[str, Tally] = {}
    for number, bomb in enumerate(bombs):
        tally = tallies.setdefault(bomb.kind, Tally())
        octets = bomb.make()
        begun = time.monotonic()
        # Another neighbour now and then: no bomb shall be refused for the rate of those before it.
        reply = range_.throw(octets, f"127.0.{9 + number // 20}.1")
        taken = time.monotonic() - begun
        tally.bombs += 1
        is_survived = bool(reply) and range_.is_well()
        tally.survived += is_survived
        tally.slowest = max(tally.slowest, (taken, bomb.name))
        waits = tuple(each.take() for each in range_.honest)
        tally.waits_seconds = (max(tally.waits_seconds[0], waits[0]), max(tally.waits_seconds[1], waits[1]))
        tally.peak_octets = max(tally.peak_octets, range_.memory.take())
        tally.replies[reply[:3] or "none"] = tally.replies.get(reply[:3] or "none", 0) + 1
        if not is_survived:
            print(f"  NOT SURVIVED: {bomb.kind}, {bomb.name}: {reply!r}", file=sys.stderr)
        if number + 1 == len(bombs) or bombs[number + 1].kind != bomb.kind:
            print(_line(bomb.kind, tally), flush=True)
    return tallies


def _line(kind: str, tally: Tally) -> str:
    replies = ", ".join(f"{code}: {count}" for code, count in sorted(tally.replies.items()))
    plain, attached = tally.waits_seconds
    return (
        f"{kind:28} {tally.survived:>3}/{tally.bombs:<3} slowest {tally.slowest[0]:>5.1f} s ({tally.slowest[1]}), "
        f"honest wait {plain:.2f} s, with an attachment {attached:.2f} s, "
        f"{tally.peak_octets / 1024**2:.0f} MiB; {replies}"
    )


def run_bombs(folder: Path, kind: str = "", *, with_rspamd: bool = False) -> tuple[int, int, float, float]:
    """Survived, thrown, longest honest wait in seconds, peak memory in MiB."""
    bombs = [bomb for bomb in all_bombs() if kind in bomb.kind]
    with ExitStack() as stack:
        range_ = Range(folder, stack, with_rspamd=with_rspamd, changes={})
        until(lambda: all(each.sent > 1 for each in range_.honest), "the honest clients send")
        for each in (*range_.honest, range_.memory):
            each.take()
        tallies = throw_all(range_, bombs)
        for each in range_.honest:
            said = f", once {each.refused}" if each.refused else ""
            print(f"honest mail taken: {each.sent}, cut off: {each.cut_off}{said}")
    return (
        sum(each.survived for each in tallies.values()),
        len(bombs),
        max(max(each.waits_seconds) for each in tallies.values()),
        max(each.peak_octets for each in tallies.values()) / 1024**2,
    )


def run_corpus(folder: Path, count: int, seed: int = 1, every: int = 1) -> tuple[int, int, int, int]:
    """Messages sent, accepted, held in quarantine as they came, and changed or lost; `every`: only each Nth."""
    with ExitStack() as stack:
        range_ = Range(folder, stack, with_rspamd=False, changes={"top": ACCEPT_ALL})
        accepted: set[str] = set()
        sent = 0
        for number, (name, octets) in enumerate(islice(corpus(random.Random(seed), count), 0, None, every)):
            text = octets if octets.endswith(b"\r\n") else octets + b"\r\n"
            digest = sha256(text).hexdigest().encode()
            sent += 1
            whole = MARK + b"c%d " % number + digest + b"\r\n" + text
            reply = range_.throw(whole, f"127.0.{9 + number // 100}.1")
            if reply.startswith("250"):
                accepted.add(f"c{number}")
            elif not reply.startswith("5"):
                print(f"  {name}: {reply!r}", file=sys.stderr)
        with suppress(TimeoutError):
            until(lambda: accepted <= _arrived(range_) | _held(range_), "what was accepted arrives", seconds=20)
        held = _held(range_)
        missing = accepted - _arrived(range_) - held
        for name in sorted(missing):
            print(f"  {name} was accepted and is not there", file=sys.stderr)
        if not range_.is_well():
            raise SystemExit("the gateway ended, or wrote a traceback")
    return sent, len(accepted), len(held), len(missing)


def _arrived(range_: Range) -> set[str]:
    return {each.name for each in range_.world.server.arrivals() if each.is_whole}


def _held(range_: Range) -> set[str]:
    """Those in quarantine whose octets are those that were sent."""
    found = (read(bytes(decode(file.read_bytes()).octets)) for file in (range_.world.state / "quarantine").iterdir())
    return {name for name, is_whole in found if is_whole}


def main() -> int:
    """Throw, print, and fail when the figures are not reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.probes.bombs", description=__doc__)
    parser.add_argument("--kind", default="", help="only the classes with this word in their name")
    parser.add_argument("--rspamd", action="store_true", help="with the real rspamd behind the gateway")
    parser.add_argument("--corpus", action="store_true", help="messages with odd MIME instead of bombs")
    parser.add_argument("--count", type=int, default=760, help="how many messages of the corpus are made")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.corpus:
            sent, accepted, held, changed = run_corpus(folder, asked.count)
            print(f"{sent} messages: {accepted} accepted, {held} of them held, {changed} changed or lost, no traceback")
            return 1 if changed else 0
        survived, thrown, wait, peak = run_bombs(folder, asked.kind, with_rspamd=asked.rspamd)
        print(
            f"survived {survived}/{thrown}, longest wait of an honest client {wait:.2f} s, "
            f"peak of the tree {peak:.0f} MiB"
        )
        return 0 if survived == thrown else 1


if __name__ == "__main__":
    sys.exit(main())
