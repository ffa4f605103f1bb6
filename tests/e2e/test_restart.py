"""The gateway as a service: sockets handed over, restarts under load, stops with an end, signs of life (D19)."""

from __future__ import annotations

import asyncio
import itertools
import signal
import smtplib
import socket
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

import pytest

from gateway.core.queued import QueueState
from gateway.net.clock import SystemClock
from gateway.store.store import Store
from tests.support import waiting
from tests.support.dnsthread import DnsThread
from tests.support.nexthop import NextHop, Profile
from tests.support.nexthop import running as running_hop
from tests.support.smtpclient import RawClient
from tests.support.systemd import Manager, Service, managing

RESTARTS = 4
CLIENTS = 6
# A client that never gets through shows as a failure, not as an endless test.
TRIES_MAXIMUM = 2_000
TO = "bob@office.example"


@dataclass
class Tally:
    """What the clients met: replies by code at the end of a message, and how connections failed."""

    acknowledged: list[str] = field(default_factory=list)
    codes: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    enough: threading.Event = field(default_factory=threading.Event)
    is_given_up: bool = False


class Office:
    """A gateway under a manager, before a scripted server."""

    def __init__(self, folder: Path, manager: Manager, hop: NextHop, dns: str) -> None:
        self.manager, self.hop = manager, hop
        self._config = folder / "poterne.toml"
        self._config.write_text(
            f"""schema = 1
hostname = "mx.office.example"
postmaster = "it@office.example"
state_directory = "{folder}/state"
runtime_directory = "{folder}/run"
[dns]
servers = ["{dns}"]
[rspamd]
scan_socket = "{folder}/nobody.sock"
controller_socket = "{folder}/nobody.sock"
[failure]
rspamd = "mark"
[backend.exchange]
hosts = ["{hop.address}"]
tls = {{ mode = "none" }}
[domain."office.example"]
backend = "exchange"
recipient_verification = {{ method = "none" }}
[listener.internet]
address = "systemd:smtp"
greet_delay_seconds = 0.0
tls = {{ mode = "none" }}
"""
        )

    async def started(self, watchdog_seconds: float | None = None) -> Service:
        """The next process, once it is ready."""
        command = (sys.executable, "-m", "gateway", "serve", "--config", str(self._config))
        service = self.manager.start(*command, watchdog_seconds=watchdog_seconds)
        await asyncio.to_thread(service.wait_for, "READY=1")
        return service

    async def client(self) -> RawClient:
        """A connection over IPv4."""
        return await RawClient.connect(self.manager.ports[0])


@pytest.fixture
def dns() -> Iterator[str]:
    thread = DnsThread(
        "shop.example A 127.0.0.1\nmail.shop.example A 127.0.0.1\n1.0.0.127.in-addr.arpa PTR mail.shop.example.\n"
    )
    yield thread.address
    thread.stop()


@asynccontextmanager
async def office(folder: Path, dns: str, profile: Profile | None = None) -> AsyncIterator[Office]:
    with managing(folder, "127.0.0.1", "::1") as manager:
        async with running_hop(profile) as hop:
            try:
                yield Office(folder, manager, hop, dns)
            finally:
                await asyncio.to_thread(manager.end)


def send_until_enough(port: int, host: str, name: str, tally: Tally) -> None:
    """Messages one after the other, each again until it is acknowledged: what a good client does at 421."""
    for number in itertools.count():
        if tally.enough.is_set():
            return
        sign = f"{name}-{number}"
        for _ in range(TRIES_MAXIMUM):
            if tally.is_given_up:
                return
            if (code := send(port, host, sign, tally)) == 250:
                tally.acknowledged.append(sign)
                break
            tally.codes[code] += 1


def send(port: int, host: str, sign: str, tally: Tally) -> int:
    """One try; the code at its end, 0 when the connection failed."""
    text = f"From: ann@shop.example\r\nTo: {TO}\r\nSubject: {sign}\r\nMessage-ID: <{sign}@shop.example>\r\n\r\nx\r\n"
    client = smtplib.SMTP(local_hostname="mail.shop.example", timeout=20)
    try:
        code, _ = client.connect(host, port)
        if code == 220:
            # smtplib would say HELO after a 421 to EHLO, on a connection that is being closed.
            code, _ = client.ehlo()
        if code == 250:
            client.sendmail("ann@shop.example", [TO], text)
    except smtplib.SMTPRecipientsRefused as error:
        return next(iter(error.recipients.values()))[0]
    except smtplib.SMTPResponseException as error:
        return error.smtp_code
    except (OSError, smtplib.SMTPException) as error:
        tally.failures[f"{type(error).__name__}: {error}"] += 1
        return 0
    finally:
        # No QUIT: smtplib takes a 421 to it for a failure of the message that was acknowledged.
        client.close()
    return code


def signs(hop: NextHop) -> Counter[str]:
    """The subjects that arrived, counted."""
    return Counter(str(message_from_bytes(each.octets)["Subject"]) for each in hop.messages)


async def test_restarts_under_load_refuse_nobody_and_lose_and_double_nothing(tmp_path: Path, dns: str) -> None:
    tally = Tally()
    async with office(tmp_path, dns) as at:
        service = await at.started()
        four, six = at.manager.ports
        doors = itertools.cycle([("127.0.0.1", four), ("::1", six)])
        clients = [
            threading.Thread(target=send_until_enough, args=(port, host, f"client{number}", tally))
            for number, (host, port) in zip(range(CLIENTS), doors, strict=False)
        ]
        for client in clients:
            client.start()
        try:
            for _ in range(RESTARTS):
                before = len(tally.acknowledged)
                await until(lambda before=before: len(tally.acknowledged) >= before + 30)
                service.ask_to_stop()
                assert await asyncio.to_thread(service.ended) == 0
                service = await at.started()
        except BaseException:
            tally.is_given_up = True
            raise
        finally:
            tally.enough.set()
            for client in clients:
                await asyncio.to_thread(client.join)
    arrived = signs(at.hop)
    assert tally.failures == {}
    assert set(tally.codes) <= {421}
    assert len(tally.acknowledged) >= 30 * RESTARTS
    assert {sign: count for sign, count in arrived.items() if count > 1} == {}
    assert sorted(arrived) == sorted(tally.acknowledged)


async def test_a_stop_tells_systemd_in_order_ends_sessions_and_leaves_with_code_0(tmp_path: Path, dns: str) -> None:
    async with office(tmp_path, dns) as at:
        service = await at.started(watchdog_seconds=1.5)
        await asyncio.to_thread(service.wait_for, "STATUS=takes mail on 127.0.0.1:")
        idle, inside, sending = await at.client(), await at.client(), await at.client()
        await idle.reply()
        await inside.begin(TO)
        await sending.begin(TO)
        assert (await sending.ask("DATA")).startswith("354")
        await sending.say(b"From: ann@shop.example\r\nSubject: half\r\n\r\nfirst half\r\n")
        service.ask_to_stop()
        for client in (idle, inside):
            assert (await client.reply()).startswith("421 4.3.2 ")
            assert await client.rest() == b""
        await asyncio.to_thread(service.wait_for, "STATUS=stops: ")
        beats = service.states.count("WATCHDOG=1")
        await until(lambda: service.states.count("WATCHDOG=1") >= beats + 3)
        await sending.say(b"second half\r\n.\r\n")
        assert (await sending.reply()).startswith("250 ")
        assert (await sending.reply()).startswith("421 ")
        await sending.close()
        assert await asyncio.to_thread(service.ended) == 0
        assert signs(at.hop) == {"half": 1}
        states = [each for each in service.states if each in ("READY=1", "STOPPING=1")]
        assert states == ["READY=1", "STOPPING=1"]
        assert all("takes mail" not in each for each in service.states[service.states.index("STOPPING=1") :])


async def test_a_second_signal_ends_it_at_once_and_nothing_is_promised(tmp_path: Path, dns: str) -> None:
    async with office(tmp_path, dns) as at:
        service = await at.started()
        client = await at.client()
        await client.begin(TO)
        assert (await client.ask("DATA")).startswith("354")
        service.ask_to_stop()
        await asyncio.to_thread(service.wait_for, "STOPPING=1")
        service.process.send_signal(signal.SIGINT)
        assert await asyncio.to_thread(service.ended, 5) == -signal.SIGINT
        with suppress(ConnectionError):
            assert await client.rest() == b""
        again = await at.started()
        again.ask_to_stop()
        assert await asyncio.to_thread(again.ended) == 0


async def test_a_stop_answers_who_waits_for_a_silent_server_and_the_message_stays_in_doubt(
    tmp_path: Path, dns: str
) -> None:
    async with office(tmp_path, dns, Profile(stores_silently=True)) as at:
        service = await at.started()
        client = await at.client()
        await client.begin(TO)
        assert (await client.ask("DATA")).startswith("354")
        await client.say(b"From: ann@shop.example\r\nSubject: doubt\r\n\r\nx\r\n.\r\n")
        await at.hop.wait_for(".")
        service.ask_to_stop()
        # The grace alone would end without an answer. That it is below systemd's 30 s: tests/image/test_units.py.
        async with asyncio.timeout(90):
            answer = await client.reader.readline()
            assert answer.startswith(b"250 "), answer
            assert await asyncio.to_thread(service.ended, 60) == 0
        await client.close()
        store = await Store.open(tmp_path / "state", SystemClock(), lambda event: None)
        kept = (await store.queue_desk.list()).items
        await store.close()
        assert [each.state for each in kept] == [QueueState.IN_DOUBT]
        at.hop.profile = Profile()
        again = await at.started()
        again.ask_to_stop()
        assert await asyncio.to_thread(again.ended) == 0
        assert signs(at.hop) == {"doubt": 1}


async def test_neither_a_dead_dns_nor_a_dead_rspamd_nor_a_dead_server_stops_the_signs_of_life(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        async with office(tmp_path, f"127.0.0.1:{deaf.getsockname()[1]}", Profile(greeting="")) as at:
            service = await at.started(watchdog_seconds=0.9)
            client = await at.client()
            await client.begin(TO)
            assert (await client.ask("DATA")).startswith("354")
            await client.say(b"From: ann@shop.example\r\nSubject: x\r\n\r\nx\r\n.\r\n")
            beats = service.states.count("WATCHDOG=1")
            await until(lambda: service.states.count("WATCHDOG=1") >= beats + 12)
            told = [each.at for each in service.told if each.state == "WATCHDOG=1"]
            assert max(late - early for early, late in itertools.pairwise(told)) < 0.9
            await client.close()
            service.process.kill()


async def test_a_loop_that_hangs_gives_no_sign_of_life(tmp_path: Path, dns: str) -> None:
    async with office(tmp_path, dns) as at:
        service = await at.started(watchdog_seconds=0.6)
        await until(lambda: service.states.count("WATCHDOG=1") >= 3)
        service.process.send_signal(signal.SIGSTOP)
        await until(lambda: is_stopped(service.process.pid))
        before = service.states.count("WATCHDOG=1")
        with pytest.raises(TimeoutError):
            await until(lambda: service.states.count("WATCHDOG=1") > before + 1, seconds=1)
        service.process.send_signal(signal.SIGCONT)
        await until(lambda: service.states.count("WATCHDOG=1") > before + 1)


def is_stopped(pid: int) -> bool:
    """True when the kernel has suspended the process."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


async def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Another process has to come so far; meanwhile our loop turns."""
    await asyncio.to_thread(waiting.until, condition, "it has come so far", seconds, 0.02)
