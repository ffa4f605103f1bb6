"""The real rspamd and its real Redis: stopped, hung, slow, cut, garbage; behind a pipe that bends its answers."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.probes.failing.faults import Fault, Outcome, measure
from tests.probes.failing.pipe import Manner, Pipe
from tests.probes.failing.stage import Stage, stage
from tests.support.dnsprogram import DnsProgram
from tests.support.redis import start_redis
from tests.support.rspamd import RunningRspamd, start_rspamd

DEFERRED = r"451 4\.7\.1"
AWAY = "spam scanner does not answer"
NO_REDIS = "scanner's memory does not answer"


@contextmanager
def scanned_stage(policy: str = "defer-then-mark") -> Iterator[tuple[Stage, RunningRspamd, Pipe]]:
    """A stage whose scanner is real, behind a pipe; `policy` is failure.rspamd."""
    with stage({"failure": f'rspamd = "{policy}"'}, starts=False) as made:
        names = DnsProgram.start(made.folder / "dns", "shop.example A 127.0.0.1\n")
        rspamd = start_rspamd(made.folder / "r", names.address)
        try:
            pipe = made.backstage.enter(Pipe(made.folder / "scan.sock", rspamd.scan_socket))
            (made.folder / "control.sock").symlink_to(rspamd.controller_socket)
            made.start()
            yield made, rspamd, pipe
        finally:
            made.stop()
            rspamd.stop()
            names.stop()


def bent(pipe: Pipe, name: str, manner: Manner, states: tuple[str, ...], reply: str, reasons: str = "") -> Fault:
    """A fault of the answer."""

    def bend(to: Manner) -> None:
        pipe.manner = to

    # A slow one delivers late, which is no trouble for a status of `slow` to explain.
    words = "scanner is slow" if states == ("slow",) else AWAY
    return Fault(name, lambda at: bend(manner), lambda at: bend("well"), "rspamd", states, reply, reasons, words)


def faults_of(rspamd: RunningRspamd, pipe: Pipe, reply: str, reasons: str) -> Iterator[Fault]:
    """All of them, under one policy."""
    yield bent(pipe, "rspamd refuses connections", "refusing", ("down",), reply, reasons)
    yield bent(pipe, "rspamd closes half-way", "cut", ("down",), reply, reasons)
    yield bent(pipe, "rspamd answers garbage", "garbage", ("down",), reply, reasons)
    yield bent(pipe, "rspamd answers without end", "endless", ("down",), reply, reasons)
    yield bent(pipe, "rspamd slow (10 s)", "slow", ("slow",), "250 ")
    workers = [rspamd.process.pid, *children(rspamd.process.pid)]

    def tell(number: int) -> None:
        for each in workers:
            os.kill(each, number)

    yield Fault(
        "rspamd hung (SIGSTOP)",
        lambda at: tell(signal.SIGSTOP),
        lambda at: tell(signal.SIGCONT),
        "rspamd",
        ("slow", "down"),
        reply,
        reasons,
        "spam scanner",
    )


def run() -> Iterator[Outcome]:
    """Each fault under both policies, then Redis."""
    with scanned_stage() as (made, rspamd, pipe):
        for fault in faults_of(rspamd, pipe, DEFERRED, ""):
            yield measure(made, fault)
        yield measure(made, redis_hung(rspamd))
        yield measure(made, _redis_stopped(rspamd))
        yield measure(made, _stopped(rspamd, DEFERRED, ""))
    with scanned_stage("mark") as (made, rspamd, pipe):
        for fault in faults_of(rspamd, pipe, "250 ", "unscanned"):
            yield measure(made, fault)


def _stopped(rspamd: RunningRspamd, reply: str, reasons: str) -> Fault:
    """The last one: it comes back as another process."""
    again: list[RunningRspamd] = []

    def begin(at: Stage) -> None:
        rspamd.stop()

    def end(at: Stage) -> None:
        names = DnsProgram.start(at.folder / "dns2", "shop.example A 127.0.0.1\n")
        again.append(start_rspamd(at.folder / "r", names.address))
        at.backstage.on_exit(again[0].stop)
        at.backstage.on_exit(names.stop)

    return Fault("rspamd stopped", begin, end, "rspamd", ("down",), reply, reasons, AWAY)


def redis_hung(rspamd: RunningRspamd) -> Fault:
    """Mail is scanned on, without what was taught."""
    redis = rspamd.redis.process
    return Fault(
        "Redis hung (SIGSTOP)",
        lambda at: redis.send_signal(signal.SIGSTOP),
        lambda at: redis.send_signal(signal.SIGCONT),
        "redis",
        words=NO_REDIS,
    )


def _redis_stopped(rspamd: RunningRspamd) -> Fault:
    def back(at: Stage) -> None:
        at.backstage.on_exit(start_redis(rspamd.folder / "redis").stop)

    return Fault("Redis stopped", lambda at: rspamd.redis.stop(), back, "redis", words=NO_REDIS)


def children(pid: int) -> list[int]:
    """The processes right below this one."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
